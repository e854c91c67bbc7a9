// What forgetting examples means for the versions that were trained on them.

import { allAmong, type VersionRecord } from '../../engine/index.js';
import type { Example, Version } from './types.js';

/** A version as the bot sees it. Stale: an example it was trained on is no longer there (an undone forgetting mends that). */
export function toVersion({ trainedOn, ...record }: VersionRecord, numbers: ArrayLike<number>): Version {
  return { ...record, stale: !allAmong(trainedOn, numbers) };
}

export const numbersOfExamples = (examples: readonly Example[]): number[] => examples.map(({ id }) => Number(id));

/** Numbers of the versions that are stale when these examples are what there is. */
export function staleVersions(records: readonly VersionRecord[], examples: readonly Example[]): number[] {
  const numbers = numbersOfExamples(examples);
  return records.filter(({ trainedOn }) => !allAmong(trainedOn, numbers)).map(({ number }) => number);
}

/** The records that quote forgotten texts among their worst examples, without them. */
export function withoutTexts(records: readonly VersionRecord[], forgotten: readonly Example[]): VersionRecord[] {
  const texts = new Set(forgotten.map(({ text }) => text));
  const isQuoted = ({ record }: VersionRecord): boolean =>
    record.rungs.some(({ measurement }) => measurement?.worst?.some(({ text }) => texts.has(text)));
  return records.filter(isQuoted).map((version) => ({
    ...version,
    record: {
      ...version.record,
      rungs: version.record.rungs.map((rung) =>
        rung.measurement === null
          ? rung
          : {
              ...rung,
              measurement: {
                ...rung.measurement,
                worst: rung.measurement.worst.filter(({ text }) => !texts.has(text)),
              },
            },
      ),
    },
  }));
}
