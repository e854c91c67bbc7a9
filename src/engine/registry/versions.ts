// The versions of one task: a record each, and the checkpoint's bytes beside it. Both are written in one batch, so a version is
// there wholly or not at all; which version answers is somebody else's pointer, moved afterwards.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.js';
import type { Store, Write } from '../store/store.js';
import type { CascadeRecord } from '../types.js';
import { METHOD_NAMES } from '../types.js';
import { numberRangesSchema } from './number-ranges.js';

/** How many versions a task keeps. */
export const DEFAULT_KEPT_VERSIONS = 20;

/** What the code relies on; the rest of a record is only shown, and records of older versions must stay readable. */
const cascadeRecordSchema = z
  .looseObject({ labels: z.array(z.string()), rungs: z.array(z.looseObject({ method: z.string() })) })
  .transform((record) => record as unknown as CascadeRecord);

const versionRecordSchema = z.strictObject({
  number: z.int().positive(),
  method: z.enum(METHOD_NAMES),
  record: cascadeRecordSchema,
  createdAt: z.number(),
  createdBy: z.string(),
  /** Version that answered when this one was made; null: in context. */
  parent: z.int().positive().nullable(),
  /** SHA-256 of the checkpoint, in hexadecimal digits. */
  checksum: z.string(),
  /** Length of the checkpoint. */
  bytes: z.int().nonnegative(),
  /** Numbers of the examples it was trained on. */
  trainedOn: numberRangesSchema,
});
export type VersionRecord = z.infer<typeof versionRecordSchema>;
export type NewVersionRecord = Omit<VersionRecord, 'number' | 'checksum' | 'bytes'>;

export interface Versions {
  /** Oldest first. */
  list(): Promise<VersionRecord[]>;
  get(number: number): Promise<VersionRecord | undefined>;
  /** Writes record and checkpoint, and drops the oldest versions beyond the limit, except those in `protect`. */
  add(
    record: NewVersionRecord,
    checkpoint: Uint8Array,
    options: { protect: readonly number[] },
  ): Promise<VersionRecord>;
  /** The checkpoint as it was written; throws a UserError `unknown-version` or `damaged`. */
  read(number: number): Promise<Uint8Array>;
  /** A change for `Store.batch` that replaces a record. */
  amend(record: VersionRecord): Write;
  /** Changes for `Store.batch` that delete every version. */
  clear(): Write[];
}

export interface VersionsOptions {
  /** Names the task for good: space and id. */
  readonly scope: string;
  /** The task's name in messages. */
  readonly name: string;
  /** Versions beyond this are dropped, oldest first; default DEFAULT_KEPT_VERSIONS. */
  readonly keep?: number | undefined;
}

export function openVersions(store: Store, { scope, name, keep = DEFAULT_KEPT_VERSIONS }: VersionsOptions): Versions {
  const records = store.keySpace(`version/${scope}`, versionRecordSchema);
  const checkpoints = store.keySpace(
    `checkpoint/${scope}`,
    z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  );

  const numbers = async (): Promise<number[]> => (await records.keys()).map(Number);

  return {
    list: async () => (await records.entries()).map(([, record]) => record),
    get: (number) => records.get(keyOf(number)),
    add: async (newRecord, checkpoint, { protect }) => {
      const held = await numbers();
      // The newest version is never dropped, so a number comes only once.
      const number = (held.at(-1) ?? 0) + 1;
      const record: VersionRecord = { ...newRecord, number, checksum: sha256(checkpoint), bytes: checkpoint.length };
      const dropped = [...held, number]
        .slice(0, -keep)
        .filter((old) => !protect.includes(old) && old !== record.parent);
      await store.batch([
        checkpoints.put(keyOf(number), checkpoint),
        records.put(keyOf(number), record),
        ...dropped.flatMap((old) => [records.drop(keyOf(old)), checkpoints.drop(keyOf(old))]),
      ]);
      return record;
    },
    read: async (number) => {
      const record = await records.get(keyOf(number));
      if (record === undefined) throw unknownVersion(name, number, await numbers());
      const checkpoint = await checkpoints.get(keyOf(number));
      if (checkpoint === undefined) throw damaged(name, number, 'its checkpoint is missing');
      if (sha256(checkpoint) !== record.checksum) throw damaged(name, number, 'checksum differs');
      return checkpoint;
    },
    amend: (record) => records.put(keyOf(record.number), record),
    clear: () => [records.clear(), checkpoints.clear()],
  };
}

/** Keys in the order of the numbers. */
const keyOf = (number: number): string => String(number).padStart(8, '0');

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function unknownVersion(task: string, number: number, held: readonly number[]): UserError {
  const help = held.length === 0 ? 'It has none yet; /model train makes one.' : `It has ${held.join(', ')}.`;
  return new UserError('unknown-version', `${task} has no version ${number}. ${help}`, {
    details: { task, number, held },
  });
}

const damaged = (task: string, number: number, why: string): UserError =>
  new UserError('damaged', `Version ${number} of ${task} could not be read (${why}). /model train makes a new one.`, {
    details: { task, number, why },
  });
