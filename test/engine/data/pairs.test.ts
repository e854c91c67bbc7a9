import { describe, expect, it } from 'vitest';
import { countPairs, drawPairs, PAIR_SAMPLINGS, type Pair, type PairSampling } from '../../../src/engine/data/pairs.js';
import { createRng } from '../../../src/engine/random.js';

const LABELS = [0, 0, 0, 1, 1, 2, 2, 2, 2];

/** 3 + 1 + 6 within the labels, 36 pairs of nine rows altogether. */
const COUNTS = { alike: 10, unlike: 26 };

const draw = (labels: readonly number[], sampling: PairSampling, most = 10_000, seed = 0): Pair[] =>
  drawPairs(labels, { sampling, most }, createRng(seed));

const keyOf = ({ first, second }: Pair): string => [first, second].sort((a, b) => a - b).join('-');

function timesOf(pairs: readonly Pair[], alike: boolean): number[] {
  const times = new Map<string, number>();
  for (const pair of pairs.filter((pair) => pair.alike === alike))
    times.set(keyOf(pair), (times.get(keyOf(pair)) ?? 0) + 1);
  return [...times.values()];
}

const kindsOf = (pairs: readonly Pair[]): readonly [alike: number, unlike: number] => {
  const alike = pairs.filter((pair) => pair.alike).length;
  return [alike, pairs.length - alike];
};

it('counts pairs within and across labels', () => {
  expect(countPairs(LABELS)).toEqual(COUNTS);
  expect(countPairs([])).toEqual({ alike: 0, unlike: 0 });
  expect(countPairs([3])).toEqual({ alike: 0, unlike: 0 });
});

describe.each(PAIR_SAMPLINGS)('%s', (sampling) => {
  it.each([10_000, 30, 7, 2])('pairs different rows, and says rightly whether they are alike; at most %d', (most) => {
    const pairs = draw(LABELS, sampling, most);
    expect(pairs.length).toBeLessThanOrEqual(most);
    expect(pairs.length).toBeGreaterThan(0);
    for (const { first, second, alike } of pairs) {
      expect(first).not.toBe(second);
      expect(LABELS[first] === LABELS[second]).toBe(alike);
    }
  });

  it('takes every pair of a kind once before any comes twice', () => {
    const pairs = draw(LABELS, sampling);
    for (const alike of [true, false]) {
      const times = timesOf(pairs, alike);
      expect(
        Math.max(...times) - (times.length < COUNTS[alike ? 'alike' : 'unlike'] ? 0 : Math.min(...times)),
      ).toBeLessThanOrEqual(1);
    }
  });

  it('draws the same for the same seed, something else for another', () => {
    expect(draw(LABELS, sampling, 20, 1)).toEqual(draw(LABELS, sampling, 20, 1));
    expect(draw(LABELS, sampling, 20, 1)).not.toEqual(draw(LABELS, sampling, 20, 2));
  });

  it('leaves out the kind of which there is none', () => {
    expect(kindsOf(draw([0, 0, 0], sampling))).toEqual([3, 0]);
    expect(kindsOf(draw([0, 1, 2], sampling))).toEqual([0, 3]);
    expect(kindsOf(draw([0, 1, 2], sampling, 2))).toEqual([0, 2]);
    expect(draw([0], sampling)).toEqual([]);
  });
});

it('oversampling repeats the rarer kind, undersampling cuts the more frequent, unique has each pair once', () => {
  expect(kindsOf(draw(LABELS, 'oversampling'))).toEqual([26, 26]);
  expect(kindsOf(draw(LABELS, 'undersampling'))).toEqual([10, 10]);
  expect(kindsOf(draw(LABELS, 'unique'))).toEqual([10, 26]);
  expect(new Set(draw(LABELS, 'unique').map(keyOf)).size).toBe(36);
  expect(timesOf(draw(LABELS, 'oversampling'), true).reduce((a, b) => Math.max(a, b))).toBe(3);
});

it('keeps the proportion of the kinds under the cap', () => {
  expect(kindsOf(draw(LABELS, 'oversampling', 12))).toEqual([6, 6]);
  expect(kindsOf(draw(LABELS, 'undersampling', 12))).toEqual([6, 6]);
  expect(kindsOf(draw(LABELS, 'unique', 18))).toEqual([5, 13]);
});

it('draws from fifty million pairs without writing them down', () => {
  const many = Array.from({ length: 10_000 }, (_, row) => row % 7);
  const pairs = draw(many, 'oversampling', 1000);
  expect(kindsOf(pairs)).toEqual([500, 500]);
  expect(pairs.every(({ first, second, alike }) => first !== second && (many[first] === many[second]) === alike)).toBe(
    true,
  );
  expect(new Set(pairs.flatMap(({ first, second }) => [first, second])).size).toBeGreaterThan(1500);
});
