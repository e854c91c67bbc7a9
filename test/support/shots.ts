// Shots from plain lists of numbers.

import type { SparseRows } from '../../src/engine/encoders/lexical.js';
import type { Features } from '../../src/engine/features.js';
import type { Shots } from '../../src/engine/heads/shots.js';

/** Dense features, and sparse ones from lists in which zeros are left out. */
export function featuresFrom(dense: readonly (readonly number[])[], sparse?: readonly (readonly number[])[]): Features {
  return {
    rows: dense.length,
    width: dense[0]?.length ?? 0,
    dense: Float32Array.from(dense.flat()),
    sparse: sparse === undefined ? null : sparseFrom(sparse),
  };
}

function sparseFrom(rows: readonly (readonly number[])[]): SparseRows {
  const entries = rows.map((row) => [...row.entries()].filter(([, value]) => value !== 0));
  const offsets = new Int32Array(rows.length + 1);
  entries.forEach((row, r) => {
    offsets[r + 1] = offsets[r]! + row.length;
  });
  return {
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    offsets,
    indices: Int32Array.from(entries.flat(), ([column]) => column),
    values: Float32Array.from(entries.flat(), ([, value]) => value),
  };
}

export const shotsOf = (
  features: Features,
  labels: readonly number[],
  classes: number,
  weights: readonly number[] = labels.map(() => 1),
): Shots => ({ features, labels: Int32Array.from(labels), weights: Float32Array.from(weights), classes });

/** Shots with dense features only, all of weight 1 unless said otherwise. */
export const shotsFrom = (
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
  weights?: readonly number[],
): Shots => shotsOf(featuresFrom(rows), labels, classes, weights);
