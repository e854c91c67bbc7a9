// The stored tasks, one change at a time: loads what a change needs, writes it in one batch together with its undo record, and
// keeps the examples in memory in step. Everything here that ends in a write runs inside `exclusive` of its space.

import { openVersions, type Store, UserError, type Versions, type Write } from '../../engine/index.js';
import type { Change } from './change.js';
import { undoRecordOf } from './change.js';
import { createExampleCache, type HeldExamples, holdExamples } from './held-examples.js';
import { createMutex } from './mutex.js';
import {
  idOfKey,
  numberedKey,
  openExamples,
  openTasks,
  openUndoLog,
  type TaskRecord,
  toExampleRecord,
  type UndoRecord,
} from './records.js';
import { sourceWrites, sourceWritesWithoutTask, takenFrom, takenInUndo } from './sources.js';
import type { Example } from './types.js';

/** Changes of a space that can be undone. */
const UNDO_DEPTH = 50;

/** Examples that stay in memory, of all tasks together: one full task, or a thousand small ones; some 40 MB. */
const EXAMPLES_IN_MEMORY = 100_000;

/** Which task: what people pass around is only its name here. */
export interface TaskName {
  readonly space: string;
  readonly id: string;
  readonly name: string;
}

export interface Ledger {
  /** Waits for every change of the space that was asked for before. */
  exclusive<T>(space: string, work: () => Promise<T>): Promise<T>;
  /** Oldest first. */
  tasks(space: string): Promise<TaskRecord[]>;
  /** Throws a UserError `unknown-task` when somebody deleted it meanwhile. */
  task(task: TaskName): Promise<TaskRecord>;
  /** Inside `exclusive`, or it may miss a change that is being written. */
  examples(task: TaskName): Promise<HeldExamples>;
  heldExamples(task: TaskName): HeldExamples | undefined;
  versions(task: TaskName): Versions;
  /** Writes a change, its undo record, and whatever else belongs to it. */
  commit(space: string, change: Change, by: string | null, also?: readonly Write[]): Promise<void>;
  /** Writes without an undo record, all of them or none; memory follows. */
  write(writes: readonly Write[], changes: readonly ExampleChange[]): Promise<void>;
  /** Every undo record, oldest first. */
  undoLog(space: string): Promise<[key: string, entry: UndoRecord][]>;
  lastUndo(space: string): Promise<[key: string, entry: UndoRecord] | undefined>;
  /** Writes that leave nothing of a task; its undo records included. */
  erase(task: TaskName): Promise<Write[]>;
  /** Call after the writes of `erase`, or after undo records went. */
  forgetCached(space: string, task?: string): void;
}

export interface ExampleChange {
  readonly task: TaskName;
  readonly puts: readonly Example[];
  readonly drops: readonly string[];
}

export function createLedger({
  store,
  now,
  keepVersions,
}: {
  store: Store;
  now: () => number;
  keepVersions: number | undefined;
}): Ledger {
  const mutex = createMutex();
  const cache = createExampleCache(EXAMPLES_IN_MEMORY);
  const undoKeys = new Map<string, string[]>();

  const keysOfUndo = async (space: string): Promise<string[]> => {
    const keys = undoKeys.get(space) ?? (await openUndoLog(store, space).keys());
    undoKeys.set(space, keys);
    return keys;
  };

  const examples = async (task: TaskName): Promise<HeldExamples> => {
    const held = cache.get(task.id);
    if (held !== undefined) return held;
    const entries = await openExamples(store, task.space, task.id).entries();
    const loaded = holdExamples(entries.map(([key, record]) => ({ id: idOfKey(key), ...record })));
    cache.set(task.id, loaded);
    return loaded;
  };

  const write: Ledger['write'] = async (writes, changes) => {
    const ofExamples = changes.flatMap(({ task, puts, drops }) => {
      const space = openExamples(store, task.space, task.id);
      return [
        ...drops.map((id) => space.drop(numberedKey(id))),
        ...puts.map((example) => space.put(numberedKey(example.id), toExampleRecord(example))),
      ];
    });
    await store.batch([...writes, ...ofExamples]);
    for (const { task, puts, drops } of changes) {
      const held = cache.get(task.id);
      held?.apply({ puts, drops });
      if (held !== undefined) cache.set(task.id, held);
    }
  };

  const versions = ({ space, id, name }: TaskName): Versions =>
    openVersions(store, { scope: `${space}/${id}`, name, keep: keepVersions });

  const undoLog = (space: string): Promise<[string, UndoRecord][]> => openUndoLog(store, space).entries();

  return {
    exclusive: mutex.run,
    tasks: async (space) => {
      const records = (await openTasks(store, space).entries()).map(([, record]) => record);
      return records.sort((a, b) => a.createdAt - b.createdAt);
    },
    task: async ({ space, id, name }) => {
      const record = await openTasks(store, space).get(id);
      if (record !== undefined) return record;
      throw new UserError('unknown-task', `${name} was deleted meanwhile. Nothing was saved.`, {
        details: { id, name },
      });
    },
    examples,
    heldExamples: (task) => cache.get(task.id),
    versions,
    write,
    commit: async (space, change, by, also = []) => {
      const log = openUndoLog(store, space);
      const keys = await keysOfUndo(space);
      const key = numberedKey(Number(keys.at(-1) ?? 0) + 1);
      const outdated = keys.slice(0, Math.max(0, keys.length + 1 - UNDO_DEPTH));
      const beyondUndo = await Promise.all(outdated.map((old) => log.get(old)));
      const { before, after, added = [], removed = [], relabelled = [] } = change;
      await write(
        [
          openTasks(store, space).put(after.id, after),
          log.put(key, undoRecordOf(change, { at: now(), by })),
          ...outdated.map((old) => log.drop(old)),
          ...(await sourceWrites(store, space, {
            came: takenFrom(after.id, added),
            gone: beyondUndo.flatMap((entry) => (entry === undefined ? [] : takenInUndo(entry))),
          })),
          ...also,
        ],
        [
          {
            task: { space, ...before },
            puts: [...added, ...relabelled.map(({ example }) => example)],
            drops: removed.map(({ id }) => id),
          },
        ],
      );
      undoKeys.set(space, [...keys.slice(outdated.length), key]);
    },
    undoLog,
    lastUndo: async (space) => {
      const key = (await keysOfUndo(space)).at(-1);
      const entry = key === undefined ? undefined : await openUndoLog(store, space).get(key);
      return key === undefined || entry === undefined ? undefined : [key, entry];
    },
    erase: async (task) => {
      const log = openUndoLog(store, task.space);
      const entries = await undoLog(task.space);
      return [
        openTasks(store, task.space).drop(task.id),
        openExamples(store, task.space, task.id).clear(),
        ...versions(task).clear(),
        ...(await sourceWritesWithoutTask(store, task.space, task.id)),
        ...entries.filter(([, entry]) => entry.task === task.id).map(([key]) => log.drop(key)),
      ];
    },
    forgetCached: (space, task) => {
      undoKeys.delete(space);
      if (task !== undefined) cache.delete(task);
    },
  };
}
