// Losses of fine-tuning.

import * as tf from '@tensorflow/tfjs';
import { withGradient } from '../nn/gradient.js';
import { matMul } from '../nn/ops.js';

/**
 * Mean over the rows of −Σ targets · log softmax(logits); rows whose targets are all zero do not count. [N, C], [N, C] → scalar
 * The gradient (softmax · Σ targets − targets) / rows needs no LogSoftmax kernel, which the WebAssembly backend lacks.
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, targets: tf.Tensor2D, countedRows: number): tf.Scalar {
  return withGradient([logits], (save) => {
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const exponentials = tf.exp(shifted);
    const sums = tf.sum(exponentials, 1, true);
    const total = tf.sum(targets, 1, true);
    save([tf.sub(tf.mul(tf.div(exponentials, sums), total), targets)]);
    const logLikelihood = tf.sum(tf.mul(targets, tf.sub(shifted, tf.log(sums))));
    return {
      value: tf.div(logLikelihood, -countedRows) as tf.Scalar,
      gradient: (dy, [residual]) => tf.mul(residual!, tf.div(dy, countedRows)),
    };
  });
}

/** Who is positive for whom in a batch: plain data of the supervised contrastive loss. */
export interface ContrastiveTargets {
  /** [N, N]: row i spreads weight 1 over the other rows with the label of i; zeros when there is none. */
  readonly targets: Float32Array;
  /** [N, N]: −1e9 on the diagonal, else 0. */
  readonly mask: Float32Array;
  readonly anchors: number;
}

export function contrastiveTargets(labels: readonly number[]): ContrastiveTargets {
  const size = labels.length;
  const targets = new Float32Array(size * size);
  const mask = new Float32Array(size * size);
  let anchors = 0;
  for (let i = 0; i < size; i++) {
    mask[i * size + i] = -1e9;
    const positives = labels.flatMap((label, j) => (j !== i && label === labels[i] ? [j] : []));
    if (positives.length > 0) anchors++;
    for (const j of positives) targets[i * size + j] = 1 / positives.length;
  }
  return { targets, mask, anchors };
}

/**
 * Supervised contrastive loss (Khosla et al., 2020, https://arxiv.org/abs/2004.11362) over unit vectors of one batch: rows of
 * one label attract, all others repel. [N, D] → scalar
 */
export function supervisedContrastive(units: tf.Tensor2D, labels: readonly number[], temperature: number): tf.Scalar {
  const { targets, mask, anchors } = contrastiveTargets(labels);
  if (anchors === 0) return tf.scalar(0);
  const size = labels.length;
  const similarities = tf.div(matMul(units, tf.transpose(units)), temperature);
  const others = tf.add(similarities, tf.tensor2d(mask, [size, size])) as tf.Tensor2D;
  return softmaxCrossEntropy(others, tf.tensor2d(targets, [size, size]), anchors);
}
