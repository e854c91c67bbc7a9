import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/engine/data/fingerprint.js';
import { balancedSubset, sampleShots } from '../../../src/engine/data/sample.js';
import { createRng } from '../../../src/engine/random.js';

const examples = Array.from({ length: 60 }, (_, i) => ({
  text: `text ${i}`,
  label: i < 40 ? 'billing' : i < 57 ? 'bug' : 'praise',
}));
const countOf = (list: readonly { label: string }[], label: string) => list.filter((e) => e.label === label).length;

describe('sampleShots', () => {
  it('draws k of each label, in the order of the examples', () => {
    const { sample, short } = sampleShots(examples, 3, createRng(0));
    expect(['billing', 'bug', 'praise'].map((label) => countOf(sample, label))).toEqual([3, 3, 3]);
    expect(sample).toEqual(examples.filter((example) => sample.includes(example)));
    expect(short).toEqual([]);
  });

  it('takes all of a label that has fewer, and says so', () => {
    const { sample, short } = sampleShots(examples, 20, createRng(0));
    expect(sample).toHaveLength(20 + 17 + 3);
    expect(short).toEqual([
      { label: 'bug', examples: 17 },
      { label: 'praise', examples: 3 },
    ]);
  });

  it('draws the same for the same seed, something else for another', () => {
    expect(sampleShots(examples, 5, createRng(1))).toEqual(sampleShots(examples, 5, createRng(1)));
    expect(sampleShots(examples, 5, createRng(1))).not.toEqual(sampleShots(examples, 5, createRng(2)));
  });

  it('adds to a smaller sample of the same seed', () => {
    const five = sampleShots(examples, 5, createRng(3)).sample;
    expect(sampleShots(examples, 8, createRng(3)).sample).toEqual(expect.arrayContaining([...five]));
  });
});

describe('balancedSubset', () => {
  it.each([
    [100, [40, 17, 3]],
    [60, [40, 17, 3]],
    [23, [10, 10, 3]],
    [9, [3, 3, 3]],
    [0, [0, 0, 0]],
  ])('at most %i examples: %j of the labels', (limit, counts) => {
    const subset = balancedSubset(examples, limit, createRng(0));
    expect(['billing', 'bug', 'praise'].map((label) => countOf(subset, label))).toEqual(counts);
  });

  it('keeps the order', () => {
    const subset = balancedSubset(examples, 20, createRng(5));
    expect(subset).toEqual(examples.filter((example) => subset.includes(example)));
  });
});

describe('fingerprint', () => {
  const labels = [{ name: 'billing' }, { name: 'bug', description: 'crashes' }];
  const original = fingerprint({ labels, examples });

  it('is 16 hex digits that no order changes', () => {
    expect(original).toMatch(/^[0-9a-f]{16}$/);
    const shuffled = { labels: [...labels].reverse(), examples: createRng(0).shuffle(examples) };
    expect(fingerprint(shuffled)).toBe(original);
  });

  it.each([
    ['a text', { labels, examples: [{ text: 'other', label: 'billing' }, ...examples.slice(1)] }],
    ['a label', { labels, examples: [{ ...examples[0]!, label: 'bug' }, ...examples.slice(1)] }],
    ['a repeat', { labels, examples: [...examples, examples[0]!] }],
    ['an unused label', { labels: [...labels, { name: 'praise' }], examples }],
    ['a description', { labels: [{ name: 'billing' }, { name: 'bug' }], examples }],
  ])('changes with %s', (_, data) => {
    expect(fingerprint(data)).not.toBe(original);
  });
});
