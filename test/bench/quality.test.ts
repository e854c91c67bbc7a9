import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import { gateFigures } from '../../bench/quality/gate.js';
// @ts-expect-error plain JavaScript
import { scopeFigures } from '../../bench/quality/scope.js';
// @ts-expect-error plain JavaScript
import * as goals from '../../bench/support/goals.js';
// @ts-expect-error plain JavaScript
import { reliability, scoreAnswers } from '../../bench/support/scores.js';
// @ts-expect-error plain JavaScript
import { mislabel, unbalance } from '../../bench/support/spoil.js';
import { createRng } from '../../src/engine/random.js';

const examples = Array.from({ length: 100 }, (_, i) => ({ text: `text ${i}`, label: `label ${i % 4}` }));

describe('spoilt examples', () => {
  it('have exactly their share of wrong labels, each a label of the task', () => {
    const spoilt = mislabel(examples, { share: 0.2, rng: createRng(1) });
    const wrong = spoilt.filter(({ label }: { label: string }, i: number) => label !== examples[i]!.label);
    expect(wrong).toHaveLength(20);
    expect(new Set(spoilt.map(({ label }: { label: string }) => label)).size).toBe(4);
  });

  it('keep one of ten of half of the labels', () => {
    const counts = new Map<string, number>();
    for (const { label } of unbalance(examples, { ratio: 10, rng: createRng(1) }) as typeof examples)
      counts.set(label, (counts.get(label) ?? 0) + 1);
    // 25 of each; a tenth of that, rounded.
    expect([...counts.values()].sort((a, b) => a - b)).toEqual([3, 3, 25, 25]);
  });
});

describe('out of scope', () => {
  it('takes the highest threshold that answers 94 % of the own texts', () => {
    const inside = Array.from({ length: 100 }, (_, i) => (i + 1) / 100);
    const outside = [0.01, 0.02, 0.065, 0.5];
    const found = scopeFigures({ inside, outside, threshold: 0.03 });
    // 94 of 100 are at 0.07 or above; three of four foreign texts lie below.
    expect(found).toMatchObject({ acceptance: 0.94, recall: 0.75, ownAcceptance: 0.98, ownRecall: 0.5 });
  });

  it('gives ties half a point in AUROC', () => {
    expect(scopeFigures({ inside: [1, 1], outside: [1, 1], threshold: 0 }).auroc).toBe(0.5);
    expect(scopeFigures({ inside: [2, 3], outside: [0, 1], threshold: 0 }).auroc).toBe(1);
  });
});

const row = (method: string, accuracy: number, more = {}) => ({
  part: 'accuracy',
  ...{ set: 'support', shots: 8, seed: 0, variant: 'clean', encoder: 'embedded', ladder: 'auto', texts: 500 },
  ...{ method, accuracy, holder: null, promoted: false, ece: 0.03 },
  ...more,
});

describe('the gate', () => {
  it('counts regret and what was promoted for the worse', () => {
    const rows = [
      row('in-context', 0.7),
      row('head', 0.75, { holder: 'in-context', promoted: true }),
      row('lora', 0.6, { holder: 'head', promoted: true }),
      row('chosen', 0.6, { answeredBy: 'lora' }),
    ];
    expect(gateFigures(rows)).toEqual([
      expect.objectContaining({
        chosen: 'lora',
        best: 'head',
        regret: 0.15,
        gain: -0.1,
        wrong: true,
        steps: 2,
        wrongSteps: 1,
      }),
    ]);
  });

  it('forgives a point', () => {
    const rows = [row('in-context', 0.7), row('head', 0.69), row('chosen', 0.69, { answeredBy: 'head' })];
    expect(gateFigures(rows)[0]).toMatchObject({ wrong: false, regret: 0.01 });
  });
});

describe('goals', () => {
  it('say how far the measured rows are', () => {
    const rows = [0, 1, 2].map((seed) =>
      row('chosen', 0.7 + seed / 100, { set: 'trec6', seed, ladder: 'in-context,head', answeredBy: 'head' }),
    );
    const trec = goals.qualityGoals(rows).find(({ goal }: { goal: string }) => goal.startsWith('trec6'));
    expect(trec).toMatchObject({
      value: 0.71,
      bound: 0.73,
      aim: 0.78,
      draws: 3,
      reached: 'no',
      ladder: 'in-context,head',
    });
  });

  it('compare with the best peer of each set, not with those on the own encoder', () => {
    const peer = (set: string, name: string, accuracy: number) => ({
      part: 'peer',
      set,
      shots: 8,
      seed: 0,
      peer: name,
      accuracy,
    });
    const rows = [
      ...[
        peer('trec6', 'handful', 0.8),
        peer('trec6', 'logreg', 0.79),
        peer('trec6', 'nlpjs', 0.5),
        peer('trec6', 'bayes', 0.6),
      ],
      ...[peer('support-zh', 'handful', 0.7), peer('support-zh', 'energeticai', 0.75)],
    ];
    const values = Object.fromEntries(
      goals.peerGoals(rows).map(({ goal, value }: { goal: string; value: number }) => [goal, value]),
    );
    expect(values).toEqual({
      'accuracy over the best TypeScript peer of each set, mean over sets': 0.075,
      'accuracy over the best TypeScript peer, worst set': -0.05,
    });
  });
});

describe('scores of answers', () => {
  const test = [
    { text: 'x', label: 'a' },
    { text: 'y', label: 'b' },
  ];

  it('have no calibration where an answer carries no probabilities', async () => {
    expect(await scoreAnswers(['a', 'b'], test, [{ label: 'a' }, { label: 'a' }])).toEqual({
      texts: 2,
      accuracy: 0.5,
      macroF1: 0.3333,
    });
  });

  it('have log-loss and calibration error where all do', async () => {
    const scores = [
      { label: 'a', probability: 0.75 },
      { label: 'b', probability: 0.25 },
    ];
    const found = await scoreAnswers(['a', 'b'], test, [
      { label: 'a', scores },
      { label: 'a', scores },
    ]);
    expect(found.logLoss).toBeCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, 4);
    expect(found.ece).toBeCloseTo(0.25, 4);
  });

  it('are binned for a reliability diagram', () => {
    const bins = reliability(test, [
      { closest: 'a', probability: 0.95 },
      { closest: 'a', probability: 1 },
    ]);
    expect(bins).toEqual([{ bin: 9, texts: 2, confidence: 0.975, accuracy: 0.5 }]);
  });
});
