import { describe, expect, it } from 'vitest';
import {
  accuracy,
  argmaxRows,
  confusionMatrix,
  expectedCalibrationError,
  logLoss,
  logProbabilities,
  macroF1,
  mean,
  softmaxRows,
  wilsonInterval,
  worstExamples,
} from '../../../src/engine/evaluate/metrics.js';
import { expectClose, normals } from '../../support/numbers.js';

const floats = (...values: readonly number[]): Float32Array => Float32Array.from(values);

describe('softmaxRows', () => {
  it.each<[string, readonly number[], number, readonly number[]]>([
    ['equal logits share evenly', [5, 5, 5, 5], 1, [0.25, 0.25, 0.25, 0.25]],
    ['ln 3 against 0 is 3 to 1', [Math.log(3), 0], 1, [0.75, 0.25]],
    ['a temperature divides the logits', [2 * Math.log(3), 0], 2, [0.75, 0.25]],
    ['a low temperature sharpens', [0.1 * Math.log(3), 0], 0.1, [0.75, 0.25]],
    ['huge logits do not overflow', [10_000, 10_000 - Math.log(3)], 1, [0.75, 0.25]],
    ['one class has it all', [-3], 1, [1]],
    ['of nothing is nothing', [], 1, []],
  ])('%s', (_, logits, temperature, expected) => {
    expectClose(softmaxRows(floats(...logits), Math.max(1, expected.length), temperature), expected, 1e-3);
  });

  it('takes each row by itself', () => {
    const rows = softmaxRows(floats(Math.log(3), 0, 0, Math.log(4)), 2);
    expectClose(rows, [0.75, 0.25, 0.2, 0.8], 1e-6);
  });

  it('gives rows that sum to 1', () => {
    const rows = softmaxRows(
      normals(300, 'logits').map((x) => 20 * x),
      3,
    );
    for (let at = 0; at < 300; at += 3) expect(rows[at]! + rows[at + 1]! + rows[at + 2]!).toBeCloseTo(1, 5);
  });
});

describe('argmaxRows', () => {
  it('gives the most probable class of each row, the first of a tie', () => {
    expect([...argmaxRows(floats(1, 3, 2, 5, 5, 4, 0, 0, 0), 3)]).toEqual([1, 0, 0]);
  });
});

describe('accuracy', () => {
  it.each([
    [[0, 1, 2, 1], [0, 1, 2, 2], 0.75],
    [[0], [0], 1],
    [[1, 0], [0, 1], 0],
  ])('of the answers %j where %j is right is %d', (answered, right, expected) => {
    expect(accuracy(answered, right)).toBe(expected);
  });

  it('of no rows is not a number', () => {
    expect(accuracy([], [])).toBeNaN();
  });
});

