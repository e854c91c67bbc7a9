import { describe, expect, it } from 'vitest';
import { fitExponent } from '../../bench/support/fit.js';

describe('the exponent of a growth', () => {
  const sizes = [1, 10, 100, 1000, 10_000];
  const grown = (cost: (size: number, i: number) => number) =>
    fitExponent(sizes.map((size, i) => [size, cost(size, i)] as const));

  it.each([0, 0.5, 1, 2])('finds %d where a cost grows by exactly that power', (power) => {
    const { exponent, low, high, factor } = grown((size) => 3 * size ** power);
    for (const found of [exponent, low, high]) expect(found).toBeCloseTo(power, 9);
    expect(factor).toBeCloseTo(3, 9);
  });

  it('gives an interval that holds the true power of a noisy cost, and widens with the noise', () => {
    const noise = [0.3, -0.2, 0.1, -0.3, 0.2];
    const little = grown((size, i) => size * Math.exp(0.1 * noise[i]!));
    const much = grown((size, i) => size * Math.exp(noise[i]!));
    for (const { low, high } of [little, much]) {
      expect(low).toBeLessThan(1);
      expect(high).toBeGreaterThan(1);
    }
    expect(much.high - much.low).toBeCloseTo(10 * (little.high - little.low), 6);
  });

  it('agrees with a regression worked out by hand', () => {
    // Logarithms (0, 0), (1, 1), (2, 1): slope 1/2, residuals −1/6, 1/3, −1/6, so an error of √(1/6 / 1 / 2).
    const { exponent, low } = fitExponent([
      [1, 1],
      [Math.E, Math.E],
      [Math.E ** 2, Math.E],
    ]);
    expect(exponent).toBeCloseTo(0.5, 9);
    expect(low).toBeCloseTo(0.5 - 12.706 * Math.sqrt(1 / 12), 6);
  });

  it('refuses what has no exponent', () => {
    expect(() => fitExponent([[1, 1]])).toThrow('three points');
    expect(() => grown((size) => size - 1)).toThrow('above zero');
    expect(() =>
      fitExponent([
        [2, 1],
        [2, 2],
        [2, 3],
      ]),
    ).toThrow('different sizes');
  });
});
