// Which texts without a label get one from a teacher's probabilities, and how much each counts (self-training: Yarowsky, 1995;
// Lee, 2013). Nothing here knows encoders or heads.

import type { Rng } from '../random.js';

export interface PseudoLabels {
  /** Rows of the texts that got one. */
  readonly rows: readonly number[];
  /** [rows] */
  readonly labels: Int32Array;
  /** [rows] how much each counts beside a shot, which counts 1 */
  readonly weights: Float32Array;
}

export interface PseudoLabelOptions {
  /** Least probability of the most probable label. */
  readonly confidence: number;
  /** Texts of a label at most. */
  readonly most: number;
  /** Weight of all together. */
  readonly weight: number;
}

/**
 * `probabilities` are [texts, classes], calibrated. A text counts by its probability. Labels are balanced: a label that was given
 * n times as often as another weighs √n times as much altogether. Of a label with too many, chance keeps some: the most probable
 * ones would be the least telling, and cost up to 7 points on a set where one label is frequent.
 */
export function pseudoLabels(
  probabilities: Float32Array,
  classes: number,
  { confidence, most, weight }: PseudoLabelOptions,
  rng: Rng,
): PseudoLabels {
  const byLabel = Array.from({ length: classes }, () => [] as { readonly row: number; readonly probability: number }[]);
  for (let row = 0; row < probabilities.length / classes; row++) {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    const probability = own.reduce((a, b) => Math.max(a, b), 0);
    if (probability >= confidence) byLabel[own.indexOf(probability)]!.push({ row, probability });
  }
  const given = byLabel
    .map((list) => rng.shuffle(list).slice(0, Math.max(1, Math.floor(most))))
    .map((list) => ({ list, mass: list.reduce((sum, { probability }) => sum + probability, 0) }));
  const total = given.reduce((sum, { mass }) => sum + Math.sqrt(mass), 0);
  const rows = given.flatMap(({ list, mass }, label) =>
    list.map(({ row, probability }) => ({ row, label, weight: (weight * probability) / (Math.sqrt(mass) * total) })),
  );
  return {
    rows: rows.map(({ row }) => row),
    labels: Int32Array.from(rows, ({ label }) => label),
    weights: Float32Array.from(rows, (row) => row.weight),
  };
}
