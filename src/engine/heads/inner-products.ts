// Inner products of feature rows: what prototypes, neighbours and the compressed head read.

import * as tf from '@tensorflow/tfjs';
import type { SparseRows } from '../encoders/lexical.js';
import type { Features } from '../features.js';

/** Below this many multiplications a loop is faster than handing the rows to the backend. */
const SMALL = 4_000_000;

/** Every row of `a` with every row of `b`, both of one feature space: row-major [a.rows, b.rows]. */
export async function innerProducts(a: Features, b: Features): Promise<Float32Array> {
  const out = a.rows * b.rows * a.width < SMALL ? looped(a, b) : await onBackend(a, b);
  if (a.sparse !== null && b.sparse !== null) addSparse(a.sparse, b.sparse, out);
  return out;
}

function looped(a: Features, b: Features): Float32Array {
  const { width } = a;
  const out = new Float32Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += a.dense[i * width + d]! * b.dense[j * width + d]!;
      out[i * b.rows + j] = sum;
    }
  }
  return out;
}

async function onBackend(a: Features, b: Features): Promise<Float32Array> {
  const products = tf.tidy(() =>
    tf.matMul(tf.tensor2d(a.dense, [a.rows, a.width]), tf.transpose(tf.tensor2d(b.dense, [b.rows, b.width]))),
  );
  try {
    return Float32Array.from(await products.data());
  } finally {
    products.dispose();
  }
}

/** By columns: a row of `a` meets only the rows of `b` that share one of its n-grams, and most share none. */
function addSparse(a: SparseRows, b: SparseRows, out: Float32Array): void {
  const columns = byColumn(b);
  const sums = new Float64Array(b.rows);
  for (let i = 0; i < a.rows; i++) {
    sums.fill(0);
    for (let k = a.offsets[i]!; k < a.offsets[i + 1]!; k++) {
      const column = a.indices[k]!;
      const value = a.values[k]!;
      for (let m = columns.offsets[column]!; m < columns.offsets[column + 1]!; m++) {
        sums[columns.rows[m]!]! += value * columns.values[m]!;
      }
    }
    for (let j = 0; j < b.rows; j++) out[i * b.rows + j]! += sums[j]!;
  }
}

/** The entries of each column, one column after another. */
function byColumn({ rows, columns, offsets, indices, values }: SparseRows) {
  const starts = new Int32Array(columns + 1);
  for (const column of indices) starts[column + 1]!++;
  for (let column = 0; column < columns; column++) starts[column + 1]! += starts[column]!;
  const next = starts.slice();
  const out = { offsets: starts, rows: new Int32Array(indices.length), values: new Float32Array(indices.length) };
  for (let row = 0; row < rows; row++) {
    for (let k = offsets[row]!; k < offsets[row + 1]!; k++) {
      const at = next[indices[k]!]!++;
      out.rows[at] = row;
      out.values[at] = values[k]!;
    }
  }
  return out;
}
