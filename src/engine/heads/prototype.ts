// Prototypes and nearest neighbours: what a text is compared with when nothing is trained. Rows have unit length, so products
// are cosines.

import type { Shots } from './shots.js';

/** What temperature these logits usually want: where a fit starts from, and stays without examples. */
export const EXPECTED_TEMPERATURE = 0.1;

/** Shots that are compared with: a balanced subset of a larger task. Their cosines with one another take 16 MB. */
export const MAX_DEMONSTRATIONS = 2000;

/** Share of the prototype in a logit; the rest is the nearest shot's. Best over ten sets at 5 and 10 shots. */
const PROTOTYPE_SHARE = 0.7;

export interface Prototypes {
  /** Logits [rows, classes] of rows from their cosines with the shots [rows, shots]. */
  logits(cosines: Float32Array): Float32Array;
  /** Logits [rows, classes] of the first `rows` shots, each compared with the shots but itself. */
  leaveOneOut(rows: number): Float32Array;
}

/**
 * A logit is a mix of the cosine with the label's prototype, the weighted mean of its shots (Snell et al., 2017,
 * https://arxiv.org/abs/1703.05175), and the cosine with its nearest shot; a label without shots gets −1.
 * `shotCosines` [shots, shots] are those of the shots with one another.
 */
export function createPrototypes(
  { labels, weights, classes }: Omit<Shots, 'features'>,
  shotCosines: Float32Array,
): Prototypes {
  const columns = labels.length;
  // products[i]: the shot with the sum of its label's shots; squares[c]: |weighted sum of the label's shots|².
  const products = new Float64Array(columns);
  const squares = new Float64Array(classes);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      if (labels[i] === labels[j]) products[i]! += weights[j]! * shotCosines[i * columns + j]!;
    }
    squares[labels[i]!]! += weights[i]! * products[i]!;
  }

  const rowLogits = (cosines: Float32Array, leftOut: number, out: Float32Array): void => {
    const sums = new Float64Array(classes);
    const nearest = new Float64Array(classes).fill(-1);
    for (let shot = 0; shot < columns; shot++) {
      if (shot === leftOut) continue;
      const label = labels[shot]!;
      sums[label]! += weights[shot]! * cosines[shot]!;
      nearest[label] = Math.max(nearest[label]!, cosines[shot]!);
    }
    for (let c = 0; c < classes; c++) {
      let square = squares[c]!;
      if (leftOut >= 0 && labels[leftOut] === c) {
        // |m − w·x|² = |m|² − 2w·(m·x) + w²|x|²
        const weight = weights[leftOut]!;
        square += weight * weight * shotCosines[leftOut * columns + leftOut]! - 2 * weight * products[leftOut]!;
      }
      const prototype = square > 1e-12 ? sums[c]! / Math.sqrt(square) : -1;
      out[c] = PROTOTYPE_SHARE * prototype + (1 - PROTOTYPE_SHARE) * nearest[c]!;
    }
  };
  const all = (cosines: Float32Array, rows: number, leftOut: (row: number) => number): Float32Array => {
    const out = new Float32Array(rows * classes);
    for (let row = 0; row < rows; row++) {
      const own = cosines.subarray(row * columns, (row + 1) * columns);
      rowLogits(own, leftOut(row), out.subarray(row * classes, (row + 1) * classes));
    }
    return out;
  };
  return {
    logits: (cosines) => all(cosines, cosines.length / columns, () => -1),
    leaveOneOut: (rows) => all(shotCosines, rows, (row) => row),
  };
}

/** Indices of the shots most similar to one text, best first: at most `perLabel` of each label. */
export function nearestShots(cosines: Float32Array, labels: ArrayLike<number>, perLabel: number): number[] {
  const taken = new Map<number, number>();
  return Array.from(cosines.keys())
    .sort((a, b) => cosines[b]! - cosines[a]!)
    .filter((shot) => {
      const count = (taken.get(labels[shot]!) ?? 0) + 1;
      taken.set(labels[shot]!, count);
      return count <= perLabel;
    });
}
