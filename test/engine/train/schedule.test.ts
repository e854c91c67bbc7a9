import { describe, expect, it } from 'vitest';
import { learningRateFactor } from '../../../src/engine/train/schedule.js';

const schedule = (steps: number, warmupShare: number): number[] =>
  Array.from({ length: steps }, (_, step) => learningRateFactor(step, steps, warmupShare));

describe('the learning-rate schedule', () => {
  it.each<[number, number, readonly number[]]>([
    [10, 0.2, [1 / 2, 1, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8]],
    [4, 0.5, [1 / 2, 1, 1, 1 / 2]],
    // One step of warm-up is the least, and is a full step.
    [4, 0, [1, 1, 2 / 3, 1 / 3]],
    [4, 1, [1 / 4, 2 / 4, 3 / 4, 1]],
    [1, 0.1, [1]],
    [2, 0.1, [1, 1]],
  ])('of %i steps with a warm-up share of %d is %j', (steps, share, factors) => {
    schedule(steps, share).forEach((factor, step) => {
      expect(factor, `step ${step}`).toBeCloseTo(factors[step]!, 12);
    });
  });

  it('rises to 1, then falls, and is never 0 or above 1', () => {
    for (let steps = 1; steps <= 60; steps++) {
      for (const share of [0, 0.1, 0.5, 1]) {
        const factors = schedule(steps, share);
        const top = factors.indexOf(1);
        expect(top, `${steps} steps`).toBeGreaterThanOrEqual(0);
        factors.forEach((factor, step) => {
          expect(factor).toBeGreaterThan(0);
          expect(factor).toBeLessThanOrEqual(1);
          if (step === 0) return;
          if (step <= top) expect(factor).toBeGreaterThan(factors[step - 1]!);
          else expect(factor).toBeLessThanOrEqual(factors[step - 1]!);
        });
      }
    }
  });

  it('is 0 after the last step', () => {
    expect(learningRateFactor(10, 10, 0.1)).toBe(0);
    expect(learningRateFactor(11, 10, 0.1)).toBe(0);
  });
});
