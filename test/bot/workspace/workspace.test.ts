import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Task, Workspace } from '../../../src/bot/workspace/index.js';
import { type Bench, cascadeRecord, openBench } from './support.js';

const SPACE = 'guild1';
let bench: Bench;
let workspace: Workspace;
let support: Task;

const create = (name: string, labels: readonly string[] = ['billing', 'bug', 'praise'], space = SPACE): Promise<Task> =>
  workspace.createTask(space, { name, labels: labels.map((label) => ({ name: label })), by: 'ann' });
const teach = (
  rows: readonly (readonly [text: string, label: string | null])[],
  { by = 'ann', replace = false } = {},
) =>
  workspace.teach(
    support,
    rows.map(([text, label]) => ({ text, label })),
    { by, replace },
  );
const texts = async (from = workspace): Promise<(readonly [string, string | null])[]> =>
  (await from.examples(support)).map(({ text, label }) => [text, label] as const);
const reloaded = async (): Promise<Task> => (await workspace.tasks(SPACE)).find(({ id }) => id === support.id)!;
const addVersion = (byte = 1, { labels = ['billing', 'bug'], worst = [] as string[], trainedOn = ['1', '2'] } = {}) =>
  workspace.addVersion(support, {
    method: 'lora',
    record: cascadeRecord({ labels, worst }),
    bytes: new Uint8Array(5000).fill(byte),
    by: 'ann',
    trainedOn,
  });

async function start(options: { keepVersions?: number } = {}): Promise<void> {
  bench = await openBench(options);
  workspace = bench.workspace;
  support = await create('support');
}

beforeEach(() => start());

