// What stands between a task and better answers, in the order in which it is worth mending: first the data, then the method, then
// its settings. A setting cannot make up for a wrong label. Every finding carries the figures that it stands on.

import type { SameMeaning } from '../evaluate/same-meaning.js';
import { type CascadeRecord, METHOD_NAMES, type Measurement, type MethodName, type Rung } from '../types.js';
import { ENOUGH_SHOTS, MOST_UNKNOWN } from './advisor.js';
import type { DataFacts, LabelCount } from './facts.js';

export type FindingDetails =
  /** Labels with fewer examples than help, the fewest first. */
  | { readonly kind: 'too-little'; readonly labels: readonly LabelCount[]; readonly goal: number }
  | { readonly kind: 'duplicates'; readonly exact: number; readonly near: number }
  | { readonly kind: 'suspects'; readonly count: number; readonly examples: number }
  | ({ readonly kind: 'same-meaning' } & SameMeaning)
  | { readonly kind: 'imbalance'; readonly most: LabelCount; readonly least: LabelCount; readonly ratio: number }
  | { readonly kind: 'unknown-tokens'; readonly share: number; readonly encoder: string }
  /** Right on what it learned from, wrong on what it did not see. */
  | { readonly kind: 'overfitting'; readonly train: number; readonly heldOut: number; readonly method: MethodName }
  /** Tuning was measured, and nothing that trains inside the encoder was better; examples that the best try won and lost. */
  | { readonly kind: 'no-gain'; readonly method: MethodName; readonly wins: number; readonly losses: number }
  /** Nothing is wrong with data or method: other settings are left to try. */
  | { readonly kind: 'settings'; readonly method: MethodName };

export type Stage = 'data' | 'method' | 'settings';

export type Finding = FindingDetails & {
  readonly stage: Stage;
  /** `serious`: mend this before anything else is worth trying. */
  readonly severity: 'serious' | 'minor';
};

export interface DiagnosisInput {
  /** null: nothing was measured yet. */
  readonly record: CascadeRecord | null;
  readonly facts: DataFacts;
  /** Accuracy of the final answerer on the examples it learned from; null: not known. */
  readonly trainAccuracy?: number | null;
}

/** Fewer examples of a label than this leave its accuracy to chance. */
const LEAST_SHOTS = 5;
const UNEVEN = 3;
const VERY_UNEVEN = 10;
/** Train accuracy above held-out accuracy: a head always learns a few dozen shots by heart, so small gaps mean nothing. */
const GAP = 0.15;
const WIDE_GAP = 0.3;

const STAGES: readonly Stage[] = ['data', 'method', 'settings'];

/** The serious ones first; among equals data before method before settings. */
export function diagnose({ record, facts, trainAccuracy = record?.trainAccuracy ?? null }: DiagnosisInput): Finding[] {
  const data = [...fromData(facts), ...(record === null ? [] : fromLabels(record))];
  const method = record === null ? [] : fromMethod(record, trainAccuracy);
  const settings = record === null ? [] : fromSettings(record, [...data, ...method]);
  const rank = ({ severity, stage }: Finding): number =>
    (severity === 'serious' ? 0 : STAGES.length) + STAGES.indexOf(stage);
  return [...data, ...method, ...settings].sort((a, b) => rank(a) - rank(b));
}

function fromData({ counts, imbalance, duplicates, unknownShare, encoder }: DataFacts): Finding[] {
  const found: Finding[] = [];
  const byCount = [...counts].sort((a, b) => a.examples - b.examples);
  const [least, most] = [byCount[0], byCount.at(-1)];
  const few = byCount.filter(({ examples }) => examples < ENOUGH_SHOTS);
  if (few.length > 0) {
    const severity = few[0]!.examples < LEAST_SHOTS ? 'serious' : 'minor';
    found.push({ stage: 'data', severity, kind: 'too-little', labels: few, goal: ENOUGH_SHOTS });
  }
  if (duplicates.exact + duplicates.near > 0) {
    found.push({
      stage: 'data',
      severity: duplicates.exact > 0 ? 'serious' : 'minor',
      kind: 'duplicates',
      ...duplicates,
    });
  }
  if (least !== undefined && most !== undefined && imbalance >= UNEVEN) {
    const severity = imbalance >= VERY_UNEVEN ? 'serious' : 'minor';
    found.push({ stage: 'data', severity, kind: 'imbalance', most, least, ratio: imbalance });
  }
  if (unknownShare !== null && unknownShare > MOST_UNKNOWN) {
    found.push({ stage: 'data', severity: 'serious', kind: 'unknown-tokens', share: unknownShare, encoder });
  }
  return found;
}

/** Suspects are minor whatever their number: hard examples that are labelled right are among them, and a person has to look. */
function fromLabels({ suspects, sameMeaning, ...record }: CascadeRecord): Finding[] {
  const examples = measurementOf(record.rungs, record.chosen)?.examples ?? record.examples;
  const count = suspects?.length ?? 0;
  return [
    ...(sameMeaning ?? []).map(
      (pair): Finding => ({ stage: 'data', severity: 'serious', kind: 'same-meaning', ...pair }),
    ),
    ...(count === 0 ? [] : [{ stage: 'data', severity: 'minor', kind: 'suspects', count, examples } as const]),
  ];
}

function fromMethod({ rungs, chosen }: CascadeRecord, train: number | null): Finding[] {
  const found: Finding[] = [];
  const measured = measurementOf(rungs, chosen);
  // Above the interval too: with few examples the gap may be chance.
  if (train !== null && measured !== null && train > measured.interval[1] && train - measured.accuracy >= GAP) {
    const heldOut = measured.accuracy;
    const severity = train - heldOut >= WIDE_GAP ? 'serious' : 'minor';
    found.push({ stage: 'method', severity, kind: 'overfitting', train, heldOut, method: chosen });
  }
  const best = withoutGain(rungs, chosen);
  if (best !== null) {
    const { wins, losses } = best.comparison!;
    found.push({ stage: 'method', severity: 'minor', kind: 'no-gain', method: best.method, wins, losses });
  }
  return found;
}

/** Other settings are worth a search only where the target is missed for no other reason. */
function fromSettings({ rungs, chosen, target }: CascadeRecord, others: readonly Finding[]): Finding[] {
  const measured = measurementOf(rungs, chosen);
  const tuned = rungs.findLast(({ method, measurement }) => isTuned(method) && measurement !== null);
  if (measured === null || tuned === undefined || measured.interval[1] >= target) return [];
  if (others.some(({ stage }) => stage === 'data')) return [];
  return [{ stage: 'settings', severity: 'minor', kind: 'settings', method: tuned.method }];
}

/** The best try at tuning where none was better than what answers; null where one was, or none was made. */
function withoutGain(rungs: readonly Rung[], chosen: MethodName): Rung | null {
  if (isTuned(chosen)) return null;
  const tried = rungs.filter(({ method, comparison }) => isTuned(method) && comparison !== null && !comparison.better);
  return tried.sort((a, b) => b.comparison!.logProbabilityGain - a.comparison!.logProbabilityGain)[0] ?? null;
}

/** What trains inside the encoder. */
const isTuned = (method: MethodName): boolean => METHOD_NAMES.indexOf(method) >= METHOD_NAMES.indexOf('freeze');

const measurementOf = (rungs: readonly Rung[], method: MethodName): Measurement | null =>
  rungs.find((rung) => rung.method === method)?.measurement ?? null;
