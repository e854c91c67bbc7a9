// "I don't know": a text that lies farther from every label's centroid than the shots do is out of scope.
//
// The threshold needs no out-of-scope examples: it is a low quantile of the shots' own similarities with their nearest
// centroid, each measured without the shot itself (leave-one-out).

import type { WeightedBlock } from '../encoders/blocks.js';
import { type EncodedTexts, type FeatureSpace, featuresOf, fitFeatureSpace } from '../features.js';

/** Share of in-scope texts that may be refused. */
const REFUSED_SHARE = 0.05;

/** Fewer shots a label than this say too little about what is in scope: nothing is refused. */
const LEAST_SHOTS = 3;

export interface Scope {
  readonly space: FeatureSpace;
  readonly classes: number;
  readonly width: number;
  /** [classes, width]: unit centroids; a row of zeros where a label has no shot. */
  readonly centroids: Float32Array;
  /** Cosine below which a text is out of scope; −1 where the shots are too few to tell. */
  readonly threshold: number;
  /** The threshold of texts in a script that the task was not taught in (other-script.ts). */
  readonly otherScript?: { readonly script: 'latin' | 'han'; readonly threshold: number };
}

/**
 * Share of the mean that is taken off the vectors. With many labels the mean is what all texts share, in scope or not; with
 * few it is what makes them in scope.
 */
const centringOf = (classes: number): number => (0.5 * classes) / (classes + 10);

export function fitScope(
  shots: EncodedTexts,
  labels: ArrayLike<number>,
  classes: number,
  blocks: readonly WeightedBlock[],
): Scope {
  const space = fitFeatureSpace(shots, blocks, centringOf(classes));
  const { dense, width, rows } = featuresOf(shots, space);
  const centroids = new Float32Array(classes * width);
  const sums = new Float64Array(classes * width);
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < width; d++) sums[labels[row]! * width + d]! += dense[row * width + d]!;
  }
  const squares = Float64Array.from({ length: classes }, (_, c) => {
    let square = 0;
    for (let d = 0; d < width; d++) square += sums[c * width + d]! ** 2;
    return square;
  });
  for (let i = 0; i < centroids.length; i++) {
    const square = squares[Math.floor(i / width)]!;
    centroids[i] = square > 0 ? sums[i]! / Math.sqrt(square) : 0;
  }
  if (rows < LEAST_SHOTS * classes) return { space, classes, width, centroids, threshold: -1 };

  const best = scores(dense, rows, { centroids, classes, width });
  const own = Array.from({ length: rows }, (_, row) => {
    const c = labels[row]!;
    let product = 0;
    let square = 0;
    for (let d = 0; d < width; d++) {
      const x = dense[row * width + d]!;
      const without = sums[c * width + d]! - x;
      product += without * x;
      square += without * without;
    }
    const ownScore = square > 1e-12 ? product / Math.sqrt(square) : -1;
    return Math.max(ownScore, ...best.subarray(row * classes, (row + 1) * classes).filter((_, other) => other !== c));
  });
  return { space, classes, width, centroids, threshold: quantile(own, REFUSED_SHARE) };
}

/** Cosine of each text with its nearest centroid. [rows] */
export function scopeSimilarities(encoded: EncodedTexts, scope: Scope): Float32Array {
  const { dense, rows } = featuresOf(encoded, scope.space);
  const all = scores(dense, rows, scope);
  return Float32Array.from({ length: rows }, (_, row) =>
    Math.max(...all.subarray(row * scope.classes, (row + 1) * scope.classes)),
  );
}

/** Cosine of each row with each centroid: row-major [rows, classes]. */
function scores(
  dense: Float32Array,
  rows: number,
  { centroids, classes, width }: Pick<Scope, 'centroids' | 'classes' | 'width'>,
): Float32Array {
  const out = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < classes; c++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += dense[row * width + d]! * centroids[c * width + d]!;
      out[row * classes + c] = sum;
    }
  }
  return out;
}

/** Linear interpolation between order statistics. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * (sorted[Math.min(sorted.length - 1, low + 1)]! - sorted[low]!);
}
