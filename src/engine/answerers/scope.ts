// "I don't know": a text that lies farther from every label's centroid than the shots lie from their own is out of scope.
//
// The threshold needs no out-of-scope examples: it is a low quantile of the shots' own similarities, each measured against the
// centroid of its label without it (leave-one-out).

import { type EncodedTexts, rowOf } from '../features.js';

/** Share of in-scope texts that may be refused. */
const REFUSED_SHARE = 0.05;

/** A label needs this many shots for its leave-one-out similarities to say something. */
const LEAST_SHOTS = 3;

export interface Scope {
  /** Blocks whose unit vectors are joined, in this order. */
  readonly blocks: readonly string[];
  readonly classes: number;
  readonly width: number;
  /** [classes, width]: unit centroids; a row of zeros where a label has no shot. */
  readonly centroids: Float32Array;
  /** Cosine below which a text is out of scope; −1 where the shots are too few to tell. */
  readonly threshold: number;
}

export function fitScope(
  shots: EncodedTexts,
  labels: ArrayLike<number>,
  classes: number,
  blocks: readonly string[],
): Scope {
  const { units, width } = joinedUnits(shots, blocks);
  const rows = shots.texts.length;
  const sums = new Float64Array(classes * width);
  const counts = new Int32Array(classes);
  for (let row = 0; row < rows; row++) {
    counts[labels[row]!]!++;
    for (let d = 0; d < width; d++) sums[labels[row]! * width + d]! += units[row * width + d]!;
  }
  const centroids = new Float32Array(classes * width);
  for (let c = 0; c < classes; c++) {
    let square = 0;
    for (let d = 0; d < width; d++) square += sums[c * width + d]! ** 2;
    if (square > 0) for (let d = 0; d < width; d++) centroids[c * width + d] = sums[c * width + d]! / Math.sqrt(square);
  }
  const own: number[] = [];
  for (let row = 0; row < rows; row++) {
    const c = labels[row]!;
    if (counts[c]! < LEAST_SHOTS) continue;
    let dot = 0;
    let square = 0;
    for (let d = 0; d < width; d++) {
      const without = sums[c * width + d]! - units[row * width + d]!;
      dot += without * units[row * width + d]!;
      square += without * without;
    }
    own.push(square > 0 ? dot / Math.sqrt(square) : 0);
  }
  return { blocks, classes, width, centroids, threshold: own.length === 0 ? -1 : quantile(own, REFUSED_SHARE) };
}

/** Cosine of each text with its nearest centroid. [rows] */
export function scopeSimilarities(encoded: EncodedTexts, { blocks, classes, width, centroids }: Scope): Float32Array {
  const { units } = joinedUnits(encoded, blocks);
  return Float32Array.from(encoded.texts, (_, row) => {
    let best = -1;
    for (let c = 0; c < classes; c++) {
      let dot = 0;
      for (let d = 0; d < width; d++) dot += units[row * width + d]! * centroids[c * width + d]!;
      best = Math.max(best, dot);
    }
    return best;
  });
}

/** The blocks' vectors, each of unit length, side by side and divided by √blocks: again of unit length. */
function joinedUnits(
  { texts, vectors }: EncodedTexts,
  blocks: readonly string[],
): { units: Float32Array; width: number } {
  const width = blocks.reduce((sum, name) => sum + vectors[name]!.dimensions, 0);
  const units = new Float32Array(texts.length * width);
  let column = 0;
  for (const name of blocks) {
    const block = vectors[name]!;
    texts.forEach((_, row) => {
      const vector = rowOf(block, row);
      let square = 0;
      for (const x of vector) square += x * x;
      const factor = square > 0 ? 1 / Math.sqrt(square * blocks.length) : 0;
      for (let d = 0; d < vector.length; d++) units[row * width + column + d] = vector[d]! * factor;
    });
    column += block.dimensions;
  }
  return { units, width };
}

/** Linear interpolation between order statistics. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * (sorted[Math.min(sorted.length - 1, low + 1)]! - sorted[low]!);
}
