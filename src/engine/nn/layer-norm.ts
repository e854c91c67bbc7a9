// Layer normalisation (Ba et al., 2016, https://arxiv.org/abs/1607.06450) with frozen scale and bias.

import * as tf from '@tensorflow/tfjs';
import { withGradient } from './gradient.js';

export interface LayerNorm {
  /** [D] */
  readonly scale: tf.Tensor1D;
  /** [D] */
  readonly bias: tf.Tensor1D;
  readonly epsilon: number;
}

/**
 * (x − mean) / √(variance + ε) · scale + bias over the last axis, gradient only with respect to x. [N, D] → [N, D]
 * The gradient is written out (two row means instead of a chain of a dozen operations).
 */
export function layerNorm(x: tf.Tensor2D, { scale, bias, epsilon }: LayerNorm): tf.Tensor2D {
  return withGradient([x], (save) => {
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
    const normalised = tf.mul(centred, inverseDeviation);
    save([normalised, inverseDeviation]);
    return {
      value: tf.add(tf.mul(normalised, scale), bias) as tf.Tensor2D,
      gradient: (dy, [unit, inverse]) => {
        const g = tf.mul(dy, scale);
        const along = tf.mul(unit!, tf.mean(tf.mul(g, unit!), 1, true));
        return tf.mul(tf.sub(tf.sub(g, tf.mean(g, 1, true)), along), inverse!);
      },
    };
  });
}
