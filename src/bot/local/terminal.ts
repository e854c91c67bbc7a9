// The local chat in a terminal: a prompt with history and completion, and one line that shows a training while one goes on typing.

import path from 'node:path';
import { createInterface } from 'node:readline';
import { isUserError } from '../../engine/index.js';
import { announcement } from '../announce.js';
import type { Handful } from '../compose.js';
import { startModel } from '../language-model/describe.js';
import { progressLine } from '../progress-line.js';
import type { RunEvent } from '../run-types.js';
import { bannerLines } from './banner.js';
import { complete } from './complete.js';
import { MOST_LINES, readHistory, writeHistory } from './history.js';
import { createPaint, renderReply } from './render.js';
import { createScreen } from './screen.js';
import { LOCAL_SPACE, localSpeaker, localWords } from './speaker.js';
import { readVocabulary } from './vocabulary.js';

export interface TerminalOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Aborted: as if the person had left. */
  readonly signal?: AbortSignal;
}

/** Resolves when the person leaves (Ctrl-D, or Ctrl-C on an empty line). */
export async function terminalChat(handful: Handful, { input, output, signal }: TerminalOptions): Promise<void> {
  const { services, dispatch } = handful;
  const { config, runs, log } = services;
  const speaker = localSpeaker(config);
  const paint = createPaint(config.colour);
  const historyFile = path.join(config.home, 'history');
  let words = await localWords(services);
  const terminal = createInterface({
    input,
    output,
    prompt: '› ',
    history: readHistory(historyFile),
    historySize: MOST_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
      readVocabulary(services, LOCAL_SPACE).then(
        (vocabulary) => done(null, complete(line, vocabulary)),
        (error) => {
          log.bug('completion', error);
          done(null, [[], line]);
        },
      );
    },
  });
  const screen = createScreen({ terminal, output, dim: (text) => paint('dim', text) });
  const closed = new Promise<void>((resolve) => terminal.once('close', resolve));
  signal?.addEventListener('abort', () => terminal.close(), { once: true });
  let history: readonly string[] = [];
  terminal.on('history', (lines) => {
    history = lines;
    writeHistory(historyFile, history);
  });
  terminal.on('SIGINT', () => {
    if (terminal.line === '') {
      terminal.close();
      return;
    }
    terminal.write(null, { ctrl: true, name: 'e' });
    terminal.write(null, { ctrl: true, name: 'u' });
  });

  const unsubscribe = runs.subscribe((event: RunEvent) => {
    if (event.kind === 'progress' || event.kind === 'started') screen.status(progressLine(words, event.run));
    if (event.kind === 'finished') screen.status(null);
    const reply = announcement(words, event);
    if (reply !== null) screen.print(renderReply(reply, paint));
  });

  // One line at a time, in the order they were typed; one may go on typing meanwhile.
  let working = Promise.resolve();
  const answer = async (line: string): Promise<void> => {
    let shown = '';
    const onPartial = (text: string): void => {
      // The status line is one row: what is new of the answer.
      screen.status(text.slice(text.startsWith(shown) ? shown.length : 0).trim());
      shown = text;
    };
    const reply = await dispatch.line(line, { ...speaker, onPartial });
    if (shown !== '') screen.status(null);
    if (reply !== null) screen.print(renderReply(reply, paint));
    if (reply?.kind === 'settings') words = await localWords(services);
  };
  terminal.on('line', (line) => {
    screen.entered(line);
    working = working.then(() => answer(line));
  });

  screen.print(words.say('chat.start'));
  const greeting = greet();
  await closed;
  screen.end();
  await working;
  await greeting;
  unsubscribe();
  screen.print(words.say(runs.busy() ? 'chat.runPutBack' : 'chat.bye'));

  /** What takes a moment to know is said above the prompt when it is known. */
  async function greet(): Promise<void> {
    try {
      const { languageModel } = services;
      screen.print(bannerLines(words, await services.engine.describe(), languageModel).join('\n'));
      void startModel(words, languageModel, { print: (line) => screen.print(paint('red', line)), log });
      const due = await handful.resume(LOCAL_SPACE);
      if (due > 0) screen.print(words.say('chat.resumed', { count: due }));
    } catch (error) {
      const text = isUserError(error) ? error.message : words.say('bug', { id: log.bug('start', error) });
      screen.print(paint('red', text));
    }
  }
}
