// The contract of answerers, and how scores become a prediction.

import { softmaxRows } from '../evaluate/metrics.js';
import type { MethodName, Neighbour, Prediction } from '../types.js';

export interface Answerer {
  readonly method: MethodName;
  /** Predictions in the order of the texts. */
  predict(texts: readonly string[]): Promise<Prediction[]>;
  /** Frees what the answerer holds on the backend. */
  dispose(): void;
}

export interface ScoredText {
  /** [classes] */
  readonly logits: Float32Array;
  readonly temperature: number;
  readonly similarity: number;
  readonly threshold: number;
  readonly nearest: readonly Neighbour[];
}

export function toPrediction(method: MethodName, labels: readonly string[], scored: ScoredText): Prediction {
  const probabilities = softmaxRows(scored.logits, labels.length, scored.temperature);
  const scores = labels
    .map((label, c) => ({ label, probability: probabilities[c]! }))
    .sort((a, b) => b.probability - a.probability);
  const { label: closest, probability } = scores[0]!;
  const { similarity, threshold, nearest } = scored;
  return {
    label: similarity < threshold ? null : closest,
    closest,
    probability,
    scores,
    similarity,
    threshold,
    nearest,
    method,
  };
}
