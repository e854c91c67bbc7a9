// A prompt at the bottom, always there, with one status line above it that is redrawn while the person goes on typing; everything
// else is printed above both.

import { clearScreenDown, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Writable } from 'node:stream';
import { displayWidth, shorten } from '../format.js';

export interface Screen {
  /** Print above the prompt. */
  print(text: string): void;
  /** Set or take away the status line. */
  status(text: string | null): void;
  /** The person pressed Enter: what they typed stays above, a new prompt comes. */
  entered(line: string): void;
  /** No prompt any more; what is printed now stands at the end. */
  end(): void;
}

export interface ScreenOptions {
  readonly terminal: Pick<Interface, 'getCursorPos' | 'getPrompt' | 'prompt'> & {
    /** Rows that readline moves up before it draws a prompt again: of its own, not in its documentation. */
    prevRows?: number;
  };
  readonly output: Writable & { readonly columns?: number };
  readonly dim: (text: string) => string;
}

const DEFAULT_COLUMNS = 80;

export function createScreen({ terminal, output, dim }: ScreenOptions): Screen {
  let statusText: string | null = null;
  let statusRows = 0;
  let ended = false;
  const columns = (): number => output.columns ?? DEFAULT_COLUMNS;

  const eraseUp = (rows: number): void => {
    if (rows > 0) moveCursor(output, 0, -rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    statusRows = 0;
  };
  const draw = (): void => {
    if (ended) return;
    if (statusText !== null) {
      output.write(`${dim(narrow(statusText, columns() - 1))}\n`);
      statusRows = 1;
    }
    // The rows of the old prompt are erased already: readline would move up into what was just printed.
    terminal.prevRows = 0;
    terminal.prompt(true);
  };
  const redraw = (printed: string): void => {
    if (!ended) eraseUp(terminal.getCursorPos().rows + statusRows);
    output.write(printed);
    draw();
  };
  draw();

  return {
    print: (text) => redraw(`${text}\n`),
    status: (text) => {
      if (text === statusText) return;
      statusText = text;
      redraw('');
    },
    entered: (line) => {
      const echo = terminal.getPrompt() + line;
      const rows = Math.floor(Math.max(0, displayWidth(echo) - 1) / columns()) + 1;
      eraseUp(rows + statusRows);
      output.write(`${echo}\n`);
      draw();
    },
    end: () => {
      if (!ended) eraseUp(terminal.getCursorPos().rows + statusRows);
      ended = true;
    },
  };
}

/** Cut to a number of columns, so that the status stays on one row. */
function narrow(text: string, columns: number): string {
  let letters = [...text].length;
  let cut = text;
  while (displayWidth(cut) > columns && letters > 1) cut = shorten(text, --letters);
  return cut;
}
