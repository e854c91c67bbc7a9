import { describe, expect, it } from 'vitest';
import { foldCount, stratifiedFolds } from '../../../src/engine/data/folds.js';
import { createRng } from '../../../src/engine/random.js';

const task = (counts: Record<string, number>) => ({
  labels: Object.keys(counts).map((name) => ({ name })),
  examples: Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => ({ text: `${label} ${i}`, label })),
  ),
});

describe('foldCount', () => {
  it.each([
    [{ billing: 15, bug: 13, praise: 13 }, 3],
    [{ billing: 3, bug: 3 }, 3],
    [{ billing: 15, bug: 2 }, 2],
  ])('%j gives %i folds', (counts, folds) => {
    expect(foldCount(task(counts))).toBe(folds);
  });

  it.each([
    [
      { billing: 9, bug: 0, praise: 1 },
      'support',
      'support cannot be trained yet: bug has 0 examples, praise 1; each label needs at least 2.',
    ],
    [
      { billing: 1, bug: 5 },
      undefined,
      'This cannot be trained yet: billing has 1 example; each label needs at least 2.',
    ],
    [
      { a: 0, b: 0, c: 0, d: 0, e: 0, f: 0, g: 1 },
      'big',
      'big cannot be trained yet: a has 0 examples, b 0, c 0, d 0, e 0 and 2 more labels have too few; each label needs at least 2.',
    ],
    [{ billing: 5 }, 'support', 'support cannot be trained yet: its only label is billing, and at least 2 are needed.'],
    [{}, 'support', 'support cannot be trained yet: it has no label, and at least 2 are needed.'],
  ])('%j of %s cannot be measured', (counts, taskName, message) => {
    const options = taskName === undefined ? {} : { taskName };
    expect(() => foldCount(task(counts), options)).toThrow(
      expect.objectContaining({ code: 'too-few-examples', message }),
    );
  });
});

describe('stratifiedFolds', () => {
  const alone = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('spreads every class evenly, and the folds are of one size', () => {
    for (let seed = 0; seed < 30; seed++) {
      const rng = createRng(seed, 'folds');
      const folds = 2 + rng.integer(3);
      const labels = Array.from({ length: 4 }, () => 2 + rng.integer(12)).flatMap(
        (count, c) => Array(count).fill(c) as number[],
      );
      const foldOf = stratifiedFolds(labels, alone(labels.length), folds, rng);
      for (const label of new Set(labels)) {
        const counts = countPerFold(
          foldOf.filter((_, i) => labels[i] === label),
          folds,
        );
        expect(Math.max(...counts) - Math.min(...counts), `seed ${seed}, class ${label}`).toBeLessThanOrEqual(1);
      }
      const sizes = countPerFold(foldOf, folds);
      expect(Math.max(...sizes) - Math.min(...sizes), `seed ${seed}`).toBeLessThanOrEqual(1);
    }
  });

  it('keeps near duplicates in one fold and every class in every training part', () => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = createRng(seed, 'groups');
      const folds = 2 + rng.integer(2);
      // Groups are numbered within a class, and every class has two at least.
      const labels = Array.from({ length: 60 }, (_, i) => i % 4);
      const groups = labels.map((label, i) => label * 100 + (i < 8 ? Math.floor(i / 4) : rng.integer(9)));
      const foldOf = stratifiedFolds(labels, groups, folds, rng);
      for (const group of new Set(groups)) {
        expect(new Set(foldOf.filter((_, i) => groups[i] === group)).size, `seed ${seed}, group ${group}`).toBe(1);
      }
      expectEveryClassInTraining(labels, foldOf, folds);
    }
  });

  it('keeps every class in every training part when groups mix classes', () => {
    for (let seed = 0; seed < 60; seed++) {
      const rng = createRng(seed, 'mixed');
      const folds = 2 + rng.integer(2);
      const labels = Array.from({ length: 20 }, (_, i) => i % 5);
      const groups = labels.map(() => rng.integer(8));
      expectEveryClassInTraining(labels, stratifiedFolds(labels, groups, folds, rng), folds);
    }
  });

  it('spreads a class whose examples are all near duplicates example by example', () => {
    const labels = [0, 0, 0, 1, 1, 1];
    const foldOf = stratifiedFolds(labels, [0, 0, 0, 1, 2, 3], 3, createRng(0));
    expect(new Set(foldOf.slice(0, 3)).size).toBe(3);
  });

  it('gives the same folds for the same seed, others for another', () => {
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const draw = (seed: number) => [...stratifiedFolds(labels, alone(40), 3, createRng(seed))];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

function countPerFold(foldOf: Int32Array, folds: number): number[] {
  return Array.from({ length: folds }, (_, fold) => foldOf.filter((f) => f === fold).length);
}

function expectEveryClassInTraining(labels: readonly number[], foldOf: Int32Array, folds: number): void {
  for (let fold = 0; fold < folds; fold++) {
    const trained = new Set(labels.filter((_, i) => foldOf[i] !== fold));
    expect(trained.size).toBe(new Set(labels).size);
  }
}
