import { describe, expect, it } from 'vitest';
import { fitTemperature } from '../../../src/engine/evaluate/calibration.js';
import { logLoss, softmaxRows } from '../../../src/engine/evaluate/metrics.js';
import { normals } from '../../support/numbers.js';

/** Two-class rows of one logit difference, of which a share is right. */
function rowsOf(difference: number, rows: number, share: number): { logits: Float32Array; right: number[] } {
  const hits = Math.round(rows * share);
  return {
    logits: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? difference : 0)),
    right: Array.from({ length: rows }, (_, row) => (row < hits ? 0 : 1)),
  };
}

describe('fitTemperature', () => {
  it.each([0.05, 0.5, 1, 2, 10])('recovers a temperature of %d from many rows', (temperature) => {
    // Logits of T · ln 3 at temperature T are a probability of 3/4, and 3/4 are right.
    const { logits, right } = rowsOf(temperature * Math.log(3), 2000, 0.75);
    expect(fitTemperature(logits, right, 2) / temperature).toBeCloseTo(1, 1);
  });

  it('makes a sure answerer honest', () => {
    // 99.9 % sure, right nine times of ten.
    const { logits, right } = rowsOf(Math.log(999), 2000, 0.9);
    const temperature = fitTemperature(logits, right, 2);
    expect(softmaxRows(logits, 2, temperature)[0]).toBeCloseTo(0.9, 2);
  });

  it('is pulled to what is expected while rows are few', () => {
    // All rows are right: alone they would want the lowest temperature there is.
    const easy = (rows: number): number => {
      const { logits, right } = rowsOf(1, rows, 1);
      return fitTemperature(logits, right, 2, 1);
    };
    expect(easy(3)).toBeGreaterThan(0.4);
    expect(easy(3)).toBeLessThan(1);
    expect(easy(300)).toBeLessThan(easy(3));
    expect(easy(300)).toBeGreaterThan(0.05);
    // All wrong: the other way.
    const { logits, right } = rowsOf(1, 3, 0);
    expect(fitTemperature(logits, right, 2, 1)).toBeLessThan(4);
  });

  it('does not let the expectation decide when there are hundreds of rows', () => {
    const { logits, right } = rowsOf(2 * Math.log(3), 1000, 0.75);
    for (const expected of [0.1, 1, 10]) expect(fitTemperature(logits, right, 2, expected) / 2).toBeCloseTo(1, 1);
  });

  it.each([0.1, 1, 3])('without rows is what is expected: %d', (expected) => {
    expect(fitTemperature(new Float32Array(0), [], 3, expected)).toBeCloseTo(expected, 10);
  });

  it('where all labels score alike is what is expected', () => {
    expect(fitTemperature(new Float32Array(30), new Array<number>(10).fill(0), 3, 0.1)).toBeCloseTo(0.1, 3);
  });

  it('never makes log-loss and prior together worse than at the expected temperature', () => {
    for (let seed = 0; seed < 20; seed++) {
      const logits = normals(60, 'logits', seed).map((x) => x * (1 + seed));
      const right = Array.from({ length: 20 }, (_, i) => (i * seed) % 3);
      const cost = (temperature: number): number =>
        20 * logLoss(softmaxRows(logits, 3, temperature), right, 3) + 2 * Math.log(temperature) ** 2;
      expect(cost(fitTemperature(logits, right, 3))).toBeLessThanOrEqual(cost(1) + 1e-6);
    }
  });

  it.each([
    ['certain and right', 1e6, 1],
    ['certain and wrong', 1e6, 0],
  ])('stays within its scale for logits that are %s', (_, difference, share) => {
    const { logits, right } = rowsOf(difference, 1000, share);
    const temperature = fitTemperature(logits, right, 2);
    expect(temperature).toBeGreaterThanOrEqual(0.0099);
    expect(temperature).toBeLessThanOrEqual(101);
  });
});
