// Attention to trained keys and values that no text holds: what prefix tuning adds to a layer (Li and Liang, 2021,
// https://arxiv.org/abs/2101.00190). A gate for each head, zero at the start, lets a fresh prefix change nothing (Zhang et al.,
// 2023, LLaMA-Adapter, https://arxiv.org/abs/2303.16199): it has a softmax of its own, whose result is added times tanh(gate).

import * as tf from '@tensorflow/tfjs';
import type { HeadShape } from './attention.js';
import { withGradient } from './gradient.js';

export interface Prefix {
  /** [P, H·S], heads side by side as in the layer's own keys and values. */
  readonly keys: tf.Tensor2D;
  readonly values: tf.Tensor2D;
  /** [H] */
  readonly gate: tf.Tensor1D;
}

/**
 * queries [N, H·S] → what each head reads from the prefix, times tanh(gate) [N, H·S]; gradients reach all four.
 *
 * The heads are computed in plain products by matrices that hold a block for each head and zeros elsewhere: with so few keys
 * the zeros cost less than batched products, which the WebAssembly backend computes ten times slower, and nothing is laid out
 * anew.
 */
export function prefixAttention(
  queries: tf.Tensor2D,
  { keys, values, gate }: Prefix,
  { heads, headSize }: HeadShape,
): tf.Tensor2D {
  const rows = queries.shape[0];
  const length = keys.shape[0];
  const width = heads * headSize;
  const scale = headSize ** -0.5;
  /** [N, H·P] → [N, H, P] and back */
  const byHead = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [rows, heads, length]);
  const flat = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [rows, heads * length]) as tf.Tensor2D;
  /** [P, H·S] → [H·P, H·S]: row h·P + p holds what p has for head h. */
  const blocks = (x: tf.Tensor, mask: tf.Tensor): tf.Tensor2D =>
    tf.reshape(tf.mul(tf.reshape(x, [1, length, width]), mask), [heads * length, width]) as tf.Tensor2D;
  /** The same back, for gradients. */
  const unblock = (x: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
    tf.sum(tf.mul(tf.reshape(x, [heads, length, width]), mask), 0);
  /** [H] → [1, H·S] */
  const spread = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(tf.mul(tf.reshape(x, [heads, 1]), tf.ones([1, headSize])), [1, width]);

  return withGradient([queries, keys, values, gate], (save) => {
    const mask = headMask({ heads, headSize });
    const strength = tf.tanh(gate);
    const keyBlocks = blocks(keys, mask);
    const valueBlocks = blocks(values, mask);
    const p = tf.softmax(tf.mul(byHead(tf.matMul(queries, tf.transpose(keyBlocks))), scale));
    const read = tf.matMul(flat(p), valueBlocks);
    save([queries, keyBlocks, valueBlocks, strength, p, read, mask]);
    return {
      value: tf.mul(read, spread(strength)) as tf.Tensor2D,
      gradient: (dy, [q, k, v, gates, probabilities, seen, blockwise]) => {
        const dRead = tf.mul(dy, spread(gates!)) as tf.Tensor2D;
        const dp = byHead(tf.matMul(dRead, tf.transpose(v!) as tf.Tensor2D));
        const along = tf.sum(tf.mul(dp, probabilities!), -1, true);
        const ds = flat(tf.mul(tf.mul(probabilities!, tf.sub(dp, along)), scale));
        const slope = tf.sub(1, tf.square(gates!));
        return [
          tf.matMul(ds, k as tf.Tensor2D),
          unblock(tf.matMul(tf.transpose(ds), q as tf.Tensor2D), blockwise!),
          unblock(tf.matMul(tf.transpose(flat(probabilities!)), dRead), blockwise!),
          tf.mul(tf.sum(tf.reshape(tf.sum(tf.mul(dy, seen!), 0), [heads, headSize]), 1), slope),
        ];
      },
    };
  });
}

/** [H, 1, H·S]: 1 where the number belongs to the head. */
function headMask({ heads, headSize }: HeadShape): tf.Tensor3D {
  const width = heads * headSize;
  const mask = new Float32Array(heads * width);
  for (let head = 0; head < heads; head++)
    mask.fill(1, head * (width + headSize), head * (width + headSize) + headSize);
  return tf.tensor3d(mask, [heads, 1, width]);
}
