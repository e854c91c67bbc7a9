// How often somebody may ask, by the clock of the machine (fake timers).

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSay } from '../../src/bot/catalogue/index.js';
import { COMMANDS } from '../../src/bot/commands/index.js';
import { createFormat } from '../../src/bot/format.js';
import { createLimits, LIMITED } from '../../src/bot/limits.js';
import type { Context } from '../../src/bot/services.js';
import { isUserError, UserError } from '../../src/engine/index.js';
import { createTestChat, teachSupport } from '../support/chat.js';

const say = createSay('en');
const context = (changes: Partial<Context> = {}): Context => ({
  space: 'guild',
  person: 'ann',
  role: 'member',
  language: 'en',
  say,
  format: createFormat(say),
  nameOf: (person) => person,
  roleOf: (role) => role,
  channelOf: (channel) => channel,
  files: {
    open: () => Promise.reject(new Error('no file')),
    write: () => Promise.reject(new Error('no file')),
    writeFolder: () => Promise.reject(new Error('no file')),
  },
  ...changes,
});
const done = async (): Promise<string> => 'done';

/** How many of `count` calls went through. */
async function passed(
  limits: ReturnType<typeof createLimits>,
  count: number,
  command: string,
  by: Partial<Context> = {},
) {
  let through = 0;
  for (let i = 0; i < count; i++) {
    const result = await limits.run(context(by), command, done).catch((error: unknown) => error);
    if (result === 'done') through++;
    else expect(isUserError(result) && result.code).toBe('too-often');
  }
  return through;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('limits', () => {
  it.each<[string, Context['role'], number]>([
    ['ask', 'member', 30],
    ['ask', 'moderator', 30],
    ['teach', 'member', 60],
    ['teach', 'moderator', 120],
    ['teach-file', 'member', 6],
    ['teach-file', 'moderator', 12],
  ])('/%s: a %s may %i times a minute, in a burst too', async (command, role, most) => {
    const limits = createLimits();
    expect(await passed(limits, most + 5, command, { role })).toBe(most);
    vi.advanceTimersByTime(60_000);
    expect(await passed(limits, 1, command, { role })).toBe(1);
  });

  it('six trainings an hour in a space, whoever asks; one that could not start does not count', async () => {
    const limits = createLimits();
    const refused = new UserError('too-few-examples', 'no');
    for (let i = 0; i < 10; i++) {
      const work = limits.run(context({ role: 'moderator' }), 'model train', () => Promise.reject(refused));
      await expect(work).rejects.toBe(refused);
    }
    expect(await passed(limits, 4, 'model train', { role: 'moderator', person: 'ann' })).toBe(4);
    expect(await passed(limits, 4, 'model train', { role: 'moderator', person: 'bea' })).toBe(2);
    expect(await passed(limits, 1, 'model train', { role: 'moderator', space: 'other' })).toBe(1);
    vi.advanceTimersByTime(3_600_000);
    expect(await passed(limits, 1, 'model train', { role: 'moderator' })).toBe(1);
  });

  it('200 members of one guild ask at once, and all pass', async () => {
    const limits = createLimits();
    const asks = Array.from({ length: 200 }, (_, i) => limits.run(context({ person: `member ${i}` }), 'ask', done));
    expect(new Set(await Promise.all(asks))).toEqual(new Set(['done']));
  });

  it('a space may do 1,200 things a minute, and others are not touched by it', async () => {
    const limits = createLimits();
    let through = 0;
    for (let i = 0; i < 50; i++) through += await passed(limits, 30, 'ask', { person: `member ${i}` });
    expect(through).toBe(1200);
    expect(await passed(limits, 1, 'ask', { space: 'other', person: 'member 49' })).toBe(1);
  });

  it('what one person is refused costs the space nothing', async () => {
    const limits = createLimits();
    await passed(limits, 1300, 'ask', { person: 'script' });
    expect(await passed(limits, 1, 'ask', { person: 'ann' })).toBe(1);
  });

  it('the owner of a local chat has none', async () => {
    expect(await passed(createLimits(), 2000, 'ask', { role: 'owner' })).toBe(2000);
  });

  it.each<['en' | 'zh', string]>([
    ['en', 'That was a lot of questions in one minute. Please ask again in 40 s.'],
    ['zh', '一分钟内的问题有点多，请在 40 秒后再问。'],
  ])('says in %s when to try again', async (language, text) => {
    const limits = createLimits();
    await passed(limits, 30, 'ask');
    vi.advanceTimersByTime(20_000);
    const zh = createSay(language);
    const asked = limits.run(context({ say: zh, format: createFormat(zh) }), 'ask', done);
    await expect(asked).rejects.toMatchObject({ code: 'too-often', message: text, details: { retryAfterSeconds: 40 } });
  });

  it('forgets whoever asked when their minute is over, and keeps no process alive', async () => {
    const timers: { unref: () => void }[] = [];
    const limits = createLimits();
    const real = globalThis.setTimeout;
    const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((call: () => void, ms: number) => {
      const timer = real(call, ms);
      timers.push({ unref: vi.spyOn(timer, 'unref') as unknown as () => void });
      return timer;
    }) as typeof setTimeout);
    for (let i = 0; i < 100; i++) await limits.run(context({ person: `member ${i}` }), 'ask', done);
    expect(timers).toHaveLength(101);
    for (const { unref } of timers) expect(unref).toHaveBeenCalled();
    spy.mockRestore();
    expect(vi.getTimerCount()).toBe(101);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are about commands that exist', () => {
    const names = new Set(COMMANDS.map(({ name }) => name));
    for (const name of Object.keys(LIMITED)) expect(names).toContain(name);
  });
});

describe('a chat of many', () => {
  it('gets the reply that says when to ask again', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const by = { role: 'member', person: 'bea' } as const;
    for (let i = 0; i < 30; i++) expect((await chat.say('charged', by)).kind).toBe('answer');
    expect(await chat.say('charged', by)).toMatchObject({
      kind: 'error',
      code: 'too-often',
      text: expect.stringMatching(/^That was a lot of questions in one minute\. Please ask again in \d+/),
    });
    expect((await chat.say('charged', { role: 'member', person: 'cem' })).kind).toBe('answer');
  });
});
