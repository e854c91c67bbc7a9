// A small exact stand-in for features that are wider than there are shots. A head with an L2 penalty depends on the shots only
// through their inner products K = X · Xᵀ (representer theorem; Schölkopf et al., 2001). With K = L · Lᵀ (Cholesky) the rows of
// L, [rows, rows], have the same inner products, so a head fitted on L is the head fitted on X: W = Xᵀ · L⁻ᵀ · V.

import * as tf from '@tensorflow/tfjs';
import type { SparseRows } from '../encoders/lexical.js';
import type { Features } from '../features.js';
import { innerProducts } from './inner-products.js';

export interface Compressed {
  /** [rows, rows]: L */
  readonly rows: Float32Array;
  /** Weights on L [rows, classes] → weights on the dense and the sparse features. */
  expand(weights: Float32Array, classes: number): Promise<{ dense: Float32Array; sparse: Float32Array | null }>;
}

/** Added to the diagonal, relative to its mean: equal texts make K singular. */
const JITTER = 1e-6;

/** Below this pivot, relative to the mean of the diagonal, a row counts as depending on those before it. */
const DEPENDENT = 1e-5;

export async function compress(features: Features): Promise<Compressed> {
  const { rows, width, dense, sparse } = features;
  const gram = Float64Array.from(await innerProducts(features, features));
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += gram[i * rows + i]!;
  const jitter = (JITTER * trace) / rows + 1e-12;
  for (let i = 0; i < rows; i++) gram[i * rows + i]! += jitter;
  cholesky(gram, rows, { least: jitter, dependent: (DEPENDENT * trace) / rows });
  return {
    rows: Float32Array.from(gram),
    async expand(weights, classes) {
      const solved = Float32Array.from(solveTransposed(gram, Float64Array.from(weights), rows, classes));
      const product = tf.tidy(() =>
        tf.matMul(tf.transpose(tf.tensor2d(dense, [rows, width])), tf.tensor2d(solved, [rows, classes])),
      );
      const out = Float32Array.from(await product.data());
      product.dispose();
      return { dense: out, sparse: sparse === null ? null : transposedSparseProduct(sparse, solved, classes) };
    },
  };
}

/**
 * In place: the lower triangle becomes L, the upper one zero. With more rows than the features have columns some rows depend on
 * those before them: their pivots are the rounding of the inner products, and what is divided by it grows without bound from row
 * to row. Such a row keeps `least` as its pivot and gives nothing to the rows after it.
 */
function cholesky(
  a: Float64Array,
  size: number,
  { least, dependent }: { readonly least: number; readonly dependent: number },
): void {
  const independent = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!;
      if (i === j) {
        independent[i] = sum > dependent ? 1 : 0;
        a[i * size + j] = Math.sqrt(Math.max(sum, least));
      } else a[i * size + j] = independent[j] === 1 ? sum / a[j * size + j]! : 0;
    }
    a.fill(0, i * size + i + 1, (i + 1) * size);
  }
}

/** Solves Lᵀ · x = b in place of b [size, columns]. */
function solveTransposed(lower: Float64Array, b: Float64Array, size: number, columns: number): Float64Array {
  for (let i = size - 1; i >= 0; i--) {
    const diagonal = lower[i * size + i]!;
    for (let c = 0; c < columns; c++) b[i * columns + c]! /= diagonal;
    for (let j = 0; j < i; j++) {
      const factor = lower[i * size + j]!;
      for (let c = 0; c < columns; c++) b[j * columns + c]! -= factor * b[i * columns + c]!;
    }
  }
  return b;
}

function transposedSparseProduct(x: SparseRows, rows: Float32Array, classes: number): Float32Array {
  const out = new Float32Array(x.columns * classes);
  for (let row = 0; row < x.rows; row++) {
    for (let k = x.offsets[row]!; k < x.offsets[row + 1]!; k++) {
      const at = x.indices[k]! * classes;
      for (let c = 0; c < classes; c++) out[at + c]! += x.values[k]! * rows[row * classes + c]!;
    }
  }
  return out;
}
