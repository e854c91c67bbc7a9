// Whole spaces: delete one, export one, forget a person in one.

import type { Store } from '../../engine/index.js';
import { withoutPerson } from './change.js';
import type { Ledger } from './ledger.js';
import { openSpace, openTasks, openUndoLog, type TaskRecord, toTask } from './records.js';
import { numbersOfExamples, staleVersions, toVersion, withoutTexts } from './staleness.js';
import type { Forgotten, Workspace } from './types.js';

export type SpaceMethods = Pick<Workspace, 'deleteSpace' | 'exportSpace' | 'forgetPerson'>;

export interface SpaceMethodsOptions {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly now: () => number;
}

export function createSpaceMethods({ store, ledger, now }: SpaceMethodsOptions): SpaceMethods {
  const forgetIn = async (space: string, record: TaskRecord, person: string): Promise<Forgotten | null> => {
    const task = { space, id: record.id, name: record.name };
    const held = await ledger.examples(task);
    const removed = held.all().filter(({ submittedBy }) => submittedBy === person);
    if (removed.length === 0) return null;
    const versions = ledger.versions(task);
    const records = await versions.list();
    const staleBefore = staleVersions(records, held.all());
    const after = { ...record, revision: record.revision + 1 };
    const writes = [
      openTasks(store, space).put(after.id, after),
      ...withoutTexts(records, removed).map(versions.amend),
    ];
    await ledger.write(task, writes, { puts: [], drops: removed.map(({ id }) => id) });
    const stale = staleVersions(records, held.all()).filter((number) => !staleBefore.includes(number));
    return { task: toTask(space, after), removed, staleVersions: stale };
  };

  return {
    deleteSpace: (space) =>
      ledger.exclusive(space, async () => {
        const tasks = (await ledger.tasks(space)).map(({ id, name }) => ({ space, id, name }));
        const erased = await Promise.all(tasks.map(ledger.erase));
        await store.batch([...erased.flat(), openUndoLog(store, space).clear(), openSpace(store, space).clear()]);
        for (const { id } of tasks) ledger.forgetCached(space, id);
        ledger.forgetCached(space);
        await store.settle();
      }),

    exportSpace: (space) =>
      ledger.exclusive(space, async () => {
        const tasks = [];
        for (const record of await ledger.tasks(space)) {
          const name = { space, id: record.id, name: record.name };
          const examples = (await ledger.examples(name)).all();
          const numbers = numbersOfExamples(examples);
          const versions = (await ledger.versions(name).list()).map((version) => toVersion(version, numbers));
          tasks.push({ task: toTask(space, record), examples, versions });
        }
        return { format: 'handful-space', formatVersion: 1, space, exportedAt: now(), tasks } as const;
      }),

    forgetPerson: (space, person) =>
      ledger.exclusive(space, async () => {
        // The undo log goes first: were this cut off half-way, asking again finishes it, and nothing deleted comes back.
        const log = openUndoLog(store, space);
        const writes = (await ledger.undoLog(space)).flatMap(([key, entry]) => {
          const kept = withoutPerson(entry, person);
          if (kept === entry) return [];
          return [kept === null ? log.drop(key) : log.put(key, kept)];
        });
        await store.batch(writes);
        ledger.forgetCached(space);
        const forgotten: Forgotten[] = [];
        for (const task of await ledger.tasks(space)) {
          const result = await forgetIn(space, task, person);
          if (result !== null) forgotten.push(result);
        }
        await store.settle();
        return forgotten;
      }),
  };
}
