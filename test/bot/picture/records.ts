// Records of runs with given labels and counts; the accuracy and its interval follow from the counts.

import { type CascadeRecord, type Measurement, type MethodName, wilsonInterval } from '../../../src/engine/index.js';

export function measurementOfCounts(confusion: readonly (readonly number[])[]): Measurement {
  const examples = confusion.flat().reduce((sum, count) => sum + count, 0);
  const right = confusion.reduce((sum, row, i) => sum + row[i]!, 0);
  return {
    examples,
    folds: 3,
    accuracy: right / examples,
    interval: wilsonInterval(right / examples, examples),
    macroF1: right / examples,
    logLoss: 0.4,
    ece: 0.05,
    temperature: 1,
    confusion,
    worst: [],
  };
}

/** Each label `perLabel` times, and `wrong` of them answered as the label after it. */
export function counts(labels: number, perLabel: number, wrong: number): number[][] {
  return Array.from({ length: labels }, (_, i) =>
    Array.from({ length: labels }, (_, j) => (i === j ? perLabel - wrong : j === (i + 1) % labels ? wrong : 0)),
  );
}

export function recordOf(
  labels: readonly string[],
  rungs: readonly (readonly [MethodName, Measurement | null])[],
  chosen: MethodName,
): CascadeRecord {
  return {
    encoder: 'embedded',
    backend: 'wasm',
    seed: 0,
    target: 0.9,
    labels,
    examples: labels.length * 10,
    fingerprint: 'f',
    rungs: rungs.map(([method, measurement]) => ({
      method,
      status: measurement === null ? 'skipped' : 'measured',
      reason: measurement === null ? { kind: 'over-budget', needed: 90, left: 12 } : null,
      measurement,
      comparison: null,
      measureSeconds: 1,
      trainSeconds: 1,
    })),
    chosen,
    stopped: 'ladder-done',
    seconds: 71,
    blocks: [],
  };
}

/** A ladder of three methods on these labels; the head is chosen. */
export function ladder(labels: readonly string[], perLabel = 10): CascadeRecord {
  const measured = (wrong: number): Measurement => measurementOfCounts(counts(labels.length, perLabel, wrong));
  return recordOf(
    labels,
    [
      ['in-context', measured(3)],
      ['head', measured(1)],
      ['lora', null],
    ],
    'head',
  );
}

export const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `label_${i}`);
