// Layer normalisation (Ba et al., 2016, https://arxiv.org/abs/1607.06450), with frozen or trained scale and bias.

import * as tf from '@tensorflow/tfjs';
import { withGradient } from './gradient.js';

export interface LayerNorm {
  /** Name used in checkpoints and by tuners. */
  readonly name: string;
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
export function layerNorm(x: tf.Tensor2D, { scale, bias, epsilon }: Omit<LayerNorm, 'name'>): tf.Tensor2D {
  return withGradient([x], (save) => {
    const { unit, inverseDeviation } = normalised(x, epsilon);
    save([unit, inverseDeviation]);
    return {
      value: tf.add(tf.mul(unit, scale), bias) as tf.Tensor2D,
      gradient: (dy, [savedUnit, savedInverse]) => gradientOfInput(tf.mul(dy, scale), savedUnit!, savedInverse!),
    };
  });
}

/** The same with gradients with respect to x, scale and bias. [N, D], [D], [D] → [N, D] */
export function trainedLayerNorm(x: tf.Tensor2D, scale: tf.Tensor1D, bias: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  return withGradient([x, scale, bias], (save) => {
    const { unit, inverseDeviation } = normalised(x, epsilon);
    save([unit, inverseDeviation, scale]);
    return {
      value: tf.add(tf.mul(unit, scale), bias) as tf.Tensor2D,
      gradient: (dy, [savedUnit, savedInverse, savedScale]) => [
        gradientOfInput(tf.mul(dy, savedScale!), savedUnit!, savedInverse!),
        tf.sum(tf.mul(dy, savedUnit!), 0),
        tf.sum(dy, 0),
      ],
    };
  });
}

/** Rows of mean 0 and variance 1, and 1 / √(variance + ε) of each. [N, D] → [N, D], [N, 1] */
function normalised(x: tf.Tensor2D, epsilon: number): { unit: tf.Tensor; inverseDeviation: tf.Tensor } {
  const centred = tf.sub(x, tf.mean(x, 1, true));
  const inverseDeviation = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
  return { unit: tf.mul(centred, inverseDeviation), inverseDeviation };
}

/** From the gradient of the normalised rows to that of the rows. */
function gradientOfInput(dUnit: tf.Tensor, unit: tf.Tensor, inverseDeviation: tf.Tensor): tf.Tensor {
  const along = tf.mul(unit, tf.mean(tf.mul(dUnit, unit), 1, true));
  return tf.mul(tf.sub(tf.sub(dUnit, tf.mean(dUnit, 1, true)), along), inverseDeviation);
}
