import { describe, expect, it } from 'vitest';
import { microBatches } from '../../../src/engine/train/micro-batches.js';

describe('the parts of a batch', () => {
  const rows = [7, 3, 5, 1, 0, 2, 6, 4];
  const together = (labels: readonly number[]): number[] => {
    const out: number[] = [];
    rows.forEach((row, i) => {
      out[row] = labels[i]!;
    });
    return out;
  };

  it('are the batch itself when there is one', () => {
    expect(microBatches(rows, together([0, 0, 0, 0, 1, 1, 1, 1]), 1)).toEqual([rows]);
  });

  it('are near equal shares, cut between labels', () => {
    expect(microBatches(rows, together([0, 0, 0, 0, 1, 1, 1, 1]), 2)).toEqual([
      [7, 3, 5, 1],
      [0, 2, 6, 4],
    ]);
    expect(microBatches(rows, together([0, 0, 0, 1, 1, 1, 1, 1]), 2)).toEqual([
      [7, 3, 5],
      [1, 0, 2, 6, 4],
    ]);
  });

  it('are cut inside a label where no other is near', () => {
    expect(microBatches(rows, together([0, 1, 1, 1, 1, 1, 1, 1]), 2).map((part) => part.length)).toEqual([4, 4]);
    expect(microBatches(rows, new Array(8).fill(0), 4).map((part) => part.length)).toEqual([2, 2, 2, 2]);
  });

  it.each([2, 3, 4, 5, 7, 8])('hold every row once, in order, in %i lists of which none is empty', (parts) => {
    for (const labels of [
      [0, 0, 0, 0, 1, 1, 1, 1],
      [0, 1, 2, 3, 4, 5, 6, 7],
      new Array(8).fill(0),
      [0, 0, 0, 0, 0, 0, 0, 1],
    ]) {
      const cut = microBatches(rows, together(labels), parts);
      expect(cut.length).toBe(parts);
      expect(cut.flat()).toEqual(rows);
      expect(Math.min(...cut.map((part) => part.length))).toBeGreaterThan(0);
    }
  });
});
