import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import * as statistics from '../../bench/support/statistics.js';

const { beyondNoise, deviation, pairedDifference, shareNoise, summary } = statistics;

describe('means with their uncertainty', () => {
  it("have Student's 95 % interval", () => {
    // t(2 degrees of freedom, 97.5 %) = 4.303; deviation 1; half = 4.303 / √3.
    const { mean, low, high, draws } = summary([1, 2, 3]);
    expect([mean, draws]).toEqual([2, 3]);
    expect(high - mean).toBeCloseTo(4.303 / Math.sqrt(3), 6);
    expect(mean - low).toBeCloseTo(4.303 / Math.sqrt(3), 6);
  });

  it('use the normal distribution for many values', () => {
    const values = Array.from({ length: 100 }, (_, i) => i % 2);
    expect(summary(values).high - 0.5).toBeCloseTo((1.96 * deviation(values)) / 10, 6);
  });

  it('have no interval from a single value', () => {
    expect(summary([0.7])).toEqual({ mean: 0.7, low: null, high: null, draws: 1 });
  });

  it('tell a steady difference of pairs from noise', () => {
    const before = [0.5, 0.7, 0.6];
    const steady = pairedDifference(before, [0.55, 0.76, 0.65]);
    const mixed = pairedDifference(before, [0.6, 0.62, 0.66]);
    expect(steady.mean).toBeCloseTo(0.16 / 3, 6);
    expect([beyondNoise(steady), beyondNoise(mixed)]).toEqual([true, false]);
    expect(beyondNoise(pairedDifference([0.5], [0.9]))).toBe(false);
  });

  it('refuse pairs that do not match', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow('2 values before and 1 after');
    expect(() => pairedDifference([], [])).toThrow('Expected pairs');
  });

  it('know the noise of a share from its texts', () => {
    expect(shareNoise(0.5, 0.5, 200)).toBeCloseTo(1.96 * Math.sqrt(0.5 / 200), 6);
    expect(shareNoise(1, 1, 200)).toBe(0);
  });
});
