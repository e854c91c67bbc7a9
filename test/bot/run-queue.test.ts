// The queue of trainings: fair between spaces, and still there after a stop or a kill.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { announcement } from '../../src/bot/announce.js';
import { createSay } from '../../src/bot/catalogue/index.js';
import { createFormat } from '../../src/bot/format.js';
import { createFairQueue } from '../../src/bot/run-queue.js';
import { createRunRequests } from '../../src/bot/run-requests.js';
import type { Speaker } from '../../src/bot/services.js';
import { openStore, type Store, UserError } from '../../src/engine/index.js';
import { createTestChat, type TestChat } from '../support/chat.js';

const folder = mkdtempSync(path.join(tmpdir(), 'handful-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const turns = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
};

function hold(chat: TestChat): () => void {
  let open = (): void => {};
  chat.engine.gate = new Promise((resolve) => {
    open = resolve;
  });
  return () => {
    chat.engine.gate = null;
    open();
  };
}

/** A task with two labels, not trained by itself. */
async function task(chat: TestChat, name: string, by: Partial<Speaker> = {}): Promise<void> {
  await chat.say(`/task create name:${name} labels:"kind, rude"`, by);
  for (const line of ['so nice => kind', 'very nice => kind', 'go away => rude', 'oh shut up => rude'])
    await chat.say(line, by);
  await chat.say(`/task edit task:${name} automatic:no`, by);
}
const train = (chat: TestChat, name: string, by: Partial<Speaker> = {}) => chat.say(`/model train task:${name}`, by);
const order = (chat: TestChat): string[] =>
  chat.events.flatMap((event) => (event.kind === 'started' ? `${event.run.space}/${event.run.taskName}` : []));
const waiting = async (store: Store, space: string) => (await createRunRequests(store).list(space)).map(({ by }) => by);

describe('a fair queue', () => {
  const queue = (...items: string[]) => {
    const made = createFairQueue<{ space: string; name: string }>();
    for (const name of items) made.push({ space: name[0]!, name });
    return made;
  };
  const drain = (made: ReturnType<typeof queue>): string[] => {
    const names: string[] = [];
    for (let next = made.next(); next !== undefined; next = made.next()) names.push(next.name);
    return names;
  };

  it('takes one of each space in turn, in the order within a space', () => {
    expect(drain(queue('a1', 'a2', 'a3', 'b1', 'c1', 'b2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('puts a space that comes again behind those that wait', () => {
    const made = queue('a1', 'b1');
    expect(made.next()?.name).toBe('a1');
    made.push({ space: 'a', name: 'a2' });
    expect(drain(made)).toEqual(['b1', 'a2']);
  });

  it('knows its size and the last of a space, and loses what is removed', () => {
    const made = queue('a1', 'a2', 'b1');
    const last = made.last('a')!;
    expect([made.size, last.name, made.last('x')]).toEqual([3, 'a2', undefined]);
    made.remove(last);
    expect([made.size, made.last('a')?.name]).toEqual([2, 'a1']);
    expect(drain(made)).toEqual(['a1', 'b1']);
  });
});

describe('trainings of several spaces', () => {
  it('take turns, whoever asked first', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    const [one, two] = [{ space: 'one' }, { space: 'two' }];
    for (const name of ['a', 'b', 'c']) await task(chat, name, one);
    await task(chat, 'd', two);
    for (const name of ['a', 'b', 'c']) await train(chat, name, one);
    await train(chat, 'd', two);
    open();
    await chat.handful.services.runs.settle();
    expect(order(chat)).toEqual(['one/a', 'two/d', 'one/b', 'one/c']);
  });

  it('never name a task of another space', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    const [one, two] = [{ space: 'one' }, { space: 'two' }];
    await task(chat, 'secret', one);
    await task(chat, 'open', two);
    await task(chat, 'other', two);
    await train(chat, 'secret', one);
    expect((await train(chat, 'open', two)).text).toBe(
      'open: will train on 4 examples, at most 30 min, once the machine has finished other trainings. Keep chatting; /model cancel takes it off the list.',
    );
    expect((await train(chat, 'other', two)).text).toMatch(/after open\./);
    open();
    await chat.handful.services.runs.settle();
  });

  it('of a space that goes end without a word, and are not put back', async () => {
    const store = await openStore('memory:');
    const chat = await createTestChat({ store });
    const open = hold(chat);
    const [one, two] = [{ space: 'one' }, { space: 'two' }];
    await task(chat, 'a', one);
    await task(chat, 'b', one);
    await task(chat, 'c', two);
    await train(chat, 'a', one);
    await train(chat, 'b', one);
    await train(chat, 'c', two);
    await turns();
    const cancelled = chat.handful.services.runs.cancelSpace('one');
    open();
    await cancelled;
    expect(await waiting(store, 'one')).toEqual([]);
    await chat.handful.services.runs.settle();
    expect(order(chat)).toEqual(['one/a', 'two/c']);
    const outcomes = chat.events.flatMap((event) =>
      event.kind === 'finished' ? `${event.run.taskName} ${event.outcome.kind}` : [],
    );
    expect(outcomes.sort()).toEqual(['a dropped', 'b dropped', 'c promoted']);
  });
});

describe('a training that somebody asked for', () => {
  it('is stored before it is answered for, and no longer when it has ended', async () => {
    const store = await openStore('memory:');
    const chat = await createTestChat({ store });
    const open = hold(chat);
    await task(chat, 'a');
    await chat.say('/model train task:a method:head budget:60');
    expect(await createRunRequests(store).list('local')).toEqual([
      { taskId: expect.any(String), by: 'ann', method: 'head', budgetSeconds: 60 },
    ]);
    open();
    await chat.handful.services.runs.settle();
    expect(await waiting(store, 'local')).toEqual([]);
  });

  it.each<[string, (chat: TestChat) => void]>([
    [
      'fails',
      (chat) => {
        chat.engine.failure = new UserError('training-failed', 'no');
      },
    ],
    [
      'breaks',
      (chat) => {
        chat.engine.failure = new Error('no');
      },
    ],
  ])('is no longer stored when it %s', async (_, prepare) => {
    const store = await openStore('memory:');
    const chat = await createTestChat({ store });
    prepare(chat);
    await task(chat, 'a');
    await train(chat, 'a');
    await chat.handful.services.runs.settle();
    expect(chat.events.at(-1)).toMatchObject({ kind: 'finished', outcome: { kind: 'failed' } });
    expect(await waiting(store, 'local')).toEqual([]);
  });

  it('leaves the queue at once when it is cancelled before its turn', async () => {
    const store = await openStore('memory:');
    const chat = await createTestChat({ store });
    const open = hold(chat);
    await task(chat, 'a');
    await task(chat, 'b');
    await train(chat, 'a');
    await train(chat, 'b');
    await chat.say('/model cancel task:b');
    await turns();
    expect(chat.events.at(-1)).toMatchObject({
      kind: 'finished',
      run: { taskName: 'b' },
      outcome: { kind: 'cancelled' },
    });
    expect(await waiting(store, 'local')).toHaveLength(1);
    expect((await train(chat, 'b')).kind).toBe('status');
    open();
    await chat.handful.services.runs.settle();
    expect(order(chat)).toEqual(['local/a', 'local/b']);
    expect(await waiting(store, 'local')).toEqual([]);
  });

  it('is refused with a reason when it cannot be stored', async () => {
    const store = await openStore('memory:');
    const full: Store = {
      ...store,
      keySpace: (namespace, schema) => {
        const keys = store.keySpace(namespace, schema);
        if (!namespace.startsWith('queue/')) return keys;
        return { ...keys, set: async () => Promise.reject(new UserError('store', 'The disk is full.')) };
      },
    };
    const chat = await createTestChat({ store: full });
    await task(chat, 'a');
    expect(await train(chat, 'a')).toMatchObject({ kind: 'error', code: 'store', text: 'The disk is full.' });
    expect(chat.handful.services.runs.busy()).toBe(false);
    expect((await train(chat, 'a')).text).toBe('The disk is full.');
  });

  it('goes back into the queue after a stop, in its place, by the same person, and says so', async () => {
    const file = path.join(folder, 'stopped.sqlite');
    const before = await createTestChat({ store: await openStore(file) });
    hold(before);
    const two = { space: 'two', person: 'bea' };
    await task(before, 'a');
    await task(before, 'b');
    await task(before, 'c', two);
    await train(before, 'a');
    before.clock.advance(10);
    await train(before, 'b');
    await train(before, 'c', two);
    await turns();
    before.engine.failure = new UserError('cancelled', 'closed');
    const closing = before.handful.close();
    before.engine.gate = null;
    before.clock.advance(5_000);
    await closing;
    expect(before.events.map(({ kind }) => kind)).not.toContain('finished');

    const after = await createTestChat({ store: await openStore(file) });
    expect(await after.handful.resumeAll(['local', 'two', 'gone'])).toBe(0);
    const queued = after.events.filter(({ kind }) => kind === 'queued').map(({ run }) => run);
    expect(queued.map(({ taskName, by, resumed }) => [taskName, by, resumed])).toEqual([
      ['a', 'ann', true],
      ['b', 'ann', true],
      ['c', 'bea', true],
    ]);
    const say = createSay('en');
    const words = { say, format: createFormat(say) };
    expect(announcement(words, { kind: 'queued', run: queued[0]! })?.text).toBe(
      'a: the training that was interrupted starts again.',
    );
    await after.handful.services.runs.settle();
    expect(order(after)).toEqual(['local/a', 'two/c', 'local/b']);
    await after.handful.close();

    const later = await createTestChat({ store: await openStore(file) });
    expect([await later.handful.resume('local'), later.events]).toEqual([0, []]);
    await later.handful.close();
  });

  it('goes back into the queue after a kill', async () => {
    const file = path.join(folder, 'killed.sqlite');
    const script = fileURLToPath(new URL('./run-queue-child.js', import.meta.url));
    const child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    expect(line).toMatch(/^support: training on 4 examples/);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;

    const chat = await createTestChat({ store: await openStore(file) });
    expect(await chat.handful.resume('local')).toBe(0);
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs).toMatchObject([{ methods: ['head'], budgetSeconds: 60 }]);
    expect(chat.events.at(-1)).toMatchObject({ run: { by: 'ann', resumed: true }, outcome: { kind: 'promoted' } });
    await chat.handful.close();
  });

  it('of a task that is gone, or where training is off now, does not start', async () => {
    const store = await openStore('memory:');
    const requests = createRunRequests(store);
    const off = await createTestChat({ store, config: { training: false } });
    await task(off, 'a');
    const { id } = await off.handful.services.workspace.findTask('local');
    await requests.save({ id, space: 'local' }, { by: 'ann' }, 1);
    await off.handful.resume('local');
    expect([off.events, await waiting(store, 'local')]).toEqual([[], ['ann']]);
    await off.handful.services.workspace.deleteTask(await off.handful.services.workspace.findTask('local'));
    const on = await createTestChat({ store });
    await on.handful.resume('local');
    expect([on.events, await waiting(store, 'local')]).toEqual([[], []]);
  });

  it('goes on without the id of a person who asked to be forgotten', async () => {
    const store = await openStore('memory:');
    const chat = await createTestChat({ store });
    const open = hold(chat);
    await task(chat, 'a');
    await chat.say('/model train task:a method:head', { person: 'bea' });
    await turns();
    await chat.handful.services.runs.forgetPerson('local', 'bea');
    expect(await waiting(store, 'local')).toEqual(['–']);
    open();
    await chat.handful.services.runs.settle();
    const { workspace } = chat.handful.services;
    expect((await workspace.versions(await workspace.findTask('local'))).map(({ createdBy }) => createdBy)).toEqual([
      '–',
    ]);
  });
});

describe('closing', () => {
  it('does not wait for a run that hangs, longer than five seconds', async () => {
    const chat = await createTestChat();
    hold(chat);
    await task(chat, 'a');
    await train(chat, 'a');
    await turns();
    let closed = false;
    const closing = chat.handful.close().then(() => {
      closed = true;
    });
    chat.clock.advance(4_900);
    await turns();
    expect(closed).toBe(false);
    chat.clock.advance(100);
    await closing;
  });
});

describe('resuming many spaces', () => {
  it('reads no examples of tasks that are as they were measured, and lets the event loop turn', async () => {
    const store = await openStore('memory:');
    const chat = await createTestChat({ store });
    chat.engine.accuracy['in-context'] = 0.95;
    const spaces = Array.from({ length: 40 }, (_, i) => `space ${i}`);
    for (const space of spaces) {
      await chat.say('/task create name:a labels:"kind, rude"', { space });
      for (const text of ['so nice', 'very nice', 'how kind']) await chat.say(`${text} => kind`, { space });
      for (const text of ['go away', 'shut up', 'what a fool']) await chat.say(`${text} => rude`, { space });
    }
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs).toHaveLength(40);
    await chat.say('one more => kind', { space: 'space 7' });

    const read: string[] = [];
    const counting: Store = {
      ...store,
      keySpace: (namespace, schema) => {
        const keys = store.keySpace(namespace, schema);
        const entries = (prefix?: string) => {
          if (namespace.startsWith('example/')) read.push(namespace.split('/')[1]!);
          return keys.entries(prefix);
        };
        return { ...keys, entries };
      },
    };
    const again = await createTestChat({ store: counting });
    expect(await again.handful.resumeAll(spaces)).toBe(1);
    expect(read).toEqual(['space 7']);
  });
});
