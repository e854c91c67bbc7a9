// Examples that were taken from a message go with it, and nothing brings them back.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { FORGOTTEN_PERSON, type Task, type Workspace } from '../../../src/bot/workspace/index.js';
import { type Bench, cascadeRecord, openBench } from './support.js';

const SPACE = 'guild-1';
let bench: Bench;
let workspace: Workspace;
let support: Task;

beforeEach(async () => {
  bench = await openBench();
  workspace = bench.workspace;
  support = await create('support');
});
afterEach(() => bench.store.close());

const create = (name: string, space = SPACE): Promise<Task> =>
  workspace.createTask(space, { name, labels: [{ name: 'billing' }, { name: 'bug' }], by: 'ann' });

async function teach(text: string, { source = 'm1', by = 'ann', task = support, label = 'bug', replace = false } = {}) {
  const { outcomes } = await workspace.teach(task, [{ text, label }], { by, source, replace });
  return outcomes[0]!;
}

const texts = async (task = support, from = workspace): Promise<string[]> =>
  (await from.examples(task)).map(({ text }) => text);

/** Message id → what the index lists, as it is stored. */
async function index(space = SPACE): Promise<Record<string, unknown>> {
  return Object.fromEntries(await bench.store.keySpace(`source/${space}`, z.json()).entries());
}

async function undoAll(): Promise<void> {
  for (let undone = true; undone; ) {
    undone = await workspace.undo(SPACE, 'ann').then(
      () => true,
      () => false,
    );
  }
}

async function addVersion(trainedOn: readonly string[], worst: readonly string[] = []) {
  return workspace.addVersion(support, {
    method: 'lora',
    record: cascadeRecord({ worst }),
    bytes: Uint8Array.of(1),
    by: 'ann',
    trainedOn,
  });
}

