// Versions of a task, and the pointer to the one that answers.

import { listNames, toRanges, UserError } from '../../engine/index.js';
import { movePointer } from './change.js';
import type { Ledger, TaskName } from './ledger.js';
import { type TaskRecord, toTask } from './records.js';
import { numbersOfExamples, toVersion, withHeldTexts } from './staleness.js';
import type { Task, Workspace } from './types.js';

export type VersionMethods = Pick<
  Workspace,
  'versions' | 'addVersion' | 'checkpoint' | 'promote' | 'previous' | 'rollback'
>;

export function createVersionMethods({ ledger, now }: { ledger: Ledger; now: () => number }): VersionMethods {
  /** Commits `after`, a task whose pointer moved to a version that can answer. */
  const move = async (task: Task, { before, after, by }: { before: TaskRecord; after: TaskRecord; by: string }) => {
    if (after.activeVersion !== null) await requireFit(ledger, task, { before, version: after.activeVersion });
    await ledger.commit(task.space, { kind: 'promote', before, after }, by);
    return toTask(task.space, after);
  };

  return {
    versions: (task) =>
      ledger.exclusive(task.space, async () => {
        const records = await ledger.versions(task).list();
        if (records.length === 0) return [];
        const held = numbersOfExamples((await ledger.examples(task)).all());
        return records.map((record) => toVersion(record, held));
      }),

    addVersion: (task, { method, record, bytes, by, trainedOn }) =>
      ledger.exclusive(task.space, async () => {
        const stored = await ledger.task(task);
        const held = (await ledger.examples(task)).all();
        const versions = ledger.versions(task);
        const parent = stored.activeVersion;
        const parentOfActive = parent === null ? null : ((await versions.get(parent))?.parent ?? null);
        const protect = [parent, parentOfActive, stored.history.at(-1)].filter((number) => typeof number === 'number');
        const added = await versions.add(
          {
            method,
            record: withHeldTexts(record, held),
            createdAt: now(),
            createdBy: by,
            parent,
            trainedOn: toRanges(trainedOn.map(numberOfExample)),
          },
          bytes,
          { protect },
        );
        return toVersion(added, numbersOfExamples(held));
      }),

    checkpoint: (task, version) => ledger.versions(task).read(version),

    promote: (task, version, by) =>
      ledger.exclusive(task.space, async () => {
        const before = await ledger.task(task);
        if (before.activeVersion === version) return toTask(task.space, before);
        return move(task, { before, after: movePointer(before, version), by });
      }),

    previous: async (task) => (await formerAnswerer(ledger, task, await ledger.task(task)))?.version,

    rollback: (task, by) =>
      ledger.exclusive(task.space, async () => {
        const before = await ledger.task(task);
        const former = await formerAnswerer(ledger, task, before);
        if (former === undefined) {
          throw new UserError('unknown-version', `${before.name} has no answerer before this one.`);
        }
        const after = { ...before, activeVersion: former.version, history: before.history.slice(0, former.place) };
        return move(task, { before, after, by });
      }),
  };
}

function numberOfExample(id: string): number {
  const number = Number(id);
  if (Number.isSafeInteger(number)) return number;
  throw new TypeError(`Not the id of an example: ${JSON.stringify(id)}`);
}

/** The answerer before this one that can still answer, and its place in the history. */
async function formerAnswerer(
  ledger: Ledger,
  name: TaskName,
  task: TaskRecord,
): Promise<{ version: number | null; place: number } | undefined> {
  for (let place = task.history.length - 1; place >= 0; place--) {
    const version = task.history[place]!;
    if (version === task.activeVersion) continue;
    if (version === null || (await ledger.versions(name).get(version)) !== undefined) return { version, place };
  }
  return undefined;
}

/** A version answers only when its bytes are whole and every label it can answer is one of the task's. */
async function requireFit(
  ledger: Ledger,
  name: TaskName,
  { before, version }: { before: TaskRecord; version: number },
): Promise<void> {
  await ledger.versions(name).read(version);
  const labels = new Set(before.labels.map((label) => label.name));
  const record = await ledger.versions(name).get(version);
  const gone = record?.record.labels.filter((label) => !labels.has(label)) ?? [];
  if (gone.length === 0) return;
  throw new UserError(
    'conflict',
    `Version ${version} of ${before.name} can answer ${listNames(gone)}, which ${before.name} no longer has. /model train makes a new one.`,
    { details: { version, labels: gone } },
  );
}
