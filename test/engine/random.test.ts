import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/engine/random.js';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('a seeded generator', () => {
  it('gives the same numbers on every machine and in every release: records are run again by their seed', () => {
    const near = (value: number) => expect.closeTo(value, 12);
    expect(draw(3, createRng(0).uniform)).toEqual(
      [0.10563159035518765, 0.7533433067146689, 0.3670629463158548].map(near),
    );
    expect(draw(3, createRng(7, 'lora', 2).uniform)).toEqual(
      [0.5934345207642764, 0.3040684920269996, 0.41958800377324224].map(near),
    );
    expect(createRng(1).shuffle([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([3, 1, 4, 8, 5, 7, 2, 6]);
  });

  it('is another for every other seed, stream and part', () => {
    const seeds = [[0], [1], ['0'], [0, 'folds'], [0, 'lora'], [0, 'lora', 1], [0, 'lora', 2], [1, 0], [10], []];
    const streams = seeds.map((seed) => draw(4, createRng(...seed).uniform).join());
    // A number and its digits are one seed.
    expect(new Set(streams).size).toBe(seeds.length - 1);
    expect(streams[0]).toBe(streams[2]);
  });

  it('has streams that are not related', () => {
    const [a, b] = [draw(2000, createRng(0, 'a').uniform), draw(2000, createRng(0, 'b').uniform)];
    const correlation = mean(a.map((x, i) => (x - 0.5) * (b[i]! - 0.5))) * 12;
    expect(Math.abs(correlation)).toBeLessThan(0.1);
  });

  it('draws uniform numbers from 0 up to but not 1, evenly', () => {
    const values = draw(20_000, createRng('uniform').uniform);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    for (let decile = 0; decile < 10; decile++) {
      const share = values.filter((x) => Math.floor(10 * x) === decile).length / values.length;
      expect(share).toBeCloseTo(0.1, 1.5);
    }
  });

  it('draws whole numbers below the bound, every one of them', () => {
    const rng = createRng('integer');
    const values = draw(7000, () => rng.integer(7));
    expect(new Set(values)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
    for (let n = 0; n < 7; n++) expect(values.filter((x) => x === n).length / 1000).toBeCloseTo(1, 0);
    expect(rng.integer(1)).toBe(0);
  });

  it('draws standard normal numbers, all finite', () => {
    const values = draw(20_000, createRng('normal').normal);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(mean(values)).toBeCloseTo(0, 1);
    expect(mean(values.map((x) => x * x))).toBeCloseTo(1, 1);
    expect(values.filter((x) => Math.abs(x) < 1).length / values.length).toBeCloseTo(0.6827, 1.5);
  });

  it('shuffles into a new array that holds every item once', () => {
    const items = Object.freeze([...'abcdefgh']);
    const shuffled = createRng('shuffle').shuffle(items);
    expect([...shuffled].sort()).toEqual(items);
    expect(shuffled).not.toEqual(items);
    expect(createRng(0).shuffle([])).toEqual([]);
  });

  it('shuffles every item to every place as often', () => {
    const rng = createRng('places');
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) counts[rng.shuffle(['a', 'b', 'c', 'd']).indexOf('a')]! += 1;
    for (const count of counts) expect(count / 1000).toBeCloseTo(1, 0.8);
  });
});
