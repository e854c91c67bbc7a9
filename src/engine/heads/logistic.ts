// Multinomial logistic regression with an L2 penalty on the weights (not on the intercepts), fitted by L-BFGS:
// mean cross-entropy + λ/2 · ‖W‖². Dense products run on the TensorFlow.js backend, sparse ones in JavaScript.

import * as tf from '@tensorflow/tfjs';
import type { SparseRows } from '../encoders/lexical.js';
import { lbfgs } from './lbfgs.js';
import { addSparseProduct, type LogisticHead } from './logistic-head.js';
import type { Shots } from './shots.js';

export interface LogisticOptions {
  /** λ above. */
  readonly penalty: number;
  readonly maxIterations: number;
}

/** Experiments over ten sets: accuracy changes by less than 0.7 points between 0.01 and 0.1. */
export const LOGISTIC_DEFAULTS: LogisticOptions = { penalty: 0.03, maxIterations: 60 };

/** Fits one head; the same shots give the same weights on one backend. */
export async function fitLogistic(
  { features, labels, classes }: Shots,
  options: Partial<LogisticOptions> = {},
): Promise<LogisticHead> {
  const { penalty, maxIterations } = { ...LOGISTIC_DEFAULTS, ...options };
  const { rows, width, sparse } = features;
  const columns = sparse?.columns ?? 0;
  const denseSize = width * classes;
  const weightSize = denseSize + columns * classes;
  const x = tf.tensor2d(features.dense, [rows, width]);
  const xTransposed = tf.transpose(x);

  const evaluate = async (point: Float64Array) => {
    const weights = Float32Array.from(point);
    const scores = await product(x, weights.subarray(0, denseSize), [width, classes]);
    if (sparse !== null) addSparseProduct(sparse, weights.subarray(denseSize, weightSize), classes, scores);
    const { loss, residual } = crossEntropy(scores, weights.subarray(weightSize), labels, classes);
    const gradient = new Float64Array(point.length);
    gradient.set(await product(xTransposed, residual, [rows, classes]));
    if (sparse !== null)
      addTransposedSparseProduct(sparse, residual, classes, gradient.subarray(denseSize, weightSize));
    for (let i = 0; i < residual.length; i++) gradient[weightSize + (i % classes)]! += residual[i]!;
    let square = 0;
    for (let i = 0; i < weightSize; i++) {
      square += point[i]! * point[i]!;
      gradient[i]! += penalty * point[i]!;
    }
    return { loss: loss + (penalty / 2) * square, gradient };
  };

  try {
    const start = new Float64Array(weightSize + classes);
    const fitted = Float32Array.from(await lbfgs(evaluate, start, { maxIterations, tolerance: 1e-5, memory: 10 }));
    return {
      classes,
      width,
      dense: fitted.slice(0, denseSize),
      sparse: sparse === null ? null : fitted.slice(denseSize, weightSize),
      intercepts: fitted.slice(weightSize),
    };
  } finally {
    tf.dispose([x, xTransposed]);
  }
}

/** a · b on the backend. [N, K] · [K, C] → row-major [N, C] */
async function product(a: tf.Tensor2D, b: Float32Array, shape: [number, number]): Promise<Float32Array> {
  if (a.size === 0 || b.length === 0) return new Float32Array(a.shape[0] * shape[1]);
  const result = tf.tidy(() => tf.matMul(a, tf.tensor2d(b, shape)));
  try {
    return Float32Array.from(await result.data());
  } finally {
    result.dispose();
  }
}

/** Mean loss in nats, and (softmax − one-hot) / rows, written over the scores. */
function crossEntropy(scores: Float32Array, intercepts: Float32Array, labels: Int32Array, classes: number) {
  const rows = labels.length;
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const z = scores.subarray(row * classes, (row + 1) * classes);
    let max = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) {
      z[c]! += intercepts[c]!;
      max = Math.max(max, z[c]!);
    }
    const right = z[labels[row]!]! - max;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      z[c] = Math.exp(z[c]! - max);
      sum += z[c]!;
    }
    loss += Math.log(sum) - right;
    for (let c = 0; c < classes; c++) z[c]! /= sum * rows;
    z[labels[row]!]! -= 1 / rows;
  }
  return { loss: loss / rows, residual: scores };
}

function addTransposedSparseProduct(x: SparseRows, residual: Float32Array, classes: number, out: Float64Array): void {
  for (let row = 0; row < x.rows; row++) {
    for (let i = x.offsets[row]!; i < x.offsets[row + 1]!; i++) {
      const value = x.values[i]!;
      const at = x.indices[i]! * classes;
      for (let c = 0; c < classes; c++) out[at + c]! += value * residual[row * classes + c]!;
    }
  }
}
