// A linear head as plain data, so that it crosses threads and lies in checkpoints as it is.

import type { SparseRows } from '../encoders/lexical.js';
import type { Features } from '../features.js';

export interface LogisticHead {
  readonly classes: number;
  /** Width of the dense features. */
  readonly width: number;
  /** [width, classes] */
  readonly dense: Float32Array;
  /** [n-gram columns, classes] */
  readonly sparse: Float32Array | null;
  /** [classes] */
  readonly intercepts: Float32Array;
}

/** features · weights + intercepts: row-major [rows, classes], uncalibrated. */
export function logisticLogits(
  { classes, width, dense, sparse, intercepts }: LogisticHead,
  features: Features,
): Float32Array {
  const out = new Float32Array(features.rows * classes);
  for (let row = 0; row < features.rows; row++) {
    const target = out.subarray(row * classes, (row + 1) * classes);
    target.set(intercepts);
    for (let d = 0; d < width; d++) {
      const x = features.dense[row * width + d]!;
      if (x === 0) continue;
      const at = d * classes;
      for (let c = 0; c < classes; c++) target[c]! += x * dense[at + c]!;
    }
  }
  if (sparse !== null && features.sparse !== null) addSparseProduct(features.sparse, sparse, classes, out);
  return out;
}

/** out += x · weights. [rows, columns] · [columns, classes] */
export function addSparseProduct(x: SparseRows, weights: Float32Array, classes: number, out: Float32Array): void {
  for (let row = 0; row < x.rows; row++) {
    for (let i = x.offsets[row]!; i < x.offsets[row + 1]!; i++) {
      const value = x.values[i]!;
      const at = x.indices[i]! * classes;
      for (let c = 0; c < classes; c++) out[row * classes + c]! += value * weights[at + c]!;
    }
  }
}
