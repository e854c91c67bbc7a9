import { describe, expect, it } from 'vitest';
import { diagnose, type Finding } from '../../../src/engine/cascade/diagnosis.js';
import type { CascadeRecord } from '../../../src/engine/types.js';
import { facts, measurement, record, rung, shotsEach } from '../../support/facts.js';

const kinds = (found: readonly Finding[]): string[] => found.map(({ kind, severity }) => `${severity} ${kind}`);
const rich = facts(shotsEach(30));
const suspects = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `t${i}`, label: 'bug', suggested: 'billing', probability: 0.9 }));

describe('findings in the data', () => {
  it.each<[string, Parameters<typeof facts>[0], string[]]>([
    ['four examples of a label', shotsEach(4), ['serious too-little']],
    ['nine of a label', shotsEach(9), ['minor too-little']],
    ['ten of a label', shotsEach(10), []],
    ['one text under two labels', { ...shotsEach(30), duplicates: { exact: 2, near: 0 } }, ['serious duplicates']],
    [
      'nearly the same text under two labels',
      { ...shotsEach(30), duplicates: { exact: 0, near: 2 } },
      ['minor duplicates'],
    ],
    ['three times as many of a label', { ...shotsEach(30), imbalance: 3 }, ['minor imbalance']],
    ['ten times as many', { ...shotsEach(30), imbalance: 10 }, ['serious imbalance']],
    ['tokens that the encoder does not know', { ...shotsEach(30), unknownShare: 0.3 }, ['serious unknown-tokens']],
    ['nothing', shotsEach(30), []],
  ])('%s', (_, changes, expected) => {
    expect(kinds(diagnose({ record: null, facts: facts(changes) }))).toEqual(expected);
  });

  it('name the labels, fewest first', () => {
    const counts = [
      { label: 'a', examples: 40 },
      { label: 'b', examples: 8 },
      { label: 'c', examples: 3 },
    ];
    const found = diagnose({ record: null, facts: facts({ counts, imbalance: 40 / 3 }) });
    expect(found).toMatchObject([
      { kind: 'too-little', labels: [counts[2], counts[1]], goal: 10 },
      { kind: 'imbalance', most: counts[0], least: counts[2] },
    ]);
  });

  it('are the labels that a measurement doubts, and those of one meaning', () => {
    const sameMeaning = [{ a: 'billing', b: 'bug', asB: 5, asA: 6, examples: 24, nearerToOther: 11 }];
    const found = diagnose({ record: record({ target: 0.8, sameMeaning, suspects: suspects(3) }), facts: rich });
    expect(found).toMatchObject([
      { kind: 'same-meaning', a: 'billing', b: 'bug', nearerToOther: 11 },
      { kind: 'suspects', count: 3, examples: 30 },
    ]);
  });
});

describe('findings about the method', () => {
  const met = { target: 0.8 };
  it.each<[string, Partial<CascadeRecord>, string[]]>([
    ['a small gap between what was learned and what was not seen', { ...met, trainAccuracy: 0.94 }, []],
    ['a gap within the interval', { ...met, trainAccuracy: 0.9 }, []],
    ['a gap above it', { ...met, trainAccuracy: 0.96 }, ['minor overfitting']],
    ['a wide gap', { ...met, rungs: [rung('head', 0.6)], trainAccuracy: 1 }, ['serious overfitting']],
    [
      'tuning that won nothing',
      { ...met, rungs: [rung('head', 0.8), rung('lora', 0.78, -0.1), rung('contrastive', 0.79, -0.05)] },
      ['minor no-gain'],
    ],
    ['tuning that won', { ...met, rungs: [rung('head', 0.8), rung('lora', 0.85, 0.1)], chosen: 'lora' }, []],
  ])('%s', (_, changes, expected) => {
    expect(kinds(diagnose({ record: record(changes), facts: rich }))).toEqual(expected);
  });

  it('tell the best try', () => {
    const rungs = [rung('head', 0.8), rung('lora', 0.78, -0.1), rung('contrastive', 0.79, -0.05)];
    expect(diagnose({ record: record({ ...met, rungs }), facts: rich })).toMatchObject([
      { kind: 'no-gain', method: 'contrastive', wins: 4, losses: 5 },
    ]);
  });

  it('take a train accuracy that the record lacks', () => {
    expect(kinds(diagnose({ record: record(met), facts: rich, trainAccuracy: 1 }))).toEqual(['minor overfitting']);
  });
});

describe('other settings', () => {
  const rungs = [rung('head', 0.6), rung('lora', 0.62, 0.05)];
  const missed = record({ rungs, chosen: 'lora', target: 0.9 });

  it('are the last thing to try, where the target is missed for no other reason', () => {
    expect(diagnose({ record: missed, facts: rich })).toEqual([
      { stage: 'settings', severity: 'minor', kind: 'settings', method: 'lora' },
    ]);
  });

  it('are not worth a search while the data can be mended, nor where the target may be met', () => {
    expect(kinds(diagnose({ record: missed, facts: facts(shotsEach(8)) }))).toEqual(['minor too-little']);
    expect(diagnose({ record: record({ rungs, chosen: 'lora', target: 0.72 }), facts: rich })).toEqual([]);
    expect(diagnose({ record: record({ rungs: [rung('head', 0.6)] }), facts: rich })).toEqual([]);
  });
});

describe('the order', () => {
  it('is serious before minor, and data before method before settings', () => {
    const rungs = [rung('head', 0.4), rung('lora', 0.4, -0.1)].map((each) => ({
      ...each,
      measurement: measurement(0.4, { interval: [0.3, 0.5] }),
    }));
    const found = diagnose({
      record: record({ rungs, trainAccuracy: 1, suspects: suspects(1) }),
      facts: facts({ ...shotsEach(9), duplicates: { exact: 2, near: 0 } }),
    });
    expect(kinds(found)).toEqual([
      'serious duplicates',
      'serious overfitting',
      'minor too-little',
      'minor suspects',
      'minor no-gain',
    ]);
  });
});
