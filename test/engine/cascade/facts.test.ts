import { describe, expect, it } from 'vitest';
import { dataFacts, separationOf, withMeasured } from '../../../src/engine/cascade/facts.js';
import type { LabelledText } from '../../../src/engine/types.js';
import { rung } from '../../support/facts.js';

const labels = [{ name: 'billing' }, { name: 'bug' }, { name: 'praise' }];
const examples: LabelledText[] = [
  ...['charged twice', 'wrong invoice', 'refund please', '重复扣费'].map((text) => ({ text, label: 'billing' })),
  { text: 'it crashes on start', label: 'bug' },
  { text: 'Charged twice!', label: 'bug' },
];
const input = { data: { labels, examples }, encoder: 'embedded', unlabelled: 2, unknownShare: null, measured: null };

describe('the facts of a task', () => {
  it('count examples, shots, unevenness and texts under two labels', () => {
    expect(dataFacts(input)).toMatchObject({
      examples: 6,
      unlabelled: 2,
      counts: [
        { label: 'billing', examples: 4 },
        { label: 'bug', examples: 2 },
        { label: 'praise', examples: 0 },
      ],
      shots: { least: 0, mean: 2, most: 4 },
      imbalance: 4,
      duplicates: { exact: 2, near: 0 },
      unknownShare: null,
      separation: null,
      mixedUp: [],
    });
  });

  it('tell the scripts, and with them whether the encoder has layers to tune', () => {
    const { scripts, tunable } = dataFacts(input);
    expect(scripts.han).toBeCloseTo(4 / 68, 2);
    expect(scripts.latin + scripts.han + scripts.other).toBeCloseTo(1, 10);
    expect(tunable).toBe(true);
    const chinese = ['这个月被重复扣费', '打开就闪退'].map((text) => ({ text, label: 'bug' }));
    expect(dataFacts({ ...input, data: { labels, examples: chinese } })).toMatchObject({
      tunable: false,
      scripts: { han: 1, latin: 0 },
    });
  });

  it('ask for the share of unknown tokens only where there are texts', () => {
    const unknownShare = (texts: readonly string[]): number => texts.length / 10;
    expect(dataFacts({ ...input, unknownShare }).unknownShare).toBe(0.6);
    expect(dataFacts({ ...input, unknownShare, data: { labels, examples: [] } }).unknownShare).toBeNull();
  });

  it('quote no text', () => {
    const told = JSON.stringify(
      dataFacts({ ...input, measured: { labels: [], rungs: [rung('head', 0.8)], chosen: 'head' } }),
    );
    for (const { text } of examples) expect(told).not.toContain(text);
  });

  it('survive being stored', () => {
    const facts = dataFacts(input);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });
});

describe('what was measured', () => {
  it('is the better of the answerers that leave the encoder alone, against always saying the most frequent label', () => {
    const confusion = [
      [15, 0, 0],
      [3, 6, 1],
      [0, 1, 4],
    ];
    const rungs = [rung('in-context', 0.7), rung('head', 0.8), rung('lora', 0.95)].map((each) => ({
      ...each,
      measurement: { ...each.measurement!, confusion },
    }));
    const separation = separationOf(rungs)!;
    expect(separation).toMatchObject({ method: 'head', accuracy: 0.8, chance: 0.5 });
    expect(separation.aboveChance).toBeCloseTo(0.6, 10);
    expect(separationOf([rung('lora', 0.9)])).toBeNull();
  });

  it('brings the pairs that the chosen answerer mixes up, of labels that are still there', () => {
    const before = dataFacts(input);
    const rungs = [rung('head', 0.8)];
    const measured = { labels: ['billing', 'bug', 'praise'], rungs, chosen: 'head' } as const;
    expect(withMeasured(before, measured).mixedUp).toEqual([
      { a: 'billing', b: 'bug', count: 4 },
      { a: 'bug', b: 'praise', count: 2 },
    ]);
    const renamed = { ...measured, labels: ['billing', 'crash', 'praise'] };
    expect(withMeasured(before, renamed).mixedUp).toEqual([]);
    expect(withMeasured(before, measured)).toEqual({
      ...before,
      separation: separationOf(rungs),
      mixedUp: expect.anything(),
    });
  });
});
