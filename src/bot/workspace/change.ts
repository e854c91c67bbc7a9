// A change of one task as data: what comes, goes and changes, from which its writes and its undo record follow.

import { numbersOf, toRanges } from '../../engine/index.js';
import { fieldsOf, type TaskRecord, type UndoRecord } from './records.js';
import type { Example } from './types.js';

export interface Change {
  readonly kind: UndoRecord['kind'];
  readonly before: TaskRecord;
  readonly after: TaskRecord;
  readonly added?: readonly Example[];
  readonly removed?: readonly Example[];
  readonly relabelled?: readonly { readonly example: Example; readonly before: string | null }[];
}

/** The change that turns `entry` back, on the task and the examples as they are now. */
export interface Reversal {
  readonly after: TaskRecord;
  readonly puts: readonly Example[];
  readonly drops: readonly string[];
}

/** `at` and `by` say when and who. Every change gets its own revision, except moving the pointer. */
export function undoRecordOf(change: Change, { at, by }: { at: number; by: string | null }): UndoRecord {
  const taskChanged = change.kind === 'edit' || change.kind === 'promote';
  return {
    kind: change.kind,
    task: change.before.id,
    by,
    at,
    added: toRanges((change.added ?? []).map(({ id }) => Number(id))),
    removed: [...(change.removed ?? [])],
    relabelled: (change.relabelled ?? []).map(({ example, before }) => [example.id, before]),
    before: taskChanged ? fieldsOf(change.before) : null,
  };
}

/**
 * Counters and the revision never go back: what was named by an old revision stays named by it alone. Examples that were
 * deleted for good since then (a person who asked to be forgotten) stay deleted.
 */
export function reverse(entry: UndoRecord, task: TaskRecord, find: (id: string) => Example | undefined): Reversal {
  const drops = [...numbersOf(entry.added)].map(String).filter((id) => find(id) !== undefined);
  const relabelled = entry.relabelled.flatMap(([id, label]) => {
    const example = find(id);
    return example === undefined ? [] : [{ ...example, label }];
  });
  return {
    after: { ...task, ...entry.before, revision: task.revision + 1 },
    puts: [...entry.removed, ...relabelled],
    drops,
  };
}

/** How many former answerers a task remembers. */
const POINTER_HISTORY = 20;

/** The task with another answerer; the one that answered before goes into the history. */
export function movePointer(task: TaskRecord, version: number | null): TaskRecord {
  if (version === task.activeVersion) return task;
  return { ...task, activeVersion: version, history: [...task.history, task.activeVersion].slice(-POINTER_HISTORY) };
}

/** The record without the examples that must never come back; null when nothing is left to undo. */
export function withoutExamples(entry: UndoRecord, isGone: (example: Example) => boolean): UndoRecord | null {
  const removed = entry.removed.filter((example) => !isGone(example));
  if (removed.length === entry.removed.length) return entry;
  const empty =
    removed.length === 0 && entry.added.length === 0 && entry.relabelled.length === 0 && entry.before === null;
  return empty ? null : { ...entry, removed };
}