describe('a message that was taught from', () => {
  it('is kept with its example, survives a restart, and is in no export', async () => {
    await teach('charged twice', { source: 'm1' });
    await workspace.teach(support, [{ text: 'typed by hand', label: 'bug' }], { by: 'ann' });
    const [taken, typed] = await bench.reopened().examples(support);
    expect(taken).toMatchObject({ text: 'charged twice', source: 'm1' });
    expect(typed).not.toHaveProperty('source');
    expect(JSON.stringify(await workspace.exportSpace(SPACE))).not.toContain('m1');
  });

  it('takes its examples of every task with it when it is deleted, and no other', async () => {
    const tone = await create('tone');
    await workspace.teach(
      support,
      [
        { text: 'one', label: 'bug' },
        { text: 'two', label: 'billing' },
      ],
      { by: 'ann', source: 'm1' },
    );
    await teach('one', { task: tone });
    await teach('kept', { source: 'm2' });
    await addVersion(['1', '3'], ['one', 'kept']);
    await addVersion(['3']);

    const forgotten = await bench.reopened().forgetMessages(SPACE, ['m1']);
    expect(
      forgotten.map(({ task, removed, staleVersions }) => [task.name, removed.map(({ text }) => text), staleVersions]),
    ).toEqual([
      ['support', ['one', 'two'], [1]],
      ['tone', ['one'], []],
    ]);
    const now = bench.reopened();
    expect([await texts(support, now), await texts(tone, now)]).toEqual([['kept'], []]);
    const versions = await now.versions(support);
    expect(versions.map(({ stale }) => stale)).toEqual([true, false]);
    expect(JSON.stringify(versions)).not.toContain('"one"');
    expect(JSON.stringify(versions)).toContain('"kept"');
    expect(await index()).toEqual({ m2: [[support.id, '3']] });
    expect(await bench.reopened().forgetMessages(SPACE, ['m1'])).toEqual([]);
  });

  it('is gone from memory too: the next question does not see it', async () => {
    await teach('one');
    expect(await texts()).toEqual(['one']);
    const before = (await workspace.tasks(SPACE))[0]!.revision;
    expect(await workspace.forgetMessages(SPACE, ['m1'])).toMatchObject([{ task: { revision: before + 1 } }]);
    expect(await texts()).toEqual([]);
    expect((await teach('one', { source: 'm2' })).kind).toBe('taught');
  });

  it.each([
    ['forgotten', async () => void (await workspace.forget(support, ['1'], 'ann'))],
    ['undone', async () => void (await workspace.undo(SPACE, 'ann'))],
    ['relabelled', async () => void (await workspace.label(support, '1', 'billing', 'ann'))],
    [
      'unlabelled by dropping its label',
      async () => void (await workspace.editTask(support, { dropLabels: ['bug'], addLabels: [{ name: 'x' }] })),
    ],
  ])('comes back by no undo, also when its example was %s before', async (_, change) => {
    await teach('the secret');
    await change();
    await workspace.forgetMessages(SPACE, ['m1']);
    expect(await texts()).toEqual([]);
    await undoAll();
    expect(await texts()).toEqual([]);
    expect(await index()).toEqual({});
    for (const namespace of await bench.store.namespaces('')) {
      const entries = await bench.store.keySpace(namespace, z.unknown()).entries();
      expect(JSON.stringify(entries)).not.toContain('the secret');
    }
  });

  it('still takes an example with it that an undo brought back', async () => {
    await teach('one');
    await workspace.forget(support, ['1'], 'ann');
    await workspace.undo(SPACE, 'ann');
    expect(await texts()).toEqual(['one']);
    expect(await workspace.forgetMessages(SPACE, ['m1'])).toHaveLength(1);
    expect(await texts()).toEqual([]);
  });

  it('stays the source when another message has the same text', async () => {
    await teach('one', { source: 'm1', label: 'bug' });
    expect((await teach('ONE', { source: 'm2', label: 'billing', replace: true })).kind).toBe('relabelled');
    expect((await teach('one', { source: 'm3', label: 'billing' })).kind).toBe('duplicate');
    expect(await workspace.forgetMessages(SPACE, ['m2', 'm3'])).toEqual([]);
    expect(await texts()).toEqual(['one']);
    expect(await workspace.forgetMessages(SPACE, ['m1'])).toHaveLength(1);
  });

  it('is listed as long as its text can come back, and no longer', async () => {
    await teach('undone', { source: 'm1' });
    await workspace.undo(SPACE, 'ann');
    expect(await index()).toEqual({});

    await teach('forgotten', { source: 'm2' });
    await workspace.forget(support, ['2'], 'ann');
    expect(Object.keys(await index())).toEqual(['m2']);
    for (let i = 0; i < 50; i++) await workspace.editTask(support, { instruction: `${i}` });
    expect(await index()).toEqual({});

    const tone = await create('tone');
    await teach('in tone', { source: 'm3', task: tone });
    await teach('in both', { source: 'm3' });
    await workspace.deleteTask(tone);
    expect(await index()).toEqual({ m3: [[support.id, '3']] });

    await teach('from bob', { source: 'm4', by: 'bob' });
    await workspace.forget(support, ['4'], 'bob');
    await teach('bob again', { source: 'm5', by: 'bob' });
    await workspace.forgetPerson(SPACE, 'bob');
    expect(Object.keys(await index())).toEqual(['m3']);

    await workspace.deleteSpace(SPACE);
    expect(await index()).toEqual({});
  });

  it('of one space says nothing to another', async () => {
    const other = await create('support', 'guild-2');
    await teach('here');
    await teach('there', { task: other });
    expect(await workspace.forgetMessages('guild-2', ['m1'])).toHaveLength(1);
    expect([await texts(), await texts(other)]).toEqual([['here'], []]);
  });
});

describe('many messages deleted at once', () => {
  it('that nobody taught from cost one read each, no scan and no write', async () => {
    await teach('one');
    const opened: string[] = [];
    const { keySpace } = bench.store;
    const counting = vi.spyOn(bench.store, 'keySpace').mockImplementation((namespace, schema) => {
      opened.push(namespace);
      const space = keySpace(namespace, schema);
      const refuse = () => Promise.reject(new Error(`scanned ${namespace}`));
      return { ...space, keys: refuse, entries: refuse };
    });
    const writing = vi.spyOn(bench.store, 'batch');
    const ids = Array.from({ length: 100 }, (_, i) => `not taught ${i}`);
    expect(await bench.reopened().forgetMessages(SPACE, ids)).toEqual([]);
    expect(new Set(opened)).toEqual(new Set([`source/${SPACE}`]));
    expect(writing).not.toHaveBeenCalled();
    counting.mockRestore();
    writing.mockRestore();
  });

  it('go in one step', async () => {
    for (let i = 0; i < 10; i++) await teach(`text ${i}`, { source: `m${i}` });
    const before = (await workspace.tasks(SPACE))[0]!.revision;
    const ids = Array.from({ length: 100 }, (_, i) => `m${i + 3}`);
    const [forgotten] = await workspace.forgetMessages(SPACE, ids);
    expect(forgotten?.removed).toHaveLength(7);
    expect(forgotten?.task.revision).toBe(before + 1);
    expect(await texts()).toEqual(['text 0', 'text 1', 'text 2']);
  });
});

