// A chat for tests: the real dispatch, workspace and runs on a store in memory, with the fake engine and clock.

import type { Language } from '../../src/bot/catalogue/index.js';
import { composeHandful, type Handful } from '../../src/bot/compose.js';
import { type Config, readConfig } from '../../src/bot/config.js';

import { createLog } from '../../src/bot/log.js';
import type { Reply } from '../../src/bot/reply.js';
import type { RunEvent } from '../../src/bot/run-types.js';
import type { Speaker } from '../../src/bot/services.js';
import { type LanguageModel, openStore, type Store, UserError } from '../../src/engine/index.js';
import { createFakeClock, type FakeClock } from './fake-clock.js';
import { createFakeEngine, type FakeEngine } from './fake-engine.js';

export interface TestChat {
  readonly handful: Handful;
  readonly engine: FakeEngine;
  readonly clock: FakeClock;
  readonly events: RunEvent[];
  readonly logged: string[];
  readonly written: Map<string, string>;
  /** Files that /teach-file may open. */
  readonly files: Map<string, string | Uint8Array>;
  say(line: string, by?: Partial<Speaker>): Promise<Reply>;
  /** A command as a face sends it: for a button, a form. */
  press(command: string, options?: Readonly<Record<string, string>>, by?: Partial<Speaker>): Promise<Reply>;
  /** The texts of the replies to several lines. */
  talk(...lines: string[]): Promise<string[]>;
}

export async function createTestChat(
  options: {
    language?: Language;
    config?: Partial<Config>;
    store?: Store;
    clock?: FakeClock;
    languageModel?: LanguageModel | null;
  } = {},
): Promise<TestChat> {
  const [engine, clock] = [createFakeEngine(), options.clock ?? createFakeClock()];
  const logged: string[] = [];
  const files = new Map<string, string | Uint8Array>();
  const written = new Map<string, string>();
  const config = { ...readConfig({ HANDFUL_HOME: '/nowhere', HANDFUL_STORE: 'memory:' }), ...options.config };
  const handful = composeHandful({
    config,
    engine,
    store: options.store ?? (await openStore('memory:')),
    clock,
    log: createLog((line) => logged.push(line)),
    languageModel: options.languageModel,
  });
  const events: RunEvent[] = [];
  handful.services.runs.subscribe((event) => events.push(event));
  const speaker: Speaker = {
    space: 'local',
    person: 'ann',
    role: 'owner',
    nameOf: (person) => person,
    roleOf: (role) => role,
    channelOf: (channel) => channel,
    language: options.language ?? 'en',
    files: {
      open: async (name) => {
        const content = files.get(name);
        if (content === undefined) throw new UserError('bad-file', `${name}: there is no such file.`);
        return { name, source: typeof content === 'string' ? Buffer.from(content) : content };
      },
      write: async (name, content) => {
        written.set(name, content);
        return name;
      },
      writeFolder: async (name, files) => {
        for (const { path, bytes } of files) written.set(`${name}/${path}`, Buffer.from(bytes).toString('latin1'));
        return name;
      },
    },
  };
  const say = async (line: string, by: Partial<Speaker> = {}): Promise<Reply> => {
    const reply = await handful.dispatch.line(line, { ...speaker, ...by });
    if (reply === null) throw new Error(`no reply to "${line}"`);
    return reply;
  };
  const press: TestChat['press'] = (command, typed = {}, by = {}) =>
    handful.dispatch.command(command, typed, { ...speaker, ...by });
  const talk = async (...lines: string[]): Promise<string[]> => {
    const texts: string[] = [];
    for (const line of lines) texts.push((await say(line)).text);
    return texts;
  };
  return { handful, engine, clock, events, logged, files, written, say, press, talk };
}

/** A task `support` with three labels and this many examples a label. */
export async function teachSupport(chat: TestChat, shots: number): Promise<void> {
  await chat.say('/task create name:support labels:"billing, bug, praise"');
  const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
  for (let i = 0; i < shots; i++) {
    await chat.talk(
      `charged ${words[i]} times => billing`,
      `crash number ${words[i]} today => bug`,
      `thanks ${words[i]} lovely => praise`,
    );
  }
}
