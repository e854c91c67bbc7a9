import { describe, expect, it } from 'vitest';
import { duplicateKey } from '../../../src/engine/data/duplicates.js';
import { drawEpisode, sourceTasks } from '../../../src/engine/data/episodes.js';
import { createRng } from '../../../src/engine/random.js';
import type { TaskData } from '../../../src/engine/types.js';

const task = (counts: Readonly<Record<string, number>>): TaskData => ({
  instruction: '',
  labels: Object.keys(counts).map((name) => ({ name })),
  examples: Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => ({ text: `${label} number ${i}`, label })),
  ),
});

describe('source tasks', () => {
  it('have at least two labels of at least two texts', () => {
    expect(sourceTasks([task({ a: 5 }), task({ a: 5, b: 1 }), task({})])).toEqual([]);
    expect(sourceTasks([task({ a: 2, b: 3, c: 1 })])).toEqual([
      [
        ['a number 0', 'a number 1'],
        ['b number 0', 'b number 1', 'b number 2'],
      ],
    ]);
  });

  it('have each text once, and none that is to be left out, however it is written', () => {
    const data = { ...task({ a: 3, b: 3 }) };
    const twice = { ...data, examples: [...data.examples, { text: 'A number 1!', label: 'b' }] };
    expect(sourceTasks([twice], new Set([duplicateKey('B NUMBER 0')]))).toEqual([
      [
        ['a number 0', 'a number 1', 'a number 2'],
        ['b number 1', 'b number 2'],
      ],
    ]);
  });

  it('know nothing of examples without a label of the task', () => {
    const data = task({ a: 2, b: 2 });
    const more = { ...data, examples: [...data.examples, { text: 'stray', label: 'gone' }] };
    expect(sourceTasks([more]).flat(2)).not.toContain('stray');
  });
});

describe('an episode', () => {
  const sources = sourceTasks([task({ a: 10, b: 10, c: 10, d: 2 }), task({ x: 3, y: 4 })]);

  it('has as many labels, shots and queries as wanted, or as there are, and no text twice', () => {
    const rng = createRng(0);
    for (let i = 0; i < 200; i++) {
      const { texts, labels, isQuery, ways } = drawEpisode(sources, { ways: 3, shots: 4, queries: 3 }, rng);
      const names = texts.map((text) => text.split(' ')[0]);
      expect(ways).toBe(names.includes('x') ? 2 : 3);
      expect(new Set(texts).size).toBe(texts.length);
      for (let label = 0; label < ways; label++) {
        const own = names.filter((_, row) => labels[row] === label);
        expect(new Set(own).size).toBe(1);
        const queries = isQuery.filter((query, row) => query && labels[row] === label).length;
        const available = { d: 2, x: 3, y: 4 }[own[0]!] ?? 10;
        expect(own.length - queries).toBe(Math.min(4, available - 1));
        expect(queries).toBe(Math.min(3, available - Math.min(4, available - 1)));
      }
    }
  });

  it('comes from every task and label in time, the same for the same seed', () => {
    const many = (seed: number) => {
      const rng = createRng(seed);
      return Array.from({ length: 50 }, () => drawEpisode(sources, { ways: 2, shots: 1, queries: 1 }, rng));
    };
    const names = new Set(many(0).flatMap(({ texts }) => texts.map((text) => text.split(' ')[0])));
    expect([...names].sort()).toEqual(['a', 'b', 'c', 'd', 'x', 'y']);
    expect(many(1)).toEqual(many(1));
    expect(many(1)).not.toEqual(many(2));
  });
});