describe('a store on the disk', () => {
  it('of before sources were kept is read, and nothing of a deleted message is left in its files', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'handful-sources-'));
    const onDisk = await openBench({ url: path.join(folder, 'handful.sqlite') });
    try {
      const task = await onDisk.workspace.createTask(SPACE, {
        name: 'old',
        labels: [{ name: 'a' }, { name: 'b' }],
        by: 'ann',
      });
      await onDisk.store
        .keySpace(`example/${SPACE}/${task.id}`, z.json())
        .set('000000900', { text: 'of old', label: 'a', submittedBy: 'ann', submittedAt: 1 });
      await onDisk.workspace.teach(task, [{ text: 'a text that must go', label: 'a' }], { by: 'ann', source: 'm1' });
      const read = async () => (await onDisk.reopened().examples(task)).map(({ text, source }) => [text, source]);
      expect(await read()).toEqual([
        ['a text that must go', 'm1'],
        ['of old', undefined],
      ]);
      await onDisk.workspace.forgetMessages(SPACE, ['m1']);
      const traces = readdirSync(folder).filter((name) =>
        readFileSync(path.join(folder, name)).includes('a text that must go'),
      );
      expect(traces).toEqual([]);
      expect(await read()).toEqual([['of old', undefined]]);
    } finally {
      await onDisk.store.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what else forgetting reaches', () => {
  it('the quotes of a text whose teaching was undone', async () => {
    await teach('taught by mistake');
    await addVersion(['1'], ['taught by mistake']);
    await workspace.undo(SPACE, 'ann');
    expect(JSON.stringify(await bench.reopened().versions(support))).not.toContain('taught by mistake');
  });

  it('a version whose run saw texts that were forgotten meanwhile does not quote them', async () => {
    await teach('gone meanwhile');
    await teach('kept', { source: 'm2' });
    await workspace.forgetMessages(SPACE, ['m1']);
    const version = await addVersion(['1', '2'], ['gone meanwhile', 'kept']);
    expect(version.stale).toBe(true);
    const stored = JSON.stringify(await bench.reopened().versions(support));
    expect(stored).not.toContain('gone meanwhile');
    expect(stored).toContain('kept');
  });

  it('the name of a forgotten person goes from tasks, versions and the undo log; what they made stays', async () => {
    const theirs = await workspace.createTask(SPACE, {
      name: 'tone',
      labels: [{ name: 'a' }, { name: 'b' }],
      by: 'bob',
    });
    await workspace.teach(theirs, [{ text: 'from ann', label: 'a' }], { by: 'ann' });
    await workspace.addVersion(theirs, {
      method: 'head',
      record: cascadeRecord(),
      bytes: Uint8Array.of(1),
      by: 'bob',
      trainedOn: ['1'],
    });
    await workspace.editTask(theirs, { instruction: 'How?', by: 'bob' });
    expect(await workspace.forgetPerson(SPACE, 'bob')).toEqual([]);
    for (const namespace of await bench.store.namespaces('')) {
      expect(JSON.stringify(await bench.store.keySpace(namespace, z.unknown()).entries())).not.toContain('bob');
    }
    const now = bench.reopened();
    expect((await now.tasks(SPACE)).map(({ name, createdBy }) => [name, createdBy])).toEqual([
      ['support', 'ann'],
      ['tone', FORGOTTEN_PERSON],
    ]);
    expect(await now.versions(theirs)).toMatchObject([{ createdBy: FORGOTTEN_PERSON, stale: false }]);
    expect(await now.undo(SPACE, 'ann')).toMatchObject({ kind: 'edit', by: null });
  });

  it('the spaces are those that have a task', async () => {
    const other = await create('support', 'guild-2');
    await create('more', 'guild-2');
    expect(await workspace.spaces()).toEqual(['guild-1', 'guild-2']);
    await workspace.deleteSpace(SPACE);
    expect(await workspace.spaces()).toEqual(['guild-2']);
    expect(await workspace.tasks('guild-2')).toHaveLength(2);
    expect((await workspace.tasks('guild-2'))[0]).toEqual(other);
  });
});
