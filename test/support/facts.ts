// Facts, rungs and records made by hand, for tests of the advisor, the doctor and their sentences.

import type { DataFacts } from '../../src/engine/cascade/facts.js';
import type { CascadeRecord, Engine, Measurement, MethodName, Rung } from '../../src/engine/types.js';

/** Ten English examples of each of three labels, not measured yet. */
export const facts = (changes: Partial<DataFacts> = {}): DataFacts => ({
  encoder: 'embedded',
  tunable: true,
  examples: 30,
  unlabelled: 0,
  counts: ['billing', 'bug', 'praise'].map((label) => ({ label, examples: 10 })),
  shots: { least: 10, mean: 10, most: 10 },
  imbalance: 1,
  duplicates: { exact: 0, near: 0 },
  scripts: { latin: 1, han: 0, other: 0 },
  unknownShare: null,
  separation: null,
  mixedUp: [],
  ...changes,
});

/** Frozen answerers that come so far from guessing among three labels. */
export const separated = (aboveChance: number): DataFacts['separation'] => ({
  method: 'head',
  accuracy: 1 / 3 + (2 / 3) * aboveChance,
  chance: 1 / 3,
  aboveChance,
});

export const shotsEach = (examples: number, labels = 3): Pick<DataFacts, 'counts' | 'shots' | 'examples'> => ({
  examples: examples * labels,
  counts: Array.from({ length: labels }, (_, i) => ({ label: `label ${i}`, examples })),
  shots: { least: examples, mean: examples, most: examples },
});

export const measurement = (accuracy: number, changes: Partial<Measurement> = {}): Measurement => ({
  examples: 30,
  folds: 3,
  accuracy,
  interval: [accuracy - 0.1, Math.min(1, accuracy + 0.1)],
  macroF1: accuracy,
  logLoss: 0.5,
  ece: 0.05,
  temperature: 1,
  confusion: [
    [9, 1, 0],
    [3, 6, 1],
    [0, 1, 9],
  ],
  worst: [],
  ...changes,
});

/** Compared with the head on held-out examples; `gain` in nats. */
export const rung = (method: MethodName, accuracy: number, gain: number | null = null): Rung => ({
  method,
  options: {},
  status: 'measured',
  reason: null,
  measurement: measurement(accuracy),
  comparison:
    gain === null
      ? null
      : {
          holder: 'head',
          challenger: method,
          wins: 4,
          losses: 5,
          logProbabilityGain: gain,
          better: gain > 0,
        },
  measureSeconds: 1,
  trainSeconds: 1,
});

export const record = (changes: Partial<CascadeRecord> = {}): CascadeRecord => ({
  encoder: 'embedded',
  backend: 'wasm',
  seed: 0,
  target: 0.9,
  labels: ['billing', 'bug', 'praise'],
  examples: 30,
  fingerprint: 'f',
  rungs: [rung('in-context', 0.7), rung('head', 0.8)],
  chosen: 'head',
  stopped: 'ladder-done',
  seconds: 10,
  blocks: [],
  ...changes,
});

/** From now on the records of this engine's runs say this too; `more` sees the record as it would be. */
export function addToRecords(engine: Engine, more: (record: CascadeRecord) => Partial<CascadeRecord>): void {
  const run = engine.runCascade;
  engine.runCascade = async (request, options) => {
    const result = await run(request, options);
    return { ...result, record: { ...result.record, ...more(result.record) } };
  };
}
