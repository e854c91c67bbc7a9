// Prototypes and nearest neighbours: what a text is compared with when nothing is trained. Rows have unit length, so products
// are cosines.

import type { Shots } from './shots.js';

/** What temperature these logits usually want: where a fit starts from, and stays without examples. */
export const EXPECTED_TEMPERATURE = 0.1;

/** Shots that are compared with: a balanced subset of a larger task. Their cosines with one another take 16 MB. */
export const MAX_DEMONSTRATIONS = 2000;

/** Share of the prototype in a logit; the rest is the nearest shot's. Best over ten sets at 5 and 10 shots. */
const PROTOTYPE_SHARE = 0.7;

/**
 * Logits of rows from their cosines with the shots [rows, shots]: a mix of the cosine with the label's prototype, the weighted
 * mean of its shots (Snell et al., 2017, https://arxiv.org/abs/1703.05175), and the cosine with its nearest shot. A label
 * without shots gets −1. `leaveOut` gives for each row the shot that does not count, for leave-one-out.
 */
export function prototypeLogits(
  cosines: Float32Array,
  shots: Omit<Shots, 'features'>,
  shotCosines: Float32Array,
  leaveOut: ArrayLike<number> | null = null,
): Float32Array {
  const { labels, weights, classes } = shots;
  const columns = labels.length;
  const rows = cosines.length / columns;
  const norms = prototypeSquares(shots, shotCosines);
  const out = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const left = leaveOut?.[row] ?? -1;
    const sums = new Float64Array(classes);
    const nearest = new Float64Array(classes).fill(-1);
    for (let shot = 0; shot < columns; shot++) {
      if (shot === left) continue;
      const cosine = cosines[row * columns + shot]!;
      const label = labels[shot]!;
      sums[label]! += weights[shot]! * cosine;
      nearest[label] = Math.max(nearest[label]!, cosine);
    }
    for (let c = 0; c < classes; c++) {
      let square = norms[c]!;
      if (left >= 0 && labels[left] === c) {
        // |m − w·x|² = |m|² − 2w·(m·x) + w²|x|², with m·x summed from the shots' cosines
        let product = 0;
        for (let shot = 0; shot < columns; shot++) {
          if (labels[shot] === c) product += weights[shot]! * shotCosines[left * columns + shot]!;
        }
        const weight = weights[left]!;
        square += weight * weight * shotCosines[left * columns + left]! - 2 * weight * product;
      }
      const prototype = square > 1e-12 ? sums[c]! / Math.sqrt(square) : -1;
      out[row * classes + c] = PROTOTYPE_SHARE * prototype + (1 - PROTOTYPE_SHARE) * nearest[c]!;
    }
  }
  return out;
}

/** |weighted sum of a label's shots|² by label. */
function prototypeSquares(
  { labels, weights, classes }: Omit<Shots, 'features'>,
  shotCosines: Float32Array,
): Float64Array {
  const out = new Float64Array(classes);
  const columns = labels.length;
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      if (labels[i] === labels[j]) out[labels[i]!]! += weights[i]! * weights[j]! * shotCosines[i * columns + j]!;
    }
  }
  return out;
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
