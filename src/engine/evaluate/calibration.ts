// Temperature scaling (Guo et al., 2017, https://arxiv.org/abs/1706.04599): one number that makes held-out probabilities honest.

import { logLoss, softmaxRows } from './metrics.js';

const LOWEST = 0.01;
const HIGHEST = 100;

/** The temperature with the least log-loss on held-out logits, by golden-section search over its logarithm (it is convex there). */
export function fitTemperature(logits: Float32Array, right: ArrayLike<number>, classes: number): number {
  const cost = (logTemperature: number): number =>
    logLoss(softmaxRows(logits, classes, Math.exp(logTemperature)), right, classes);
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(LOWEST);
  let high = Math.log(HIGHEST);
  let lower = high - ratio * (high - low);
  let upper = low + ratio * (high - low);
  let costLower = cost(lower);
  let costUpper = cost(upper);
  while (high - low > 1e-3) {
    if (costLower <= costUpper) {
      high = upper;
      [upper, costUpper] = [lower, costLower];
      lower = high - ratio * (high - low);
      costLower = cost(lower);
    } else {
      low = lower;
      [lower, costLower] = [upper, costUpper];
      upper = low + ratio * (high - low);
      costUpper = cost(upper);
    }
  }
  return Math.exp((low + high) / 2);
}
