import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Asked, createAsked, digestOf, type NewAsked } from '../../src/bot/asked.js';
import { createLog } from '../../src/bot/log.js';
import { openStore, type Prediction, type Store, UserError } from '../../src/engine/index.js';
import { createTestChat, teachSupport } from '../support/chat.js';
import { createFakeClock, type FakeClock } from '../support/fake-clock.js';

const folder = mkdtempSync(path.join(tmpdir(), 'handful-asked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const DAY_MS = 86_400_000;

const prediction: Prediction = {
  label: 'billing',
  closest: 'billing',
  probability: 0.75,
  scores: [
    { label: 'billing', probability: 0.75 },
    { label: 'bug', probability: 0.25 },
  ],
  similarity: 0.5,
  threshold: 0.1,
  nearest: [{ text: 'a taught text of somebody', label: 'billing', similarity: 0.5 }],
  method: 'in-context',
};

const question = (text: string, about: Partial<NewAsked> = {}): NewAsked => ({
  task: 't1',
  taskName: 'support',
  text,
  prediction,
  by: { kind: 'in-context' },
  person: 'ann',
  source: null,
  ...about,
});

interface Setup {
  readonly asked: Asked;
  readonly clock: FakeClock;
  readonly store: Store;
  /** The batches that reached the store, by their number of writes. */
  readonly commits: number[];
  readonly logged: string[];
  /** When set, the store refuses to write. */
  broken: boolean;
}

let lastId = 0;

async function setUp({ file = 'memory:', clock = createFakeClock() } = {}): Promise<Setup> {
  const store = await openStore(file, { clock });
  const logged: string[] = [];
  const setup: Setup = { clock, store, commits: [], logged, broken: false, asked: null as unknown as Asked };
  const counted: Store = {
    ...store,
    batch: async (writes) => {
      if (setup.broken) throw new UserError('store', 'The disk is full.');
      setup.commits.push(writes.length);
      await store.batch(writes);
    },
  };
  const log = createLog((line) => logged.push(line));
  const asked = createAsked({ store: counted, clock, log, ids: () => `id-${++lastId}` });
  return Object.assign(setup, { asked });
}

const traces = (where: string, text: string): string[] =>
  readdirSync(where).filter((name) => readFileSync(path.join(where, name)).includes(text));

describe('remembering answers', () => {
  it('knows an answer at once and writes it with others a moment later', async () => {
    const { asked, clock, commits } = await setUp();
    const id = asked.remember('local', question('why?'));
    const record = await asked.find('local', id);
    expect(record).toMatchObject({ id, text: 'why?', task: 't1', person: 'ann', at: clock.now() });
    expect(record?.prediction.nearest).toEqual([
      { digest: digestOf('a taught text of somebody'), label: 'billing', similarity: 0.5 },
    ]);
    clock.advance(499);
    expect(commits).toEqual([]);
    asked.remember('elsewhere', question('and here?', { source: 'm1' }));
    clock.advance(1);
    await asked.flush();
    expect(commits).toEqual([2 + 3]);
    expect(await asked.find('local', id)).toEqual(record);
  });

  it('writes 200 answers at once in one commit, without waiting for the half second', async () => {
    const { asked, clock, commits } = await setUp();
    const ids = Array.from({ length: 200 }, (_, i) => asked.remember('local', question(`question ${i}`)));
    expect(commits).toEqual([]);
    clock.advance(0);
    await vi.waitFor(() => expect(commits).toEqual([400]));
    expect((await asked.find('local', ids[137]!))?.text).toBe('question 137');
    clock.advance(10_000);
    await asked.flush();
    expect(commits).toHaveLength(1);
  });

  it('finds it again after a restart, the last one of each person too', async () => {
    const file = path.join(folder, `${files++}`, 'handful.sqlite');
    const first = await setUp({ file });
    const id = first.asked.remember('local', question('first'));
    first.asked.remember('local', question('second'));
    const version = { kind: 'version', number: 3, method: 'lora' } as const;
    first.asked.remember('local', question('of bob', { person: 'bob/1', by: version }));
    first.asked.remember('elsewhere', question('third'));
    await first.asked.flush();
    await first.store.close();
    const { asked, store } = await setUp({ file, clock: first.clock });
    expect((await asked.find('local', id))?.prediction.scores).toEqual(prediction.scores);
    expect((await asked.last('local', 'ann'))?.text).toBe('second');
    expect(await asked.last('local', 'bob/1')).toMatchObject({ text: 'of bob', by: version });
    expect(await asked.last('local', 'bob')).toBeNull();
    asked.remember('local', question('fourth'));
    expect((await asked.last('local', 'ann'))?.text).toBe('fourth');
    await asked.flush();
    await store.close();
  });

  it('never finds an answer of another space, waiting or written', async () => {
    const { asked } = await setUp();
    const id = asked.remember('guild-1', question('mine'));
    expect(await asked.find('guild-2', id)).toBeNull();
    await asked.flush();
    expect(await asked.find('guild-2', id)).toBeNull();
    expect(await asked.last('guild-2', 'ann')).toBeNull();
    expect(await asked.find('guild-1', 'never there')).toBeNull();
  });

  it('forgets it after 7 days, in memory and in the store', async () => {
    const { asked, clock, store } = await setUp();
    const id = asked.remember('local', question('old'));
    await asked.flush();
    clock.advance(7 * DAY_MS - 1);
    expect(await asked.find('local', id)).not.toBeNull();
    clock.advance(1);
    expect(await asked.find('local', id)).toBeNull();
    expect(await asked.last('local', 'ann')).toBeNull();
    // The rows go with the next answer that is written.
    asked.remember('local', question('new'));
    await asked.flush();
    expect(await store.sweep()).toBe(0);
    expect(await store.keySpace('asked/local', z.json()).keys()).toHaveLength(1);
  });

  it('gives ids that one cannot count up to, short enough for a button', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const ids = new Set<string>();
    for (let i = 0; i < 50; i++) {
      const reply = await chat.say(`charged ${i}`);
      ids.add(reply.kind === 'answer' ? reply.asked : '');
    }
    expect(ids.size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^[\w-]{12}$/);
  });
});

describe('forgetting answers', () => {
  it.each(['waiting', 'written'])(
    'of a person, of messages, of a task, of a space: while they are %s',
    async (state) => {
      const { asked } = await setUp();
      const settle = async (): Promise<void> => (state === 'written' ? asked.flush() : undefined);
      const ids = {
        ann: asked.remember('local', question('of ann', { source: 'm1' })),
        message: asked.remember('local', question('of a message', { person: 'bob', source: 'm2' })),
        task: asked.remember('local', question('of a task', { person: 'bob', task: 't2' })),
        kept: asked.remember('local', question('kept', { person: 'bob', source: 'm20' })),
        elsewhere: asked.remember('elsewhere', question('of ann elsewhere', { source: 'm2', task: 't2' })),
      };
      const left = async (): Promise<string[]> => {
        const found = await Promise.all(
          Object.entries(ids).map(async ([name, id]) =>
            (await asked.find(name === 'elsewhere' ? name : 'local', id)) === null ? [] : [name],
          ),
        );
        return found.flat();
      };
      await settle();
      await asked.forgetPerson('local', 'ann');
      expect(await left()).toEqual(['message', 'task', 'kept', 'elsewhere']);
      await asked.forgetMessages('local', ['m1', 'm2', 'm3']);
      expect(await left()).toEqual(['task', 'kept', 'elsewhere']);
      await asked.forgetTask('local', 't2');
      expect(await left()).toEqual(['kept', 'elsewhere']);
      await asked.clearSpace('local');
      expect(await left()).toEqual(['elsewhere']);
      await asked.flush();
      expect(await left()).toEqual(['elsewhere']);
    },
  );

  it('leaves no trace of them on the disk, and none of taught texts at any time', async () => {
    const where = path.join(folder, `${files++}`);
    const { asked, store } = await setUp({ file: path.join(where, 'handful.sqlite') });
    asked.remember('local', question('a secret question'));
    await asked.flush();
    expect(traces(where, 'a secret question')).not.toEqual([]);
    expect(traces(where, 'a taught text of somebody')).toEqual([]);
    await asked.forgetPerson('local', 'ann');
    expect(traces(where, 'a secret question')).toEqual([]);
    expect(await store.namespaces('asked')).toEqual([]);
    await store.close();
  });
});

describe('a store that cannot be written', () => {
  it('is tried again later; what waits is bounded, and nothing of it is lost before', async () => {
    const setup = await setUp();
    const { asked, clock, commits, logged } = setup;
    setup.broken = true;
    const ids = Array.from({ length: 2100 }, (_, i) => asked.remember('local', question(`question ${i}`)));
    clock.advance(0);
    await vi.waitFor(() => expect(logged).toHaveLength(1));
    ids.push(asked.remember('local', question('question 2100')));
    clock.advance(59_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(logged).toHaveLength(1);
    expect(logged[0]).not.toContain('question');
    expect([await asked.find('local', ids[100]!), (await asked.find('local', ids[101]!))?.text]).toEqual([
      null,
      'question 101',
    ]);
    setup.broken = false;
    clock.advance(1);
    await vi.waitFor(() => expect(commits).toEqual([4000]));
    expect((await asked.find('local', ids[2100]!))?.text).toBe('question 2100');
  });

  it('holds no reader of another release up: a record in another shape is gone', async () => {
    const { asked, store } = await setUp();
    const id = asked.remember('local', question('why?'));
    await asked.flush();
    await store.keySpace('asked/local', z.json()).set(id, { text: 'in another shape' });
    expect(await asked.find('local', id)).toBeNull();
  });
});

describe('/ask', () => {
  it('does not wait for the disk: 200 people at once cost one commit', async () => {
    const store = await openStore('memory:');
    const batches: number[] = [];
    const counted: Store = {
      ...store,
      keySpace: (namespace, schema) => {
        const space = store.keySpace(namespace, schema);
        const set: typeof space.set = (...entry) => {
          batches.push(1);
          return space.set(...entry);
        };
        return { ...space, set };
      },
      batch: (writes) => {
        batches.push(writes.length);
        return store.batch(writes);
      },
    };
    const chat = await createTestChat({ store: counted });
    await teachSupport(chat, 2);
    batches.length = 0;
    const asks = Array.from({ length: 200 }, (_, i) => chat.say(`charged ${i}`, { person: `p${i}` }));
    const replies = await Promise.all(asks);
    expect(replies.every(({ kind }) => kind === 'answer')).toBe(true);
    expect(batches).toEqual([]);
    chat.clock.advance(0);
    await chat.handful.services.asked.flush();
    expect(batches).toEqual([400]);
  });
});
