// What heads learn from: the shots of a task, and the names of its labels as further shots.

import { type EncodedTexts, type Features, joinRows } from '../features.js';
import type { LabelSpec } from '../types.js';

export interface Shots {
  readonly features: Features;
  /** [rows] index of each row's label, 0 … classes − 1 */
  readonly labels: Int32Array;
  /** [rows] how much each row counts */
  readonly weights: Float32Array;
  readonly classes: number;
}

/** Encoded texts with their labels and weights. */
export interface EncodedShots {
  readonly encoded: EncodedTexts;
  readonly labels: Int32Array;
  readonly weights: Float32Array;
}

/** Up to so many shots the head is fitted on their inner products: the factorisation costs rows³ / 3. */
export const MAX_COMPRESSED_ROWS = 2500;

/** A label's name says what it means: as a shot of its own it counts this much. Worth two points at 5 shots, mean of ten sets. */
const NAME_WEIGHT = 2;

/** What a label is called, as a text: its name as words, and its description. */
export function labelText({ name, description }: LabelSpec): string {
  const words = name
    .replace(/[_?-]+/g, ' ')
    .trim()
    .toLowerCase();
  return description === undefined ? words : `${words}: ${description}`;
}

export const plainShots = (encoded: EncodedTexts, labels: Int32Array): EncodedShots => ({
  encoded,
  labels,
  weights: new Float32Array(labels.length).fill(1),
});

/** The shots and, as further ones, the labels' texts, given in the order of the labels. */
export function withLabelNames({ encoded, labels, weights }: EncodedShots, names: EncodedTexts): EncodedShots {
  const more = names.texts.map((_, label) => label);
  return {
    encoded: joinRows(encoded, names),
    labels: Int32Array.from([...labels, ...more]),
    weights: Float32Array.from([...weights, ...more.map(() => NAME_WEIGHT)]),
  };
}
