// Confident learning (Northcutt, Jiang & Chuang, 2021, https://arxiv.org/abs/1911.00068): which examples are likely labelled
// wrong, from probabilities by answerers that did not see them.

import type { LabelledText } from '../types.js';
import type { Contender } from './comparison.js';
import { softmaxRows } from './metrics.js';

/** An example that confidently looks like another label than it has. */
export interface LabelIssue {
  readonly example: number;
  /** Indices of labels. */
  readonly given: number;
  readonly suggested: number;
  /** Held-out probability of the suggested label. */
  readonly probability: number;
  /** How much more probable than the given label it is. */
  readonly margin: number;
}

/** The same as a record keeps it. */
export interface Suspect extends LabelledText {
  readonly suggested: string;
  readonly probability: number;
}

export const MOST_SUSPECTS = 20;

/**
 * Suspects are more probable by this much. With a tenth of the labels flipped (trec6, 30 shots, 3 draws) it raised the share of
 * suspects that were flipped from .41 to .70, and found half of all flipped ones instead of two in three.
 */
const LEAST_MARGIN = 0.5;

/**
 * The off-diagonal of the confident joint, widest margin first. An example counts as label j when its probability of j is at
 * least the mean that examples of j give themselves (so an answerer that is never sure of j is not held to be sure); of several
 * such labels, as the most probable. `probabilities` are [examples, classes], `given` the labels as they were taught.
 */
export function labelIssues(probabilities: Float32Array, given: ArrayLike<number>, classes: number): LabelIssue[] {
  const thresholds = selfConfidence(probabilities, given, classes);
  const issues: LabelIssue[] = [];
  for (let example = 0; example < given.length; example++) {
    const row = probabilities.subarray(example * classes, (example + 1) * classes);
    const label = given[example]!;
    let suggested = -1;
    for (let c = 0; c < classes; c++) {
      if (row[c]! >= thresholds[c]! && (suggested < 0 || row[c]! > row[suggested]!)) suggested = c;
    }
    if (suggested < 0 || suggested === label) continue;
    const probability = row[suggested]!;
    issues.push({ example, given: label, suggested, probability, margin: probability - row[label]! });
  }
  return issues.sort((a, b) => b.margin - a.margin);
}

/** Mean probability that the examples of each label give it; never reached by a label without examples. */
function selfConfidence(probabilities: Float32Array, given: ArrayLike<number>, classes: number): Float64Array {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let example = 0; example < given.length; example++) {
    const label = given[example]!;
    sums[label]! += probabilities[example * classes + label]!;
    counts[label]!++;
  }
  return sums.map((sum, c) => (counts[c]! === 0 ? Number.POSITIVE_INFINITY : sum / counts[c]!));
}

/** The most suspicious examples of a measured answerer, as texts. */
export function suspectsOf(
  { rows, logits, temperature }: Contender,
  { texts, right, labels }: { texts: readonly string[]; right: Int32Array; labels: readonly string[] },
): Suspect[] {
  const given = Int32Array.from(rows, (row) => right[row]!);
  return labelIssues(softmaxRows(logits, labels.length, temperature), given, labels.length)
    .filter(({ margin }) => margin >= LEAST_MARGIN)
    .slice(0, MOST_SUSPECTS)
    .map(({ example, given: label, suggested, probability }) => ({
      text: texts[rows[example]!]!,
      label: labels[label]!,
      suggested: labels[suggested]!,
      probability,
    }));
}
