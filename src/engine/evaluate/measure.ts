// From held-out logits to a Measurement: what cross-validation says of a method.

import type { Measurement } from '../types.js';
import { fitTemperature } from './calibration.js';
import {
  accuracy,
  argmaxRows,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  macroF1,
  softmaxRows,
  wilsonInterval,
  worstExamples,
} from './metrics.js';

const WORST_EXAMPLES = 20;

export interface HeldOut {
  readonly texts: readonly string[];
  readonly labels: readonly string[];
  /** [rows] index of the right label */
  readonly right: Int32Array;
  /** [rows, classes], each row by an answerer that did not see it */
  readonly logits: Float32Array;
  readonly folds: number;
  /** Temperature that logits of this kind usually want. */
  readonly expectedTemperature: number;
}

/**
 * One temperature is fitted on the same held-out logits that are measured: a single number over all rows, whose optimism on
 * log-loss and calibration error is far below their sampling error.
 */
export function measure({ texts, labels, right, logits, folds, expectedTemperature }: HeldOut): Measurement {
  const classes = labels.length;
  const temperature = fitTemperature(logits, right, classes, expectedTemperature);
  const probabilities = softmaxRows(logits, classes, temperature);
  const answered = argmaxRows(probabilities, classes);
  const confusion = confusionMatrix(answered, right, classes);
  const share = accuracy(answered, right);
  return {
    examples: right.length,
    folds,
    accuracy: share,
    interval: wilsonInterval(share, right.length),
    macroF1: macroF1(confusion),
    logLoss: logLoss(probabilities, right, classes),
    ece: expectedCalibrationError(probabilities, right, classes),
    temperature,
    confusion,
    worst: worstExamples({ texts, labels, right, probabilities, limit: WORST_EXAMPLES }),
  };
}
