// Forgetting for good: examples go from their tasks, from what the undo log would bring back, from where they are quoted and from
// the list of where they came from, in one batch; a forgotten person's id goes from what they made and did.

import type { Store, VersionRecord, Write } from '../../engine/index.js';
import { withoutExamples } from './change.js';
import type { ExampleChange, Ledger } from './ledger.js';
import { openTasks, openUndoLog, type TaskRecord, toTask, type UndoRecord } from './records.js';
import { sourceWrites, type Taken, takenFrom, takenInUndo } from './sources.js';
import { borrowersStale, staleVersions, withoutTexts } from './staleness.js';
import { type Example, FORGOTTEN_PERSON, type Forgotten } from './types.js';

export interface ToForget {
  /** Every task that may hold what goes. */
  readonly tasks: readonly TaskRecord[];
  readonly isGone: (example: Example) => boolean;
  /** Whose name goes too; null: nobody's. */
  readonly person: string | null;
}

/** What forgetting does to one part of a space. */
interface Loss {
  readonly writes: readonly Write[];
  readonly taken: readonly Taken[];
  readonly change: ExampleChange | null;
  readonly forgotten: Forgotten | null;
}

interface Parts {
  readonly store: Store;
  readonly ledger: Ledger;
}

/** Inside `exclusive` of the space. What was removed, of the tasks that lost examples. */
export async function forgetForGood({ store, ledger }: Parts, space: string, what: ToForget): Promise<Forgotten[]> {
  const losses = [undoLoss(store, space, { entries: await ledger.undoLog(space), what })];
  const losing = new Set<string>();
  for (const { id, name } of what.tasks) {
    if ((await ledger.examples({ space, id, name })).all().some(what.isGone)) losing.add(id);
  }
  for (const task of what.tasks) {
    const othersLose = [...losing].some((id) => id !== task.id);
    losses.push(await taskLoss({ store, ledger }, space, { task, what, othersLose }));
  }
  const sources = await sourceWrites(store, space, { gone: losses.flatMap(({ taken }) => taken) });
  await ledger.write(
    [...losses.flatMap(({ writes }) => writes), ...sources],
    losses.flatMap(({ change }) => change ?? []),
  );
  ledger.forgetCached(space);
  await store.settle();
  return losses.flatMap(({ forgotten }) => forgotten ?? []);
}

function undoLoss(
  store: Store,
  space: string,
  { entries, what }: { entries: readonly [string, UndoRecord][]; what: ToForget },
): Loss {
  const log = openUndoLog(store, space);
  const writes = entries.flatMap(([key, entry]) => {
    const kept = withoutExamples(entry, what.isGone);
    if (kept === null) return [log.drop(key)];
    const after = what.person !== null && kept.by === what.person ? { ...kept, by: null } : kept;
    return after === entry ? [] : [log.put(key, after)];
  });
  const taken = entries.flatMap(([, entry]) =>
    takenInUndo({ ...entry, removed: entry.removed.filter((example) => what.isGone(example)) }),
  );
  return { writes, taken, change: null, forgotten: null };
}

async function taskLoss(
  { store, ledger }: Parts,
  space: string,
  { task, what, othersLose }: { task: TaskRecord; what: ToForget; othersLose: boolean },
): Promise<Loss> {
  const { isGone, person } = what;
  const name = { space, id: task.id, name: task.name };
  const held = (await ledger.examples(name)).all();
  const removed = held.filter(isGone);
  const versions = ledger.versions(name);
  const records = await versions.list();
  const isTheirs = ({ createdBy }: { createdBy: string }): boolean => createdBy === person;
  const after = {
    ...task,
    revision: task.revision + (removed.length > 0 ? 1 : 0),
    createdBy: isTheirs(task) ? FORGOTTEN_PERSON : task.createdBy,
  };
  const borrowers = othersLose ? borrowersStale(records) : [];
  const marked = records.map((record) => borrowers.find(({ number }) => number === record.number) ?? record);
  const changed = [...borrowers, ...withoutTexts(marked, removed)];
  const amended = new Map(changed.map((record) => [record.number, record]));
  for (const record of records.filter(isTheirs)) {
    amended.set(record.number, { ...(amended.get(record.number) ?? record), createdBy: FORGOTTEN_PERSON });
  }
  return {
    writes: [
      ...(removed.length > 0 || isTheirs(task) ? [openTasks(store, space).put(task.id, after)] : []),
      ...[...amended.values()].map(versions.amend),
    ],
    taken: takenFrom(task.id, removed),
    change: removed.length === 0 ? null : { task: name, puts: [], drops: removed.map(({ id }) => id) },
    forgotten:
      removed.length === 0
        ? null
        : { task: toTask(space, after), removed, staleVersions: newlyStale(records, { held, removed }) },
  };
}

/** Numbers of the versions that become stale when these examples go. */
function newlyStale(
  records: readonly VersionRecord[],
  { held, removed }: { held: readonly Example[]; removed: readonly Example[] },
): number[] {
  const before = new Set(staleVersions(records, held));
  const gone = new Set(removed);
  const left = held.filter((example) => !gone.has(example));
  return staleVersions(records, left).filter((number) => !before.has(number));
}
