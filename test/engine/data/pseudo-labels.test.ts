import { describe, expect, it } from 'vitest';
import { pseudoLabels } from '../../../src/engine/data/pseudo-labels.js';
import { createRng } from '../../../src/engine/random.js';

/** 16 texts surely of label 0, 4 surely of label 1, 2 that nobody can tell. */
const PROBABILITIES = Float32Array.from([
  ...Array.from({ length: 16 }, () => [0.75, 0.25]).flat(),
  ...Array.from({ length: 4 }, () => [0.25, 0.75]).flat(),
  ...Array.from({ length: 2 }, () => [0.5, 0.5]).flat(),
]);

const given = (options: { confidence?: number; most?: number; weight?: number; seed?: number } = {}) => {
  const { confidence = 0.7, most = 100, weight = 6, seed = 0 } = options;
  return pseudoLabels(PROBABILITIES, 2, { confidence, most, weight }, createRng(seed));
};

const weightOf = (label: number, { labels, weights }: ReturnType<typeof given>): number =>
  weights.reduce((sum, weight, i) => sum + (labels[i] === label ? weight : 0), 0);

describe('pseudo-labels', () => {
  it('go to texts from the confidence on, with the most probable label', () => {
    const { rows, labels } = given();
    expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, row) => row));
    rows.forEach((row, i) => {
      expect(labels[i]).toBe(row < 16 ? 0 : 1);
    });
    expect(given({ confidence: 0.5 }).rows).toHaveLength(22);
    expect(given({ confidence: 0.8 }).rows).toEqual([]);
  });

  it('are balanced: a label with four times as many texts weighs twice as much', () => {
    const balanced = given();
    expect(weightOf(0, balanced) + weightOf(1, balanced)).toBeCloseTo(6, 5);
    expect(weightOf(0, balanced) / weightOf(1, balanced)).toBeCloseTo(2, 5);
  });

  it('count by their probability', () => {
    const probabilities = Float32Array.from([0.9, 0.1, 0.6, 0.4]);
    const { rows, weights } = pseudoLabels(probabilities, 2, { confidence: 0, most: 9, weight: 1 }, createRng(0));
    expect(weights[rows.indexOf(0)]! / weights[rows.indexOf(1)]!).toBeCloseTo(1.5, 5);
  });

  it('are at most so many a label, another choice for another seed', () => {
    const { rows, labels } = given({ most: 3 });
    expect([0, 1].map((label) => labels.filter((own) => own === label).length)).toEqual([3, 3]);
    expect(given({ most: 3 }).rows).toEqual(rows);
    expect(given({ most: 3, seed: 1 }).rows).not.toEqual(rows);
  });
});
