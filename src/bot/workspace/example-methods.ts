// Examples of a task: teach, label, forget, and undo whatever came last.

import { resolveLabel, type Store, UserError, type Write } from '../../engine/index.js';
import { type Change, reverse } from './change.js';
import { requireFreeName } from './edit.js';
import type { Ledger, TaskName } from './ledger.js';
import { openTasks, openUndoLog, type TaskRecord, toTask, type UndoRecord } from './records.js';
import { sourceWrites, takenFrom } from './sources.js';
import { borrowersStale, staleVersions, withoutTexts } from './staleness.js';
import { planTeach } from './teach.js';
import type { Counts, Example, Workspace } from './types.js';

export type ExampleMethods = Pick<Workspace, 'examples' | 'counts' | 'teach' | 'label' | 'forget' | 'undo'>;

export interface ExampleMethodsOptions {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly now: () => number;
}

export function createExampleMethods({ store, ledger, now }: ExampleMethodsOptions): ExampleMethods {
  const all = async (task: TaskName): Promise<readonly Example[]> => {
    const held = ledger.heldExamples(task);
    return (held ?? (await ledger.exclusive(task.space, () => ledger.examples(task)))).all();
  };

  return {
    examples: async (task) => [...(await all(task))],

    counts: async (task) => {
      const examples = await all(task);
      const counts = new Map(task.labels.map(({ name }) => [name, 0]));
      let unlabelled = 0;
      for (const { label } of examples) {
        const count = label === null ? undefined : counts.get(label);
        if (label === null || count === undefined) unlabelled++;
        else counts.set(label, count + 1);
      }
      const labels = [...counts].map(([label, count]) => ({ label, examples: count }));
      return { labels, unlabelled, total: examples.length } satisfies Counts;
    },

    teach: (task, submitted, options) =>
      ledger.exclusive(task.space, async () => {
        const before = await ledger.task(task);
        const held = await ledger.examples(task);
        const { outcomes, added, relabelled } = planTeach(submitted, { ...options, task: before, held, at: now() });
        if (added.length + relabelled.length === 0) return { task: toTask(task.space, before), outcomes };
        const after = { ...nextRevision(before), nextExample: before.nextExample + added.length };
        await ledger.commit(task.space, { kind: 'teach', before, after, added, relabelled }, options.by);
        return { task: toTask(task.space, after), outcomes };
      }),

    label: (task, exampleId, label, by) =>
      ledger.exclusive(task.space, async () => {
        const before = await ledger.task(task);
        const old = (await ledger.examples(task)).get(exampleId) ?? unknownExample(before, exampleId);
        const name = label === null ? null : labelOf(before, label);
        if (name === old.label) return { task: toTask(task.space, before), example: old };
        const after = nextRevision(before);
        const example = { ...old, label: name };
        const change: Change = { kind: 'label', before, after, relabelled: [{ example, before: old.label }] };
        await ledger.commit(task.space, change, by);
        return { task: toTask(task.space, after), example };
      }),

    forget: (task, exampleIds, by) =>
      ledger.exclusive(task.space, async () => {
        const before = await ledger.task(task);
        const held = await ledger.examples(task);
        const removed = [...new Set(exampleIds)].map((id) => held.get(id) ?? unknownExample(before, id));
        if (removed.length === 0) return { task: toTask(task.space, before), removed, staleVersions: [] };
        const versions = ledger.versions(task);
        const records = await versions.list();
        const staleBefore = staleVersions(records, held.all());
        const after = nextRevision(before);
        const quoting = withoutTexts(records, removed).map(versions.amend);
        const also = [...quoting, ...(await othersBorrowed(ledger, task))];
        await ledger.commit(task.space, { kind: 'forget', before, after, removed }, by, also);
        const stale = staleVersions(records, held.all()).filter((number) => !staleBefore.includes(number));
        return { task: toTask(task.space, after), removed, staleVersions: stale };
      }),

    undo: (space, by, { ownOnly = false } = {}) =>
      ledger.exclusive(space, async () => {
        const last = await ledger.lastUndo(space);
        if (last === undefined) throw new UserError('bad-input', 'There is nothing to undo.');
        const [key, entry] = last;
        if (ownOnly && entry.by !== by) throw new UserError('forbidden', "The last change here was somebody else's.");
        const name = { space, id: entry.task, name: 'The task' };
        const log = openUndoLog(store, space);
        const task = await ledger.task(name);
        requireNameFree(entry, await ledger.tasks(space));
        if (entry.before !== null && !(await isKept(ledger, name, entry.before.activeVersion))) {
          // It can never be undone: the one before it comes next.
          await store.batch([log.drop(key)]);
          ledger.forgetCached(space);
          throw new UserError(
            'unknown-version',
            `${task.name} cannot go back to version ${entry.before.activeVersion}: it is no longer kept.`,
            { details: { version: entry.before.activeVersion } },
          );
        }
        const held = await ledger.examples(name);
        const { after, puts, drops } = reverse(entry, task, held.get);
        const dropped = drops.flatMap((id) => held.get(id) ?? []);
        const versions = ledger.versions(name);
        const quoting = dropped.length === 0 ? [] : withoutTexts(await versions.list(), dropped).map(versions.amend);
        await ledger.write(
          [
            openTasks(store, space).put(after.id, after),
            log.drop(key),
            ...(await sourceWrites(store, space, { gone: takenFrom(name.id, dropped) })),
            ...quoting,
          ],
          [{ task: name, puts, drops }],
        );
        ledger.forgetCached(space);
        const examples = puts.length + drops.length;
        return { kind: entry.kind, task: toTask(space, after), by: entry.by, at: entry.at, examples };
      }),
  };
}

const nextRevision = (task: TaskRecord): TaskRecord => ({ ...task, revision: task.revision + 1 });

const labelOf = (task: TaskRecord, label: string): string =>
  resolveLabel(
    label,
    task.labels.map(({ name }) => name),
    task.name,
  );

async function isKept(ledger: Ledger, task: TaskName, version: number | null): Promise<boolean> {
  return version === null || (await ledger.versions(task).get(version)) !== undefined;
}

/** Another task may have taken the name that a task had before. */
function requireNameFree(entry: UndoRecord, tasks: readonly TaskRecord[]): void {
  if (entry.before === null) return;
  const others = tasks.filter(({ id }) => id !== entry.task).map(({ name }) => name);
  requireFreeName(entry.before.name, others);
}

function unknownExample(task: TaskRecord, id: string): never {
  throw new UserError('unknown-example', `${task.name} has no example ${id}; it may have been forgotten already.`, {
    details: { id },
  });
}

/** Marks versions of the space's other tasks that may have learned from this one. */
async function othersBorrowed(ledger: Ledger, { space, id: own }: TaskName): Promise<Write[]> {
  const writes: Write[] = [];
  for (const { id, name } of await ledger.tasks(space)) {
    if (id === own) continue;
    const versions = ledger.versions({ space, id, name });
    writes.push(...borrowersStale(await versions.list()).map(versions.amend));
  }
  return writes;
}
