// Scaled dot-product self-attention with several heads (Vaswani et al., 2017, https://arxiv.org/abs/1706.03762) over packed
// texts, with a written-out gradient: the automatic one would go through kernels that the WebAssembly backend lacks.
//
// Texts lie one after another in the rows of a [N, D] matrix. Only here are they laid out as [B, T], in groups of similar
// length, so that a long text does not make 31 short ones pay for its padding.

import * as tf from '@tensorflow/tfjs';
import { withGradient } from './gradient.js';
import { takeRows, timesTransposed, transposedTimes } from './ops.js';
import { type Prefix, prefixAttention } from './prefix-attention.js';

interface Group {
  readonly texts: number;
  /** Padded length T of the group. */
  readonly tokens: number;
  /** [texts · tokens]: packed row of each padded position (any row where it is padding). */
  readonly toPadded: Int32Array;
  /** [texts · tokens, 1]: 1 for tokens, 0 for padding. */
  readonly isToken: tf.Tensor2D;
  /** [texts, 1, 1, tokens]: 0 for tokens, −1e9 for padding. */
  readonly bias: tf.Tensor4D;
}

/** Where the tokens of packed texts lie; dispose it with the batch. */
export interface AttentionLayout {
  readonly groups: readonly Group[];
  /** [N]: position of each packed row in the groups' padded rows, one group after another. */
  readonly toPacked: Int32Array;
  dispose(): void;
}

const GROUP_SIZE = 8;

/** Lays out texts of these lengths (each at least 1), in this order; sort them by length first. */
export function attentionLayout(lengths: readonly number[]): AttentionLayout {
  const total = lengths.reduce((a, b) => a + b, 0);
  const toPacked = new Int32Array(total);
  const groups: Group[] = [];
  let packed = 0;
  let padded = 0;
  for (let start = 0; start < lengths.length; start += GROUP_SIZE) {
    const group = lengths.slice(start, start + GROUP_SIZE);
    const tokens = Math.max(...group);
    const toPadded = new Int32Array(group.length * tokens);
    const isToken = new Float32Array(group.length * tokens);
    const bias = new Float32Array(group.length * tokens).fill(-1e9);
    group.forEach((length, text) => {
      for (let position = 0; position < length; position++) {
        const cell = text * tokens + position;
        toPadded[cell] = packed;
        isToken[cell] = 1;
        bias[cell] = 0;
        toPacked[packed++] = padded + cell;
      }
    });
    padded += group.length * tokens;
    groups.push({
      texts: group.length,
      tokens,
      toPadded,
      isToken: tf.tensor2d(isToken, [isToken.length, 1]),
      bias: tf.tensor4d(bias, [group.length, 1, 1, tokens]),
    });
  }
  return { groups, toPacked, dispose: () => tf.dispose(groups.flatMap(({ isToken, bias }) => [isToken, bias])) };
}

export interface HeadShape {
  readonly heads: number;
  readonly headSize: number;
}

/** Self-attention, and what the queries read from a prefix. [N, 3·H·S] → [N, H·S] */
export function attend(
  qkv: tf.Tensor2D,
  layout: AttentionLayout,
  prefix: Prefix | null,
  shape: HeadShape,
): tf.Tensor2D {
  const own = selfAttention(qkv, layout, shape);
  if (prefix === null) return own;
  const queries = tf.slice(qkv, [0, 0], [-1, shape.heads * shape.headSize]) as tf.Tensor2D;
  return tf.add(own, prefixAttention(queries, prefix, shape));
}

/** [N, 3·H·S] (queries, keys, values side by side, heads inside each) → [N, H·S]; texts see only themselves. */
export function selfAttention(qkv: tf.Tensor2D, layout: AttentionLayout, { heads, headSize }: HeadShape): tf.Tensor2D {
  const scale = headSize ** -0.5;
  const width = heads * headSize;
  const split = (x: tf.Tensor, { texts, tokens }: Group): tf.Tensor =>
    tf.transpose(tf.reshape(x, [texts, tokens, heads, headSize]), [0, 2, 1, 3]);
  const join = (x: tf.Tensor, { texts, tokens }: Group): tf.Tensor2D =>
    tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [texts * tokens, width]);
  /** Queries, keys, values of a group, each [texts, heads, tokens, headSize]. */
  const parts = (x: tf.Tensor2D, group: Group): [tf.Tensor, tf.Tensor, tf.Tensor] => {
    const padded = takeRows(x, group.toPadded);
    const at = (part: number): tf.Tensor => split(tf.slice(padded, [0, part * width], [-1, width]), group);
    return [at(0), at(1), at(2)];
  };
  const pack = (padded: tf.Tensor2D[]): tf.Tensor2D =>
    takeRows(padded.length === 1 ? padded[0]! : tf.concat(padded, 0), layout.toPacked);

  return withGradient([qkv], (save) => {
    const probabilities: tf.Tensor[] = [];
    const contexts = layout.groups.map((group) => {
      const [q, k, v] = parts(qkv, group);
      const p = tf.softmax(tf.add(tf.mul(timesTransposed(q, k), scale), group.bias));
      probabilities.push(p);
      return join(tf.matMul(p, v), group);
    });
    save([qkv, ...probabilities]);
    return {
      value: pack(contexts),
      gradient: (dy, [x, ...saved]) =>
        pack(
          layout.groups.map((group, g) => {
            const p = saved[g]!;
            const [q, k, v] = parts(x as tf.Tensor2D, group);
            const dOut = split(tf.mul(takeRows(dy, group.toPadded), group.isToken), group);
            const dp = timesTransposed(dOut, v);
            const ds = tf.mul(tf.mul(p, tf.sub(dp, tf.sum(tf.mul(dp, p), -1, true))), scale);
            const [dq, dk, dv] = [tf.matMul(ds, k), transposedTimes(ds, q), transposedTimes(p, dOut)];
            return tf.concat([join(dq, group), join(dk, group), join(dv, group)], 1) as tf.Tensor2D;
          }),
        ),
    };
  });
}
