import { describe, expect, it } from 'vitest';
import { examine } from '../../../src/engine/cascade/examine.js';
import { facts as madeFacts, measurement, rung } from '../../support/facts.js';

const EACH = 6;
const labels = ['billing', 'invoices', 'praise'];
const right = Int32Array.from({ length: 3 * EACH }, (_, i) => Math.floor(i / EACH));
const texts = Array.from(right, (_, i) => `text ${i}`);
/** Two labels in one place, the third elsewhere. */
const data = Float32Array.from(Array.from(right).flatMap((label, i) => [label === 2 ? -1 : 1, Math.sin(3 * i), 0.1]));
const encoded = { texts, vectors: { table: { dimensions: 3, data } } };
const join = {
  blocks: [
    { name: 'table', weight: 1 },
    { name: 'ngrams', weight: 1 },
  ],
  names: true,
};
const confusion = [
  [3, 3, 0],
  [3, 3, 0],
  [0, 0, 6],
];
/** The first example is sure to be praise; the others are sure of what they are. */
const logits = Float32Array.from(
  Array.from(right).flatMap((label, i) => labels.map((_, c) => (c === (i === 0 ? 2 : label) ? 5 : 0))),
);
const contender = { method: 'head', rows: Int32Array.from(right.keys()), logits, temperature: 1 } as const;
const rungs = [{ ...rung('head', 0.7), measurement: measurement(0.7, { confusion, examples: 18 }) }];
const facts = madeFacts({ counts: labels.map((label) => ({ label, examples: EACH })) });

describe('the record of a run', () => {
  it('says which labels look wrong, which mean the same, and how far frozen vectors get', () => {
    const examined = examine({ labels, texts, right, encoded }, { facts, rungs, chosen: { contender, join } });
    expect(examined.suspects).toMatchObject([{ text: 'text 0', label: 'billing', suggested: 'praise' }]);
    expect(examined.sameMeaning).toMatchObject([{ a: 'billing', b: 'invoices', asA: 3, asB: 3, examples: 12 }]);
    expect(examined.facts).toEqual({
      ...facts,
      separation: { method: 'head', accuracy: 0.7, chance: 1 / 3, aboveChance: expect.closeTo(0.55) },
      mixedUp: [{ a: 'billing', b: 'invoices', count: 6 }],
    });
  });

  it('finds no labels of one meaning where only n-grams were joined', () => {
    const only = { blocks: [{ name: 'ngrams', weight: 1 }], names: true };
    const examined = examine({ labels, texts, right, encoded }, { facts, rungs, chosen: { contender, join: only } });
    expect(examined.sameMeaning).toEqual([]);
  });
});
