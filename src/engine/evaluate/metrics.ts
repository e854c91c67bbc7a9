// Measures of classifiers from logits or probabilities, row-major [rows, classes], and the index of each row's right label.

import type { WorstExample } from '../types.js';

/** Bins of the expected calibration error. */
export const CALIBRATION_BINS = 15;

/** Probabilities below this count as this in log-loss, so that one certain mistake is bad but not infinite. */
const LEAST_PROBABILITY = 1e-12;

/** softmax(logits / temperature) per row. */
export function softmaxRows(logits: Float32Array, classes: number, temperature = 1): Float32Array {
  const out = new Float32Array(logits.length);
  for (let at = 0; at < logits.length; at += classes) {
    let max = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) max = Math.max(max, logits[at + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      out[at + c] = Math.exp((logits[at + c]! - max) / temperature);
      sum += out[at + c]!;
    }
    for (let c = 0; c < classes; c++) out[at + c]! /= sum;
  }
  return out;
}

/** Logarithm of softmax(logits) per row. */
export function logSoftmaxRows(logits: Float32Array, classes: number): Float32Array {
  const out = new Float32Array(logits.length);
  for (let at = 0; at < logits.length; at += classes) {
    let max = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) max = Math.max(max, logits[at + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[at + c]! - max);
    for (let c = 0; c < classes; c++) out[at + c] = logits[at + c]! - max - Math.log(sum);
  }
  return out;
}

/** The most probable class of each row; the first one of a tie. */
export function argmaxRows(scores: Float32Array, classes: number): Int32Array {
  const out = new Int32Array(scores.length / classes);
  for (let row = 0; row < out.length; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[row * classes + c]! > scores[row * classes + best]!) best = c;
    out[row] = best;
  }
  return out;
}

/** Share of rows answered right; NaN without rows. */
export function accuracy(answered: ArrayLike<number>, right: ArrayLike<number>): number {
  let hits = 0;
  for (let i = 0; i < right.length; i++) if (answered[i] === right[i]) hits++;
  return hits / right.length;
}

/** confusion[i][j]: rows of class i answered as class j. */
export function confusionMatrix(answered: ArrayLike<number>, right: ArrayLike<number>, classes: number): number[][] {
  const out = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < right.length; i++) out[right[i]!]![answered[i]!]!++;
  return out;
}

/** Mean F1 over the classes that occur (as right answer or as answer). */
export function macroF1(confusion: readonly (readonly number[])[]): number {
  const scores: number[] = [];
  confusion.forEach((row, c) => {
    const rows = row.reduce((a, b) => a + b, 0);
    const answers = confusion.reduce((sum, other) => sum + other[c]!, 0);
    if (rows + answers > 0) scores.push((2 * row[c]!) / (rows + answers));
  });
  return scores.reduce((a, b) => a + b, 0) / scores.length;
}

/** ln p(right label) of each row. */
export function logProbabilities(probabilities: Float32Array, right: ArrayLike<number>, classes: number): Float64Array {
  return Float64Array.from({ length: right.length }, (_, row) =>
    Math.log(Math.max(LEAST_PROBABILITY, probabilities[row * classes + right[row]!]!)),
  );
}

/** Mean negative log-probability of the right label, in nats. */
export const logLoss = (probabilities: Float32Array, right: ArrayLike<number>, classes: number): number =>
  -mean(logProbabilities(probabilities, right, classes));

/**
 * Expected calibration error: mean distance between confidence and accuracy over equal-width bins of confidence, weighted by
 * their rows (Guo et al., 2017, https://arxiv.org/abs/1706.04599).
 */
export function expectedCalibrationError(
  probabilities: Float32Array,
  right: ArrayLike<number>,
  classes: number,
): number {
  const answered = argmaxRows(probabilities, classes);
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ rows: 0, confidence: 0, hits: 0 }));
  for (let row = 0; row < right.length; row++) {
    const confidence = probabilities[row * classes + answered[row]!]!;
    const bin = bins[Math.min(CALIBRATION_BINS - 1, Math.floor(confidence * CALIBRATION_BINS))]!;
    bin.rows++;
    bin.confidence += confidence;
    if (answered[row] === right[row]) bin.hits++;
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.hits), 0) / right.length;
}

/** Wilson's 95 % interval of a share (Wilson, 1927). */
export function wilsonInterval(share: number, rows: number): [low: number, high: number] {
  if (rows === 0) return [0, 1];
  const z = 1.959964;
  const centre = (share + (z * z) / (2 * rows)) / (1 + (z * z) / rows);
  const half = (z / (1 + (z * z) / rows)) * Math.sqrt((share * (1 - share)) / rows + (z * z) / (4 * rows * rows));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** The rows that went wrong with most confidence, worst first. */
export function worstExamples(options: {
  readonly texts: readonly string[];
  readonly labels: readonly string[];
  readonly right: ArrayLike<number>;
  readonly probabilities: Float32Array;
  readonly limit: number;
}): WorstExample[] {
  const { texts, labels, right, probabilities, limit } = options;
  const answered = argmaxRows(probabilities, labels.length);
  return texts
    .map((text, row) => ({
      text,
      label: labels[right[row]!]!,
      answered: labels[answered[row]!]!,
      probability: probabilities[row * labels.length + answered[row]!]!,
    }))
    .filter(({ label, answered }) => label !== answered)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, limit);
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};
