// Trained differences of token vectors, for the tokens that occur in the shots alone: a vocabulary holds a hundred times as
// many, which would get no gradient.

import * as tf from '@tensorflow/tfjs';
import type { TunableEncoder } from '../encoders/encoder.js';
import { withGradient } from '../nn/gradient.js';

/** Texts tokenised at once. */
const BATCH = 64;

/** The tokens of the texts, each once, in ascending order. */
export async function tokensOf(encoder: TunableEncoder, texts: readonly string[]): Promise<Int32Array> {
  const seen = new Set<number>();
  for (let start = 0; start < texts.length; start += BATCH) {
    const batch = await encoder.batch(texts.slice(start, start + BATCH));
    for (const id of batch.ids) seen.add(id);
    batch.dispose();
  }
  return Int32Array.from(seen).sort();
}

/** From token ids to rows of the table that has one for each of `tokens`; −1 for other tokens. */
export function rowFinder(tokens: ArrayLike<number>): (ids: Int32Array) => Int32Array {
  const rows = new Map(Array.from(tokens, (token, row) => [token, row]));
  return (ids) => ids.map((id) => rows.get(id) ?? -1);
}

/**
 * x plus a row of the table for each row of x, or nothing where the row is −1; gradients reach x and the table.
 * [N, D], [M, D], [N] → [N, D]
 *
 * In WebAssembly rows are copied and added up here; elsewhere both are products with the matrix that selects the rows, since
 * not every backend has a scatter that adds.
 */
export function addRows(x: tf.Tensor2D, table: tf.Tensor2D, rows: Int32Array): tf.Tensor2D {
  const [count, width] = table.shape;
  if (tf.getBackend() === 'wasm') {
    return withGradient([x, table], () => ({
      value: tf.add(x, pickedRows(table.dataSync<'float32'>(), rows, width)) as tf.Tensor2D,
      gradient: (dy) => [dy.clone(), summedRows(dy.dataSync<'float32'>(), rows, [count, width])],
    }));
  }
  return withGradient([x, table], (save) => {
    const selection = selectionOf(rows, count);
    save([selection]);
    return {
      value: tf.add(x, tf.matMul(selection, table)) as tf.Tensor2D,
      gradient: (dy, [selected]) => [dy.clone(), tf.matMul(selected as tf.Tensor2D, dy, true, false)],
    };
  });
}

/** Rows of a table [M, D] by index, zeros where it is −1. [N] → [N, D] */
export function pickedRows(table: Float32Array, rows: Int32Array, width: number): tf.Tensor2D {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, n) => {
    if (row >= 0) out.set(table.subarray(row * width, (row + 1) * width), n * width);
  });
  return tf.tensor2d(out, [rows.length, width]);
}

/** The other way round: what belongs to one row added up. [N, D] → [M, D] */
function summedRows(values: Float32Array, rows: Int32Array, shape: [number, number]): tf.Tensor2D {
  const width = shape[1];
  const out = new Float32Array(shape[0] * width);
  rows.forEach((row, n) => {
    if (row < 0) return;
    for (let d = 0; d < width; d++) out[row * width + d]! += values[n * width + d]!;
  });
  return tf.tensor2d(out, shape);
}

/** [N, M]: 1 where row n of the result is row m of the table. */
function selectionOf(rows: Int32Array, count: number): tf.Tensor2D {
  const selection = new Float32Array(rows.length * count);
  rows.forEach((row, n) => {
    if (row >= 0) selection[n * count + row] = 1;
  });
  return tf.tensor2d(selection, [rows.length, count]);
}
