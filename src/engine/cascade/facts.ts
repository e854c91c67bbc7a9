// What the advisor and the doctor know of a task's data: how much there is, how even, in which language, and how well an encoder
// that learned nothing from it tells its labels apart. Numbers and names of labels only, never a text of a person.

import { duplicatesOverLabels } from '../data/duplicates-over-labels.js';
import { countExamples } from '../data/folds.js';
import { type ScriptShares, scriptShares } from '../data/scripts.js';
import { blocksFor } from '../encoders/blocks.js';
import { type Mixed, mixedUp } from '../evaluate/mixed-up.js';
import type { CascadeRecord, MethodName, Rung, TaskData } from '../types.js';

export interface LabelCount {
  readonly label: string;
  readonly examples: number;
}

export interface Shots {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
}

/** How well frozen vectors tell held-out examples apart, by cross-validation. */
export interface Separation {
  /** The better of the answerers that leave the encoder alone. */
  readonly method: MethodName;
  readonly accuracy: number;
  /** Of always saying the most frequent label. */
  readonly chance: number;
  /** Accuracy from chance (0) to every answer right (1); below 0: worse than chance. */
  readonly aboveChance: number;
}

export interface DataFacts {
  readonly encoder: string;
  /** The encoder has layers that can be tuned on such texts. */
  readonly tunable: boolean;
  readonly examples: number;
  readonly unlabelled: number;
  /** In the order of the task's labels. */
  readonly counts: readonly LabelCount[];
  readonly shots: Shots;
  /** Most examples of a label over fewest; none counts as one. */
  readonly imbalance: number;
  /** Examples whose text another label has too, exactly or nearly. */
  readonly duplicates: { readonly exact: number; readonly near: number };
  readonly scripts: ScriptShares;
  /** Share of tokens that the encoder does not know; null: nobody counted. */
  readonly unknownShare: number | null;
  /** null: not measured yet. */
  readonly separation: Separation | null;
  /** Pairs of labels that the chosen answerer took for one another, most often first. */
  readonly mixedUp: readonly Mixed[];
}

export interface FactsInput {
  readonly data: Pick<TaskData, 'labels' | 'examples'>;
  readonly encoder: string;
  readonly unlabelled: number;
  /** Share of the tokens of texts that the encoder does not know; null where that is not known. */
  readonly unknownShare: ((texts: readonly string[]) => number) | null;
  /** What was measured; null: nothing yet. */
  readonly measured: Pick<CascadeRecord, 'labels' | 'rungs' | 'chosen'> | null;
  /** As somebody counted them already: of 10,000 examples that takes half a second. */
  readonly duplicates?: DataFacts['duplicates'] | undefined;
}

/** Examples that are looked through for duplicates: of larger tasks the latest. */
const MOST_COMPARED = 10_000;

/** Texts whose letters are looked at, evenly out of all of them. */
const MOST_READ = 2_000;

export const MOST_MIXED_UP = 3;

export function dataFacts({ data, encoder, unlabelled, unknownShare, measured, ...given }: FactsInput): DataFacts {
  const counts = [...countExamples(data)].map(([label, examples]) => ({ label, examples }));
  const shots = shotsOf(counts);
  const step = Math.ceil(data.examples.length / MOST_READ);
  const texts = data.examples.filter((_, i) => i % step === 0).map(({ text }) => text);
  const { exact, near } = given.duplicates ?? duplicatesOverLabels(data.examples.slice(-MOST_COMPARED));
  return withMeasured(
    {
      encoder,
      tunable: blocksFor(encoder, texts).tunable !== null,
      examples: data.examples.length,
      unlabelled,
      counts,
      shots,
      imbalance: shots.most === 0 ? 1 : shots.most / Math.max(1, shots.least),
      duplicates: { exact, near },
      scripts: scriptShares(texts),
      unknownShare: unknownShare === null || texts.length === 0 ? null : unknownShare(texts),
      separation: null,
      mixedUp: [],
    },
    measured,
  );
}

/** The same data once more was measured: nothing else is counted again. */
export function withMeasured(facts: DataFacts, measured: FactsInput['measured']): DataFacts {
  if (measured === null) return facts;
  const { labels, rungs, chosen } = measured;
  const measurement = rungs.find(({ method }) => method === chosen)?.measurement ?? null;
  // Labels may have come and gone since.
  const now = new Set(facts.counts.map(({ label }) => label));
  const pairs = measurement === null ? [] : mixedUp(labels, measurement).filter(({ a, b }) => now.has(a) && now.has(b));
  return { ...facts, separation: separationOf(rungs), mixedUp: pairs.slice(0, MOST_MIXED_UP) };
}

/** Methods that leave the encoder as it is and learn from the task's examples alone. */
const FROZEN: readonly MethodName[] = ['in-context', 'head'];

export function separationOf(rungs: readonly Rung[]): Separation | null {
  const measured = rungs.flatMap(({ method, measurement }) =>
    measurement !== null && FROZEN.includes(method) ? [{ method, measurement }] : [],
  );
  const best = measured.sort((a, b) => b.measurement.accuracy - a.measurement.accuracy)[0];
  if (best === undefined) return null;
  const { accuracy, confusion, examples } = best.measurement;
  const most = Math.max(...confusion.map((row) => row.reduce((sum, count) => sum + count, 0)));
  const chance = most / examples;
  return { method: best.method, accuracy, chance, aboveChance: chance < 1 ? (accuracy - chance) / (1 - chance) : 0 };
}

function shotsOf(counts: readonly LabelCount[]): Shots {
  const numbers = counts.map(({ examples }) => examples);
  if (numbers.length === 0) return { least: 0, mean: 0, most: 0 };
  const total = numbers.reduce((sum, count) => sum + count, 0);
  return { least: Math.min(...numbers), mean: total / numbers.length, most: Math.max(...numbers) };
}
