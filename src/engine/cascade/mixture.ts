// How the experts of one answerer share in its answer: the head on the frozen vectors and the one on the tuned ones.

import { mixLogits } from '../answerers/mix.js';
import { fitTemperature } from '../evaluate/calibration.js';
import { logLoss, softmaxRows } from '../evaluate/metrics.js';

/** Shares of two experts that are tried, the expected one first: another must be better by this much log-loss, in nats. */
const SHARES: readonly (readonly number[])[] = [
  [0.5, 0.5],
  [0, 1],
];
const LEAST_GAIN = 0.01;

export interface Mixture {
  readonly shares: readonly number[];
  /** [rows, classes] */
  readonly logits: Float32Array;
}

/** The mixture of held-out logits [rows, classes] with the least calibrated log-loss. */
export function bestMixture(experts: readonly Float32Array[], right: Int32Array, classes: number): Mixture {
  if (experts.length === 1) return { shares: [1], logits: experts[0]! };
  let best: Mixture | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const shares of SHARES) {
    const logits = mixLogits(experts, shares);
    const temperature = fitTemperature(logits, right, classes, 1);
    const loss = logLoss(softmaxRows(logits, classes, temperature), right, classes);
    if (best !== null && loss > least - LEAST_GAIN) continue;
    best = { shares, logits };
    least = loss;
  }
  return best!;
}