describe('the confusion matrix', () => {
  it('counts rows of class i answered as j', () => {
    expect(confusionMatrix([0, 1, 1, 0, 2], [0, 0, 1, 1, 2], 4)).toEqual([
      [1, 1, 0, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ]);
  });
});

describe('macroF1', () => {
  it.each<[string, readonly (readonly number[])[], number]>([
    [
      'all right',
      [
        [3, 0],
        [0, 5],
      ],
      1,
    ],
    [
      'all wrong',
      [
        [0, 3],
        [5, 0],
      ],
      0,
    ],
    // F1: 2·2/(3+3) = 2/3 and 2·1/(2+2) = 1/2
    [
      'some wrong',
      [
        [2, 1],
        [1, 1],
      ],
      (2 / 3 + 1 / 2) / 2,
    ],
    // A class that was never answered counts 0: F1 2·4/(4+6) and 0.
    [
      'everything answered as the first',
      [
        [4, 0],
        [2, 0],
      ],
      0.4,
    ],
    [
      'a class that does not occur left out',
      [
        [3, 0, 0],
        [0, 5, 0],
        [0, 0, 0],
      ],
      1,
    ],
    // The third class has no rows but one answer: F1 2·3/(3+4), 1, 0… of 4 rows of class 0 one went to class 2.
    [
      'a class that was only answered counted as 0',
      [
        [3, 0, 1],
        [0, 5, 0],
        [0, 0, 0],
      ],
      (6 / 7 + 1 + 0) / 3,
    ],
  ])('with %s', (_, confusion, expected) => {
    expect(macroF1(confusion)).toBeCloseTo(expected, 10);
  });
});

describe('log loss', () => {
  it('is the mean of −ln p of the right label', () => {
    const probabilities = floats(0.5, 0.5, 0.25, 0.75);
    expectClose(logProbabilities(probabilities, [0, 1], 2), [Math.log(0.5), Math.log(0.75)], 1e-6);
    expect(logLoss(probabilities, [0, 1], 2)).toBeCloseTo(-(Math.log(0.5) + Math.log(0.75)) / 2, 6);
  });

  it('of a certain mistake is finite: −ln 1e-12', () => {
    expect(logLoss(floats(1, 0), [1], 2)).toBeCloseTo(-Math.log(1e-12), 6);
  });
});

describe('the expected calibration error', () => {
  it.each<[string, readonly number[], readonly number[], number]>([
    ['always certain and right', [1, 0, 0, 1], [0, 1], 0],
    ['always certain and wrong', [1, 0, 0, 1], [1, 0], 1],
    ['80 % sure and right four times of five', [0.8, 0.2, 0.8, 0.2, 0.8, 0.2, 0.8, 0.2, 0.8, 0.2], [0, 0, 0, 0, 1], 0],
    ['80 % sure and always right', [0.8, 0.2, 0.8, 0.2], [0, 0], 0.2],
    // Two bins: two rows at 0.9 of which one is right, one row at 0.6 that is right: (2·0.4 + 1·0.4) / 3.
    ['sure of different rows', [0.9, 0.1, 0.9, 0.1, 0.6, 0.4], [0, 1, 0], 0.4],
    // One bin: 0.80 and 0.84 lie in [12/15, 13/15), so that too sure and too unsure make up for each other.
    ['sure within one bin', [0.8, 0.2, 0.84, 0.16], [0, 1], 0.32],
  ])('of an answerer that is %s', (_, probabilities, right, expected) => {
    expect(expectedCalibrationError(floats(...probabilities), right, 2)).toBeCloseTo(expected, 6);
  });
});

describe('the Wilson interval', () => {
  // By the formula, z = 1.959964; the row of 10 of 10 is the well-known [0.7225, 1].
  it.each([
    [0, 10, 0, 0.2775],
    [1, 10, 0.7225, 1],
    [0.5, 10, 0.2366, 0.7634],
    [0.9, 10, 0.5958, 0.9821],
    [0.8, 100, 0.7112, 0.8666],
    [0.8, 10_000, 0.792, 0.8077],
    [0.5, 1, 0.0546, 0.9454],
    [1, 1, 0.2065, 1],
    [0.3, 0, 0, 1],
  ])('of a share of %d of %d rows is [%d, %d]', (share, rows, low, high) => {
    expectClose(wilsonInterval(share, rows), [low, high], 5e-5);
  });

  it('holds the share and shrinks with more rows', () => {
    let width = 2;
    for (const rows of [1, 5, 20, 100, 1000]) {
      const [low, high] = wilsonInterval(0.6, rows);
      expect(low).toBeLessThan(0.6);
      expect(high).toBeGreaterThan(0.6);
      expect(high - low).toBeLessThan(width);
      width = high - low;
    }
  });
});

describe('worstExamples', () => {
  const labels = ['billing', 'bug'];
  const texts = ['a', 'b', 'c', 'd'];
  const options = { texts, labels, right: [0, 0, 1, 1], probabilities: floats(0.9, 0.1, 0.3, 0.7, 0.8, 0.2, 0.4, 0.6) };

  it('names the rows that went wrong, those answered with most confidence first', () => {
    expect(worstExamples({ ...options, limit: 5 })).toEqual([
      { text: 'c', label: 'bug', answered: 'billing', probability: Math.fround(0.8) },
      { text: 'b', label: 'billing', answered: 'bug', probability: Math.fround(0.7) },
    ]);
  });

  it('names no more than wanted', () => {
    expect(worstExamples({ ...options, limit: 1 }).map(({ text }) => text)).toEqual(['c']);
  });
});

describe('mean', () => {
  it.each([
    [[1, 2, 3], 2],
    [[5], 5],
  ])('of %j is %d', (values, expected) => {
    expect(mean(values)).toBe(expected);
  });
});
