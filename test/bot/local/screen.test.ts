import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createScreen } from '../../../src/bot/local/screen.js';
import { VirtualTerminal } from '../../support/virtual-terminal.js';

function createChatScreen(columns = 40) {
  const shown = new VirtualTerminal(columns);
  const output = Object.assign(
    new Writable({
      write: (chunk, _encoding, done) => {
        shown.write(String(chunk));
        done();
      },
    }),
    { columns },
  );
  let typed = '';
  const rowsTyped = (): number => Math.floor((2 + typed.length) / columns);
  // As node:readline does it: up to the first row of the prompt that it drew before, erase, draw.
  const terminal = {
    prevRows: 0,
    getPrompt: () => '› ',
    getCursorPos: () => ({ rows: rowsTyped(), cols: (2 + typed.length) % columns }),
    prompt: () => {
      if (terminal.prevRows > 0) output.write(`\u001b[${terminal.prevRows}A`);
      output.write(`\u001b[1G\u001b[0J› ${typed}`);
      terminal.prevRows = rowsTyped();
    },
  };
  const screen = createScreen({ terminal, output, dim: (text) => text });
  return {
    screen,
    lines: () => shown.lines(),
    type: (text: string) => {
      typed += text;
      shown.write(text);
      terminal.prevRows = rowsTyped();
    },
    enter: () => {
      const line = typed;
      typed = '';
      terminal.prevRows = 0;
      shown.write('\n');
      screen.entered(line);
    },
  };
}

describe('the screen', () => {
  it('prints above what is being typed', () => {
    const { screen, lines, type } = createChatScreen();
    type('it cra');
    screen.print('billing 54 %');
    type('shes');
    expect(lines()).toEqual(['billing 54 %', '› it crashes']);
  });

  it('redraws one status line above the prompt, and takes it away', () => {
    const { screen, lines, type } = createChatScreen();
    screen.status('support 10 %');
    type('hel');
    screen.status('support 20 %');
    screen.print('a reply');
    expect(lines()).toEqual(['a reply', 'support 20 %', '› hel']);
    screen.status(null);
    expect(lines()).toEqual(['a reply', '› hel']);
  });

  it('keeps what was entered, above the status', () => {
    const { screen, lines, type, enter } = createChatScreen();
    screen.status('support 10 %');
    type('hello');
    enter();
    screen.print('praise 90 %');
    expect(lines()).toEqual(['› hello', 'praise 90 %', 'support 10 %', '› ']);
  });

  it('counts the rows of a line that wraps, and cuts the status to one row', () => {
    const { screen, lines, type, enter } = createChatScreen(20);
    screen.status('support 10 %, a very long line of progress');
    type('a text that is longer than a row');
    screen.status('support 20 %, a very long line of progress');
    expect(lines()).toEqual(['support 20 %, a ve…', '› a text that is lon', 'ger than a row']);
    screen.print('a reply');
    screen.print('and another');
    screen.status('support 30 %, a very long line of progress');
    expect(lines()).toEqual([
      'a reply',
      'and another',
      'support 30 %, a ve…',
      '› a text that is lon',
      'ger than a row',
    ]);
    enter();
    expect(lines().slice(2)).toEqual(['› a text that is lon', 'ger than a row', 'support 30 %, a ve…', '› ']);
  });

  it('ends with the last words below everything', () => {
    const { screen, lines } = createChatScreen();
    screen.status('support 10 %');
    screen.end();
    screen.print('Bye.');
    expect(lines()).toEqual(['Bye.']);
  });
});
