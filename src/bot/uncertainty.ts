// Which texts a person's answer would teach most: active learning by the smallest margin between the two best labels (Scheffer et
// al. 2001), the entropy of all labels breaking ties (Settles 2009, section 3.1). Pure.

import type { Prediction } from '../engine/index.js';

export function margin({ scores }: Prediction): number {
  return (scores[0]?.probability ?? 0) - (scores[1]?.probability ?? 0);
}

/** In nats. */
export function entropy({ scores }: Prediction): number {
  return scores.reduce((sum, { probability: p }) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** The items with their predictions, least certain first. */
export function leastCertain<T>(
  items: readonly T[],
  predictions: readonly Prediction[],
): { item: T; prediction: Prediction }[] {
  return items
    .map((item, i) => ({ item, prediction: predictions[i]! }))
    .sort((a, b) => margin(a.prediction) - margin(b.prediction) || entropy(b.prediction) - entropy(a.prediction));
}