describe('tasks', () => {
  it('begin in context, with defaults', () => {
    expect(support).toMatchObject({
      space: SPACE,
      name: 'support',
      instruction: '',
      settings: { target: 0.9, automatic: true },
      createdBy: 'ann',
      revision: 1,
      activeVersion: null,
    });
  });

  it('of one space are not seen from another', async () => {
    await create('tone', ['a', 'b'], 'guild2');
    expect((await workspace.tasks(SPACE)).map(({ name }) => name)).toEqual(['support']);
    await expect(workspace.findTask(SPACE, 'tone')).rejects.toMatchObject({ code: 'unknown-task' });
    expect(await workspace.tasks('guild')).toEqual([]);
  });

  it('are found by name, whatever its case, with a suggestion otherwise', async () => {
    expect((await workspace.findTask(SPACE, ' SUPPORT')).id).toBe(support.id);
    await expect(workspace.findTask(SPACE, 'suport')).rejects.toMatchObject({
      code: 'unknown-task',
      message: 'There is no task "suport". Did you mean support?',
    });
    await expect(workspace.findTask(SPACE, 'xyz')).rejects.toThrow('There is no task "xyz". There are support.');
  });

  it('without a name are the only one, else the one used last, also after a restart', async () => {
    expect((await workspace.findTask(SPACE)).name).toBe('support');
    await create('tone');
    expect((await workspace.findTask(SPACE)).name).toBe('tone');
    await workspace.findTask(SPACE, 'support');
    expect((await bench.reopened().findTask(SPACE)).name).toBe('support');
    await create('intents');
    await workspace.deleteTask(await workspace.findTask(SPACE, 'intents'));
    await expect(workspace.findTask(SPACE)).rejects.toThrow(
      'Which task? There are support, tone. Add task:support, for instance.',
    );
    await expect(workspace.findTask('empty')).rejects.toThrow('There is no task yet. Make one: /task create');
  });

  it('need names of their own', async () => {
    await expect(create('Support')).rejects.toMatchObject({
      code: 'conflict',
      message: 'There is already a task support. Choose another name.',
    });
    await expect(create('x', ['a', 'A'])).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      create(
        'x',
        Array.from({ length: 501 }, (_, i) => `l${i}`),
      ),
    ).rejects.toMatchObject({
      code: 'limit',
      message: 'x can have at most 500 labels, not 501. Nothing was saved.',
    });
  });

  it('made at the same moment under one name are one task', async () => {
    const made = await Promise.allSettled([create('tone'), create('tone'), create('Tone')]);
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('are edited: name, instruction, labels, descriptions, settings', async () => {
    const edited = await workspace.editTask(support, {
      name: 'tickets',
      instruction: 'Which team?',
      addLabels: [{ name: 'refund' }],
      dropLabels: ['Praise'],
      describeLabels: { bug: 'crashes', refund: 'money back' },
      settings: { automatic: false },
    });
    expect(edited).toMatchObject({
      name: 'tickets',
      instruction: 'Which team?',
      labels: [
        { name: 'billing' },
        { name: 'bug', description: 'crashes' },
        { name: 'refund', description: 'money back' },
      ],
      settings: { target: 0.9, automatic: false },
      revision: 2,
    });
    expect(await bench.reopened().tasks(SPACE)).toEqual([edited]);
    expect((await workspace.editTask(edited, { describeLabels: { bug: '' } })).labels[1]).toEqual({ name: 'bug' });
    expect((await workspace.editTask(edited, {})).revision).toBe(3);
    await expect(workspace.editTask(edited, { dropLabels: ['refnd'] })).rejects.toMatchObject({
      code: 'unknown-label',
      message: 'tickets has no label "refnd". Did you mean refund?',
    });
    await expect(workspace.editTask(edited, { addLabels: [{ name: 'Bug' }] })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('keep the examples of a dropped label, unlabelled, and stop a version that knows it', async () => {
    await teach([
      ['one', 'billing'],
      ['two', 'bug'],
      ['three', 'praise'],
    ]);
    await workspace.promote(support, (await addVersion()).number, 'ann');
    expect((await workspace.editTask(support, { dropLabels: ['praise'] })).activeVersion).toBe(1);
    expect((await workspace.editTask(support, { dropLabels: ['bug'] })).activeVersion).toBe(null);
    expect(await texts()).toEqual([
      ['one', 'billing'],
      ['two', null],
      ['three', null],
    ]);
    await expect(workspace.promote(support, 1, 'ann')).rejects.toMatchObject({
      code: 'conflict',
      message: 'Version 1 of support can answer bug, which support no longer has. /model train makes a new one.',
    });
    expect(await workspace.undo(SPACE, 'ann')).toMatchObject({ kind: 'edit', examples: 1, task: { activeVersion: 1 } });
    expect(await texts()).toEqual([
      ['one', 'billing'],
      ['two', 'bug'],
      ['three', null],
    ]);
  });

  it('that are deleted leave nothing, and whoever still holds one is told', async () => {
    await teach([['one', 'billing']]);
    await addVersion();
    await workspace.deleteTask(support);
    expect(await workspace.tasks(SPACE)).toEqual([]);
    const message = 'support was deleted meanwhile. Nothing was saved.';
    await expect(teach([['two', 'billing']])).rejects.toMatchObject({ code: 'unknown-task', message });
    await expect(addVersion()).rejects.toThrow(message);
    await expect(workspace.undo(SPACE, 'ann')).rejects.toThrow('There is nothing to undo.');
    expect(await texts()).toEqual([]);
    expect(await texts(bench.reopened())).toEqual([]);
  });
});

describe('teaching', () => {
  it('keeps examples in the order they came, with who and when, and raises the revision', async () => {
    const { task, outcomes } = await teach([
      ['I was charged twice', 'billing'],
      ['这个月被重复扣费了', 'Billing'],
      ['what?', null],
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['taught', 'taught', 'taught']);
    expect(task.revision).toBe(2);
    const examples = await bench.reopened().examples(support);
    expect(examples.map(({ id, text, label, submittedBy }) => [id, text, label, submittedBy])).toEqual([
      ['1', 'I was charged twice', 'billing', 'ann'],
      ['2', '这个月被重复扣费了', 'billing', 'ann'],
      ['3', 'what?', null, 'ann'],
    ]);
    expect(await workspace.counts(support)).toEqual({
      labels: [
        { label: 'billing', examples: 2 },
        { label: 'bug', examples: 0 },
        { label: 'praise', examples: 0 },
      ],
      unlabelled: 1,
      total: 3,
    });
  });

  it.each([
    ['the same text and label', [['It works!', 'praise']], 'duplicate', 'praise'],
    ['the same text in other letters, width and punctuation', [['  ＩＴ works', 'praise']], 'duplicate', 'praise'],
    ['the same text without a label', [['it works', null]], 'duplicate', 'praise'],
    ['the same text under another label', [['it works', 'bug']], 'conflict', 'praise'],
  ] as const)('does not store %s', async (_, rows, kind, label) => {
    await teach([['It works', 'praise']]);
    const { task, outcomes } = await teach(rows, { by: 'bob' });
    expect(outcomes[0]).toMatchObject(kind === 'conflict' ? { kind, held: { id: '1', label } } : { kind });
    expect(task.revision).toBe(2);
    expect(await texts()).toEqual([['It works', 'praise']]);
  });

  it('moves a text to another label only when asked to, and gives an unlabelled one its label', async () => {
    await teach([
      ['it works', 'bug'],
      ['hm', null],
    ]);
    const { outcomes } = await teach(
      [
        ['It works!', 'praise'],
        ['hm', 'billing'],
      ],
      { by: 'bob', replace: true },
    );
    expect(outcomes).toMatchObject([
      { kind: 'relabelled', before: 'bug', example: { id: '1', label: 'praise', submittedBy: 'ann' } },
      { kind: 'relabelled', before: null, example: { id: '2', label: 'billing' } },
    ]);
    expect(await texts(bench.reopened())).toEqual([
      ['it works', 'praise'],
      ['hm', 'billing'],
    ]);
  });

  it('sees duplicates and conflicts inside one submission', async () => {
    const { outcomes } = await teach([
      ['a b', 'bug'],
      ['A, b', 'bug'],
      ['a-b', 'praise'],
      ['c', null],
      ['c', 'bug'],
      ['c', 'praise'],
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'taught',
      'duplicate',
      'conflict',
      'taught',
      'relabelled',
      'conflict',
    ]);
    expect(await texts(bench.reopened())).toEqual([
      ['a b', 'bug'],
      ['c', 'bug'],
    ]);
  });

  it('stores nothing when one label is unknown', async () => {
    await expect(
      teach([
        ['one', 'bug'],
        ['two', 'refnd'],
        ['three', 'prase'],
      ]),
    ).rejects.toMatchObject({ code: 'unknown-label' });
    await expect(teach([['three', 'prase']])).rejects.toThrow('support has no label "prase". Did you mean praise?');
    expect(await texts()).toEqual([]);
    expect((await reloaded()).revision).toBe(1);
  });

  it('stops at 100,000 examples', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => [`text ${i}`, 'bug'] as const);
    await teach(rows);
    await expect(teach([['one more', 'bug']])).rejects.toMatchObject({
      code: 'limit',
      message:
        'support can hold 100,000 examples: it has 100,000 and 1 are new. Nothing was saved. Forget some, or make another task for the rest.',
    });
    expect((await workspace.counts(support)).total).toBe(100_000);
    expect(await workspace.undo(SPACE, 'ann')).toMatchObject({ kind: 'teach', examples: 100_000 });
    expect((await workspace.counts(support)).total).toBe(0);
  });

  it('by many at once loses nothing', async () => {
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        teach(
          [
            [`text ${i}`, 'bug'],
            ['the same', 'bug'],
          ],
          { by: `p${i}` },
        ),
      ),
    );
    expect((await bench.reopened().examples(support)).map(({ text }) => text).sort()).toEqual(
      ['the same', ...Array.from({ length: 100 }, (_, i) => `text ${i}`)].sort(),
    );
    expect((await reloaded()).revision).toBe(101);
  });
});

describe('labelling and forgetting', () => {
  beforeEach(async () => {
    await teach([
      ['one', 'billing'],
      ['two', null],
      ['three', 'bug'],
    ]);
  });

  it('gives, changes and takes labels', async () => {
    expect(await workspace.label(support, '2', 'BUG', 'bob')).toMatchObject({
      task: { revision: 3 },
      example: { id: '2', label: 'bug', submittedBy: 'ann' },
    });
    await workspace.label(support, '1', null, 'bob');
    expect((await workspace.label(support, '1', null, 'bob')).task.revision).toBe(4);
    expect(await texts(bench.reopened())).toEqual([
      ['one', null],
      ['two', 'bug'],
      ['three', 'bug'],
    ]);
    await expect(workspace.label(support, '9', 'bug', 'bob')).rejects.toMatchObject({
      code: 'unknown-example',
      message: 'support has no example 9; it may have been forgotten already.',
    });
  });

  it('forgets examples, marks what was trained on them and no longer quotes them', async () => {
    await addVersion(1, { trainedOn: ['1', '2', '3'], worst: ['one', 'three'] });
    await addVersion(2, { trainedOn: ['2', '3'] });
    const forgotten = await workspace.forget(support, ['1', '1'], 'ann');
    expect(forgotten).toMatchObject({ removed: [{ id: '1', text: 'one' }], staleVersions: [1], task: { revision: 3 } });
    const versions = await workspace.versions(support);
    expect(versions.map(({ stale }) => stale)).toEqual([true, false]);
    expect(versions[0]!.record.rungs[0]!.measurement!.worst.map(({ text }) => text)).toEqual(['three']);
    expect((await workspace.forget(support, ['2'], 'ann')).staleVersions).toEqual([2]);
    await expect(workspace.forget(support, ['3', '1'], 'ann')).rejects.toMatchObject({ code: 'unknown-example' });
    expect(await texts(bench.reopened())).toEqual([['three', 'bug']]);
  });

  it('takes a forgotten text again as a new example', async () => {
    await workspace.forget(support, ['1'], 'ann');
    expect((await teach([['one', 'bug']])).outcomes[0]).toMatchObject({ kind: 'taught', example: { id: '4' } });
  });
});

describe('undo', () => {
  it('goes back step by step, also after a restart, and says what it undid', async () => {
    await teach(
      [
        ['one', 'billing'],
        ['two', null],
      ],
      { by: 'bob' },
    );
    await teach(
      [
        ['one', 'bug'],
        ['three', 'bug'],
      ],
      { replace: true },
    );
    await workspace.label(support, '2', 'praise', 'cy');
    await workspace.forget(support, ['1', '3'], 'ann');
    await workspace.editTask(support, { name: 'tickets', by: 'dee' });
    await addVersion();
    await workspace.promote(support, 1, 'ann');

    const undone = [];
    for (let i = 0; i < 6; i++) undone.push(await bench.reopened().undo(SPACE, 'ann'));
    expect(undone.map(({ kind, by, examples }) => [kind, by, examples])).toEqual([
      ['promote', 'ann', 0],
      ['edit', 'dee', 0],
      ['forget', 'ann', 2],
      ['label', 'cy', 1],
      ['teach', 'ann', 2],
      ['teach', 'bob', 2],
    ]);
    expect(undone.map(({ task }) => [task.name, task.activeVersion])).toEqual([
      ['tickets', null],
      ...Array.from({ length: 5 }, () => ['support', null]),
    ]);
    await expect(workspace.undo(SPACE, 'ann')).rejects.toMatchObject({
      code: 'bad-input',
      message: 'There is nothing to undo.',
    });
  });

  it('restores exactly what was there, under a new revision', async () => {
    await teach([
      ['one', 'billing'],
      ['two', null],
    ]);
    const before = await workspace.examples(support);
    for (const change of [
      () =>
        teach(
          [
            ['one', 'bug'],
            ['three', 'bug'],
          ],
          { replace: true },
        ),
      () => workspace.label(support, '2', 'praise', 'cy'),
      () => workspace.forget(support, ['1'], 'ann'),
      () => workspace.editTask(support, { dropLabels: ['billing'] }),
    ]) {
      await change();
      const { revision } = await reloaded();
      expect((await workspace.undo(SPACE, 'ann')).task.revision).toBe(revision + 1);
      expect(await workspace.examples(support)).toEqual(before);
      expect(await bench.reopened().examples(support)).toEqual(before);
    }
    expect((await teach([['four', 'bug']])).outcomes[0]).toMatchObject({ example: { id: '4' } });
  });

  it('of a forgetting makes the versions fresh again', async () => {
    await teach([
      ['one', 'billing'],
      ['two', 'bug'],
    ]);
    await addVersion();
    await workspace.forget(support, ['1'], 'ann');
    await workspace.undo(SPACE, 'ann');
    expect((await workspace.versions(support))[0]!.stale).toBe(false);
  });

  it('does not cross spaces', async () => {
    await create('tone', ['a', 'b'], 'guild2');
    await teach([['one', 'billing']]);
    await expect(workspace.undo('guild2', 'ann')).rejects.toThrow('There is nothing to undo.');
  });

  it('remembers 50 changes', async () => {
    for (let i = 0; i < 60; i++) await teach([[`text ${i}`, 'bug']]);
    for (let i = 0; i < 50; i++) await workspace.undo(SPACE, 'ann');
    await expect(workspace.undo(SPACE, 'ann')).rejects.toThrow('There is nothing to undo.');
    expect((await workspace.examples(support)).length).toBe(10);
  });

  it('does not take a name that another task has taken since', async () => {
    await workspace.editTask(support, { name: 'tickets' });
    await create('support');
    await expect(workspace.undo(SPACE, 'ann')).rejects.toMatchObject({ code: 'conflict' });
    expect((await reloaded()).name).toBe('tickets');
  });
});

describe('versions', () => {
  beforeEach(async () => {
    await teach([
      ['one', 'billing'],
      ['two', 'bug'],
    ]);
  });

  it('are written whole, do not answer until promoted, and keep their record', async () => {
    const version = await addVersion(7);
    expect(version).toMatchObject({
      number: 1,
      method: 'lora',
      parent: null,
      bytes: 5000,
      stale: false,
      createdBy: 'ann',
    });
    expect(version.record).toEqual(cascadeRecord());
    expect((await reloaded()).activeVersion).toBe(null);
    const { revision } = await reloaded();
    const promoted = await workspace.promote(support, 1, 'ann');
    expect([promoted.activeVersion, promoted.revision]).toEqual([1, revision]);
    expect(await bench.reopened().tasks(SPACE)).toEqual([promoted]);
    expect(await bench.reopened().checkpoint(support, 1)).toEqual(new Uint8Array(5000).fill(7));
    expect(await workspace.versions(support)).toEqual([version]);
    expect((await addVersion(8)).parent).toBe(1);
  });

  it('that are damaged or unknown do not become active', async () => {
    await addVersion(1);
    await addVersion(2);
    await workspace.promote(support, 1, 'ann');
    const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
    await bench.store.keySpace(`checkpoint/${SPACE}/${support.id}`, bytes).set('00000002', new Uint8Array(5000));
    const damaged = {
      code: 'damaged',
      message: 'Version 2 of support could not be read (checksum differs). /model train makes a new one.',
    };
    await expect(workspace.checkpoint(support, 2)).rejects.toMatchObject(damaged);
    await expect(workspace.promote(support, 2, 'ann')).rejects.toMatchObject(damaged);
    await expect(workspace.promote(support, 9, 'ann')).rejects.toMatchObject({
      code: 'unknown-version',
      message: 'support has no version 9. It has 1, 2.',
    });
    expect((await reloaded()).activeVersion).toBe(1);
  });

  it('are rolled back one after another', async () => {
    for (let i = 1; i <= 3; i++) await workspace.promote(support, (await addVersion(i)).number, 'ann');
    expect(await workspace.previous(support)).toBe(2);
    expect((await workspace.rollback(support, 'ann')).activeVersion).toBe(2);
    expect((await workspace.rollback(support, 'ann')).activeVersion).toBe(1);
    expect(await workspace.previous(support)).toBe(null);
    expect((await workspace.rollback(support, 'ann')).activeVersion).toBe(null);
    expect(await workspace.previous(support)).toBe(undefined);
    await expect(workspace.rollback(support, 'ann')).rejects.toThrow('support has no answerer before this one.');
    expect((await workspace.undo(SPACE, 'ann')).task.activeVersion).toBe(1);
    expect(await workspace.previous(support)).toBe(null);
  });

  it('are kept up to a limit, the active one, its parent and the one before it always', async () => {
    await start({ keepVersions: 2 });
    await teach([
      ['one', 'billing'],
      ['two', 'bug'],
    ]);
    await workspace.promote(support, (await addVersion()).number, 'ann');
    await workspace.promote(support, (await addVersion()).number, 'ann');
    for (let i = 0; i < 4; i++) await addVersion();
    expect((await workspace.versions(support)).map(({ number }) => number)).toEqual([1, 2, 5, 6]);
    expect((await workspace.rollback(support, 'ann')).activeVersion).toBe(1);
  });

  it('that are no longer kept cannot be undone to, and the undo before comes next', async () => {
    await start({ keepVersions: 1 });
    await teach([
      ['one', 'billing'],
      ['two', 'bug'],
    ]);
    await workspace.promote(support, (await addVersion()).number, 'ann');
    for (const next of [null, (await addVersion()).number, null]) await workspace.promote(support, next, 'ann');
    await addVersion();
    await addVersion();
    await workspace.undo(SPACE, 'ann');
    await workspace.undo(SPACE, 'ann');
    await expect(workspace.undo(SPACE, 'ann')).rejects.toMatchObject({
      code: 'unknown-version',
      message: 'support cannot go back to version 1: it is no longer kept.',
    });
    expect((await workspace.undo(SPACE, 'ann')).kind).toBe('promote');
  });

  it('that learned from other tasks of the space are stale when one of those loses an example, by itself or with a person', async () => {
    const tone = await create('tone');
    const other = (method: 'prototypes' | 'lora') =>
      workspace.addVersion(tone, {
        method,
        record: cascadeRecord(),
        bytes: new Uint8Array(1),
        by: 'ann',
        trainedOn: [],
      });
    await other('prototypes');
    await other('lora');
    await workspace.forget(support, ['1'], 'ann');
    expect((await workspace.versions(tone)).map(({ stale }) => stale)).toEqual([true, false]);
    await other('prototypes');
    await teach([['only here', 'bug']], { by: 'bob' });
    await workspace.forgetPerson(SPACE, 'bob');
    expect((await workspace.versions(tone)).map(({ stale }) => stale)).toEqual([true, false, true]);
  });

  it('trained on an example that was forgotten during the run are stale from the start', async () => {
    await workspace.forget(support, ['2'], 'ann');
    expect((await addVersion()).stale).toBe(true);
  });
});

describe('spaces and people', () => {
  it('a person is forgotten: examples, quotes, and the undo log that could bring them back', async () => {
    await teach(
      [
        ['from bob', 'bug'],
        ['also from bob', 'billing'],
      ],
      { by: 'bob' },
    );
    await teach([['from ann', 'bug']]);
    await workspace.forget(support, ['1'], 'ann');
    await addVersion(1, { trainedOn: ['2', '3'], worst: ['also from bob', 'from ann'] });
    await addVersion(2, { trainedOn: ['3'] });
    const tone = await create('tone');
    await workspace.teach(tone, [{ text: 'bob again', label: 'bug' }], { by: 'bob' });

    const forgotten = await workspace.forgetPerson(SPACE, 'bob');
    expect(forgotten.map(({ task, removed, staleVersions }) => [task.name, removed.length, staleVersions])).toEqual([
      ['support', 1, [1]],
      ['tone', 1, []],
    ]);
    expect(await texts(bench.reopened())).toEqual([['from ann', 'bug']]);
    expect((await workspace.versions(support)).map(({ stale }) => stale)).toEqual([true, false]);
    expect(JSON.stringify(await workspace.exportSpace(SPACE))).not.toContain('bob again');
    expect(JSON.stringify(await workspace.exportSpace(SPACE))).not.toContain('from bob');
    for (;;) {
      const undone = await workspace.undo(SPACE, 'ann').catch(() => null);
      if (undone === null) break;
      expect(JSON.stringify(await workspace.exportSpace(SPACE))).not.toContain('from bob');
    }
    expect(await workspace.forgetPerson(SPACE, 'bob')).toEqual([]);
  });

  it('a space is exported whole and deleted whole, and no other', async () => {
    await teach([
      ['one', 'billing'],
      ['two', 'bug'],
    ]);
    await addVersion();
    const other = await create('tone', ['a', 'b'], `${SPACE}/x`);
    const exported = await workspace.exportSpace(SPACE);
    expect(exported).toMatchObject({
      format: 'handful-space',
      formatVersion: 1,
      space: SPACE,
      tasks: [{ task: { name: 'support' }, examples: [{ text: 'one' }, { text: 'two' }], versions: [{ number: 1 }] }],
    });
    await workspace.deleteSpace(SPACE);
    expect(await workspace.tasks(SPACE)).toEqual([]);
    expect(await texts()).toEqual([]);
    expect(await workspace.versions(support)).toEqual([]);
    await expect(workspace.undo(SPACE, 'ann')).rejects.toThrow('There is nothing to undo.');
    expect(await workspace.tasks(`${SPACE}/x`)).toEqual([other]);
  });
});
