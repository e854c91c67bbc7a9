import { describe, expect, it } from 'vitest';
import { type CostInput, estimateSeconds, foldsToCompare } from '../../../src/engine/cascade/cost.js';
import { blocksFor } from '../../../src/engine/encoders/blocks.js';

const input = (changes: Partial<CostInput> = {}): CostInput => ({
  examples: 60,
  classes: 3,
  folds: 3,
  blocks: blocksFor('use-lite', []),
  secondsPerText: null,
  ...changes,
});
const WORK = ['read', 'in-context', 'head', 'lora'] as const;

describe('what work costs', () => {
  it('is measured by the pace at which this machine encodes a text', () => {
    expect(estimateSeconds('read', input({ secondsPerText: 0.5 }))).toBe(30);
    const [slow, fast] = [0.2, 0.1].map((secondsPerText) => estimateSeconds('lora', input({ secondsPerText })));
    expect(slow! / fast!).toBeCloseTo(2, 10);
  });

  it('is assumed where nothing was measured: USE-lite is slower than tables', () => {
    const light = input({ blocks: blocksFor('hashing', []) });
    expect(estimateSeconds('read', input())).toBeGreaterThan(10 * estimateSeconds('read', light));
  });

  it('of LoRA is nothing where there is nothing to tune', () => {
    expect(estimateSeconds('lora', input({ blocks: blocksFor('static-en-zh', []) }))).toBe(0);
  });

  it.each(WORK)('grows with the examples: %s', (what) => {
    let last = 0;
    for (const examples of [6, 30, 200, 1000, 10_000]) {
      const seconds = estimateSeconds(what, input({ examples }));
      expect(seconds).toBeGreaterThan(last);
      last = seconds;
    }
  });

  it('is finite for the smallest and the largest task', () => {
    for (const what of WORK) {
      for (const changes of [
        { examples: 4, classes: 2, folds: 2 },
        { examples: 10_000, classes: 500 },
      ]) {
        const seconds = estimateSeconds(what, input(changes));
        expect(Number.isFinite(seconds)).toBe(true);
        expect(seconds).toBeGreaterThan(0);
      }
    }
  });
});

describe('foldsToCompare', () => {
  it.each([
    [4, 2, 2],
    [60, 3, 3],
    [200, 3, 3],
    [300, 3, 2],
    [400, 3, 2],
    [600, 3, 1],
    [10_000, 3, 1],
    [10_000, 2, 1],
  ])('%i examples in %i folds are enough in %i', (examples, folds, measured) => {
    expect(foldsToCompare({ examples, folds })).toBe(measured);
  });
});
