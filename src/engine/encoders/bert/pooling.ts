// One vector from the vectors of a text's tokens: their mean, the first one, or the largest number of each column.

import * as tf from '@tensorflow/tfjs';
import { withGradient } from '../../nn/gradient.js';
import { multiplyByConstant } from '../../nn/ops.js';
import type { PackedBatch } from './batch.js';
import type { Pooling } from './sentence.js';

/** [N, D] → [B, D] */
export function poolPacked(x: tf.Tensor2D, batch: PackedBatch, pooling: Pooling): tf.Tensor2D {
  return pooling === 'max' ? largest(x, batch) : multiplyByConstant(batch.pool, batch.poolTransposed, x);
}

/** Where several tokens hold the largest number, the gradient reaches all of them. */
function largest(x: tf.Tensor2D, { spans }: PackedBatch): tf.Tensor2D {
  const rows = (from: tf.Tensor, [start, end]: readonly [number, number]): tf.Tensor2D =>
    tf.slice(from as tf.Tensor2D, [start, 0], [end - start, -1]);
  return withGradient([x], (save) => {
    const value = tf.concat(
      spans.map((span) => tf.max(rows(x, span), 0, true) as tf.Tensor2D),
      0,
    );
    save([x, value]);
    return {
      value,
      gradient: (dy, [saved, best]) =>
        tf.concat(
          spans
            .map((span, text) => ({ span, text }))
            .sort((a, b) => a.span[0] - b.span[0])
            .map(({ span, text }) => {
              const own: readonly [number, number] = [text, text + 1];
              const isLargest = tf.cast(tf.equal(rows(saved!, span), rows(best!, own)), 'float32');
              return tf.mul(isLargest, rows(dy, own)) as tf.Tensor2D;
            }),
          0,
        ),
    };
  });
}

/** The vector of one text from its padded rows, as ONNX Runtime gives them: `tokens` rows of `width` from `start` on. */
export function poolRows(
  data: Float32Array,
  start: number,
  { tokens, width, pooling }: { readonly tokens: number; readonly width: number; readonly pooling: Pooling },
): Float32Array {
  const out = data.slice(start, start + width);
  if (pooling === 'cls') return out;
  for (let token = 1; token < tokens; token++) {
    const row = start + token * width;
    if (pooling === 'mean') for (let d = 0; d < width; d++) out[d]! += data[row + d]!;
    else for (let d = 0; d < width; d++) out[d] = Math.max(out[d]!, data[row + d]!);
  }
  if (pooling === 'mean') for (let d = 0; d < width; d++) out[d]! /= tokens;
  return out;
}
