// Temperature scaling (Guo et al., 2017, https://arxiv.org/abs/1706.04599): one number that makes held-out probabilities honest.

import { logLoss, softmaxRows } from './metrics.js';

const LOWEST = 0.01;
const HIGHEST = 100;

/** Strength of the pull towards the expected temperature, in nats: decides on twenty examples, vanishes on hundreds. */
const PRIOR_STRENGTH = 2;

/**
 * The temperature T that minimises n · log-loss(T) + 2 · ln(T / expected)² on held-out logits, by golden-section search over
 * ln T; `expected` without any. Without the second term the temperature of twenty easy examples runs to an end of the scale.
 */
export function fitTemperature(logits: Float32Array, right: ArrayLike<number>, classes: number, expected = 1): number {
  if (right.length === 0) return expected;
  const cost = (logTemperature: number): number =>
    right.length * logLoss(softmaxRows(logits, classes, Math.exp(logTemperature)), right, classes) +
    PRIOR_STRENGTH * (logTemperature - Math.log(expected)) ** 2;
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
