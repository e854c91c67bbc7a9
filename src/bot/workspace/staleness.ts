// What forgetting examples means for the versions that were trained on them.

import { allAmong, type CascadeRecord, numbersOf, toRanges, type VersionRecord } from '../../engine/index.js';
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

/** No example has this number: a version that was trained on it is stale for good. */
const GONE = 0;

/**
 * Records of versions that may have learned from other tasks of the space, as stale ones: examples were forgotten there. Which
 * ones a version learned from is not kept, so each of them counts.
 */
export function borrowersStale(records: readonly VersionRecord[]): VersionRecord[] {
  return records
    .filter(({ method, trainedOn }) => method === 'prototypes' && trainedOn[0]?.[0] !== GONE)
    .map((record) => ({ ...record, trainedOn: toRanges([GONE, ...numbersOf(record.trainedOn)]) }));
}

/** The records that quote forgotten texts among their worst or doubted examples, without them. */
export function withoutTexts(records: readonly VersionRecord[], forgotten: readonly Example[]): VersionRecord[] {
  const texts = new Set(forgotten.map(({ text }) => text));
  const isQuoted = ({ record }: VersionRecord): boolean =>
    record.rungs.some(({ measurement }) => measurement?.worst?.some(({ text }) => texts.has(text))) ||
    record.suspects?.some(({ text }) => texts.has(text)) === true;
  return records
    .filter(isQuoted)
    .map((version) => ({ ...version, record: quoting(version.record, (text) => !texts.has(text)) }));
}

/** The record of a run, quoting only texts that are still there: one may have been forgotten while it trained. */
export function withHeldTexts(record: CascadeRecord, held: readonly Example[]): CascadeRecord {
  const texts = new Set(held.map(({ text }) => text));
  return quoting(record, (text) => texts.has(text));
}

/** The record without the texts that it may not quote. */
export function quoting(record: CascadeRecord, mayQuote: (text: string) => boolean): CascadeRecord {
  const rungs = record.rungs.map((rung) => {
    const { measurement } = rung;
    if (!measurement?.worst) return rung;
    return { ...rung, measurement: { ...measurement, worst: measurement.worst.filter(({ text }) => mayQuote(text)) } };
  });
  const { suspects } = record;
  if (suspects === undefined) return { ...record, rungs };
  return { ...record, rungs, suspects: suspects.filter(({ text }) => mayQuote(text)) };
}
