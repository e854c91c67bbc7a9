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

function addSparse(a: SparseRows, b: SparseRows, out: Float32Array): void {
  const row = new Float32Array(b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.offsets[i]!; k < a.offsets[i + 1]!; k++) row[a.indices[k]!] = a.values[k]!;
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let k = b.offsets[j]!; k < b.offsets[j + 1]!; k++) sum += b.values[k]! * row[b.indices[k]!]!;
      out[i * b.rows + j]! += sum;
    }
    for (let k = a.offsets[i]!; k < a.offsets[i + 1]!; k++) row[a.indices[k]!] = 0;
  }
}
