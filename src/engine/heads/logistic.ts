// Multinomial logistic regression with an L2 penalty on the weights (not on the intercepts), fitted by L-BFGS:
// weighted mean of the cross-entropy + λ/2 · ‖W‖². Products run on the TensorFlow.js backend.

import * as tf from '@tensorflow/tfjs';
import type { SparseRows } from '../encoders/lexical.js';
import { compress } from './gram.js';
import { lbfgs } from './lbfgs.js';
import { addSparseProduct, type LogisticHead } from './logistic-head.js';
import { MAX_COMPRESSED_ROWS, type Shots } from './shots.js';

export interface LogisticOptions {
  /** λ above, for rows of length 1. */
  readonly penalty: number;
  readonly maxIterations: number;
}

/** Accuracy is flat between 1e-5 and 1e-4 on all sets and falls above. */
export const LOGISTIC_DEFAULTS: LogisticOptions = { penalty: 1e-4, maxIterations: 60 };

/** Steps that L-BFGS remembers. */
const MEMORY = 8;

/** Fits one head; the same shots give the same weights on one backend. */
export async function fitLogistic(shots: Shots, options: Partial<LogisticOptions> = {}): Promise<LogisticHead> {
  const settings = { ...LOGISTIC_DEFAULTS, ...options };
  const { features, classes } = shots;
  if (features.rows > MAX_COMPRESSED_ROWS) {
    const { dense, sparse, intercepts } = await minimise({ ...shots, ...features }, settings);
    return { classes, width: features.width, dense, sparse, intercepts };
  }
  const small = await compress(features);
  const { dense, intercepts } = await minimise(
    { ...shots, rows: features.rows, width: features.rows, dense: small.rows, sparse: null },
    settings,
  );
  return { classes, width: features.width, ...(await small.expand(dense, classes)), intercepts };
}

interface Problem extends Omit<Shots, 'features'> {
  readonly rows: number;
  readonly width: number;
  readonly dense: Float32Array;
  readonly sparse: SparseRows | null;
}

async function minimise(problem: Problem, { penalty, maxIterations }: LogisticOptions) {
  const { rows, width, sparse, classes } = problem;
  const denseSize = width * classes;
  const weightSize = denseSize + (sparse?.columns ?? 0) * classes;
  const x = tf.tensor2d(problem.dense, [rows, width]);
  const xTransposed = tf.transpose(x);

  const evaluate = async (point: Float64Array) => {
    const weights = Float32Array.from(point);
    const scores = await product(x, weights.subarray(0, denseSize), [width, classes]);
    if (sparse !== null) addSparseProduct(sparse, weights.subarray(denseSize, weightSize), classes, scores);
    const { loss, residual } = crossEntropy(scores, weights.subarray(weightSize), problem);
    const gradient = new Float64Array(point.length);
    gradient.set(await product(xTransposed, residual, [rows, classes]));
    if (sparse !== null) {
      addTransposedSparseProduct(sparse, residual, classes, gradient.subarray(denseSize, weightSize));
    }
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
    const fitted = Float32Array.from(await lbfgs(evaluate, start, { maxIterations, tolerance: 1e-6, memory: MEMORY }));
    return {
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

/** Weighted mean loss in nats, and weight · (softmax − one-hot) / sum of weights, written over the scores. */
function crossEntropy(scores: Float32Array, intercepts: Float32Array, { labels, weights, classes }: Problem) {
  const total = weights.reduce((a, b) => a + b, 0);
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const z = scores.subarray(row * classes, (row + 1) * classes);
    const share = weights[row]! / total;
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
    loss += share * (Math.log(sum) - right);
    for (let c = 0; c < classes; c++) z[c]! *= share / sum;
    z[labels[row]!]! -= share;
  }
  return { loss, residual: scores };
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
