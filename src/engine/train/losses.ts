// Losses of fine-tuning.

import * as tf from '@tensorflow/tfjs';
import type { Pair } from '../data/pairs.js';
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

/**
 * Mean squared distance of each pair's cosine from 1 (alike) or 0 (not): the loss of SetFit (Tunstall et al., 2022). The cosines
 * are read off U · Uᵀ, where a gradient passes that the gather of rows lacks. [N, D] → scalar
 */
export function pairCosineLoss(units: tf.Tensor2D, pairs: readonly Pair[]): tf.Scalar {
  const size = units.shape[0];
  const [weights, targets] = [new Float32Array(size * size), new Float32Array(size * size)];
  for (const { first, second, alike } of pairs) {
    weights[first * size + second]! += 1 / pairs.length;
    targets[first * size + second] = alike ? 1 : 0;
  }
  const errors = tf.sub(matMul(units, tf.transpose(units)), tf.tensor2d(targets, [size, size]));
  return tf.sum(tf.mul(tf.square(errors), tf.tensor2d(weights, [size, size])));
}

/**
 * Contrast of two views of the same texts (SimCSE: Gao et al., 2021, https://arxiv.org/abs/2104.08821): row i of the first half
 * should be nearer to row i of the second half than to any other of it. [2N, D] → scalar
 */
export function viewContrast(units: tf.Tensor2D, temperature: number): tf.Scalar {
  const [size, width] = [units.shape[0] / 2, units.shape[1]];
  const first = tf.slice(units, [0, 0], [size, width]) as tf.Tensor2D;
  const second = tf.slice(units, [size, 0], [size, width]) as tf.Tensor2D;
  const similarities = tf.div(matMul(first, tf.transpose(second)), temperature) as tf.Tensor2D;
  const own = new Float32Array(size * size);
  for (let i = 0; i < size; i++) own[i * size + i] = 1;
  return softmaxCrossEntropy(similarities, tf.tensor2d(own, [size, size]), size);
}

/** Shots and queries of a few-shot problem, row by row. */
export interface EpisodeRows {
  /** 0 … ways − 1 */
  readonly labels: readonly number[];
  readonly isQuery: readonly boolean[];
  readonly ways: number;
}

/**
 * Prototypical loss (Snell et al., 2017, https://arxiv.org/abs/1703.05175): cross-entropy of each query over its squared
 * distances from the labels' prototypes, the means of their shots. [N, D] → scalar
 */
export function prototypicalLoss(units: tf.Tensor2D, episode: EpisodeRows, temperature: number): tf.Scalar {
  const { labels, isQuery, ways } = episode;
  const size = labels.length;
  const counts = new Float64Array(ways);
  for (let row = 0; row < size; row++) if (!isQuery[row]) counts[labels[row]!]! += 1;
  const averaging = new Float32Array(ways * size);
  const targets = new Float32Array(size * ways);
  let queries = 0;
  for (let row = 0; row < size; row++) {
    const label = labels[row]!;
    if (isQuery[row]) {
      targets[row * ways + label] = 1;
      queries++;
    } else averaging[label * size + row] = 1 / counts[label]!;
  }
  const prototypes = matMul(tf.tensor2d(averaging, [ways, size]), units);
  // −|q − p|² = 2q·p − |p|² − |q|²; the last is the same for all labels.
  const lengths = tf.sum(tf.square(prototypes), 1);
  const nearness = tf.sub(tf.mul(matMul(units, tf.transpose(prototypes)), 2), lengths);
  return softmaxCrossEntropy(tf.div(nearness, temperature) as tf.Tensor2D, tf.tensor2d(targets, [size, ways]), queries);
}
