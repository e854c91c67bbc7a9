import { describe, expect, it } from 'vitest';
import { createSay } from '../../src/bot/catalogue/index.js';
import { createFormat } from '../../src/bot/format.js';
import { textOf } from '../../src/bot/parts.js';
import { labelToTeach, mixedUp, reportCard } from '../../src/bot/report-card.js';
import { leastCertain } from '../../src/bot/uncertainty.js';
import type { CascadeRecord, Measurement, Prediction } from '../../src/engine/index.js';

const measurement = (accuracy: number): Measurement => ({
  examples: 30,
  folds: 3,
  accuracy,
  interval: [accuracy - 0.12, accuracy + 0.1],
  macroF1: accuracy,
  logLoss: 0.4,
  ece: 0.05,
  temperature: 1,
  confusion: [
    [9, 1, 0],
    [2, 6, 2],
    [0, 1, 9],
  ],
  worst: [{ text: 'works again, thanks!', label: 'praise', answered: 'bug', probability: 0.81 }],
});

const record: CascadeRecord = {
  encoder: 'embedded',
  backend: 'wasm',
  seed: 0,
  target: 0.9,
  labels: ['billing', 'bug', 'praise'],
  examples: 30,
  fingerprint: 'f',
  rungs: [
    {
      method: 'in-context',
      status: 'measured',
      reason: null,
      measurement: measurement(0.7),
      comparison: null,
      measureSeconds: 0.4,
      trainSeconds: 0,
    },
    {
      method: 'head',
      status: 'measured',
      reason: null,
      measurement: measurement(0.8),
      comparison: null,
      measureSeconds: 1,
      trainSeconds: 0.5,
    },
    {
      method: 'lora',
      status: 'skipped',
      reason: { kind: 'over-budget', needed: 90, left: 12 },
      measurement: null,
      comparison: null,
      measureSeconds: 0,
      trainSeconds: 0,
    },
  ],
  chosen: 'head',
  stopped: 'budget-spent',
  seconds: 71,
  blocks: [],
};

describe('a method that was measured on a part of the examples', () => {
  it('is told with how many of how many', () => {
    const words = { say: createSay('en'), format: createFormat(createSay('en')) };
    const [first, ...others] = record.rungs;
    const part = { ...first!, method: 'prompt', measurement: { ...measurement(0.8), examples: 20 } } as const;
    const text = textOf(reportCard(words, { ...record, rungs: [first!, part, ...others] }));
    expect(text).toContain('prompt was measured on 20 of 30 examples: all would have taken too long.');
    expect(textOf(reportCard(words, record))).not.toContain('was measured on');
  });
});

describe('a report card', () => {
  it('says how good, against what, where it errs and what to teach', () => {
    const say = createSay('en');
    expect(textOf(reportCard({ say, format: createFormat(say) }, record))).toBe(
      [
        'Accuracy 80 % ± 11 on 30 examples, held out by 3-fold cross-validation.',
        '              accuracy   macro-F1   calibration    time',
        'in context   70 % ± 11       0.70          0.05   0.4 s',
        'head ★       80 % ± 11       0.80          0.05   1.5 s',
        'LoRA: not tried. It needs about 1 min 30 s here, and 12 s of the budget are left.',
        'Stopped: the time was spent before the target 90 % was met.',
        'Right label by row, answer by column:',
        '         billing  bug  praise',
        'billing        9    1       0',
        'bug            2    6       2',
        'praise         0    1       9',
        'Most wrong:',
        '  "works again, thanks!" is praise, answered bug (81 %)',
        'more examples of bug would help most',
        'encoder embedded · backend wasm · seed 0 · 1 min 11 s',
      ].join('\n'),
    );
  });

  it('counts a pair in both directions', () => {
    expect(mixedUp(record.labels, measurement(0.8))).toEqual([
      { a: 'billing', b: 'bug', count: 3 },
      { a: 'bug', b: 'praise', count: 3 },
    ]);
    expect(labelToTeach(record)).toBe('bug');
  });

  it('shows the most mixed-up pairs instead of a table too wide to read', () => {
    const labels = Array.from({ length: 20 }, (_, i) => `l${i}`);
    const confusion = labels.map((_, i) => labels.map((_, j) => (i === j ? 4 : i === 3 && j === 7 ? 2 : 0)));
    const wide: CascadeRecord = {
      ...record,
      labels,
      rungs: [{ ...record.rungs[1]!, measurement: { ...measurement(0.8), confusion } }],
    };
    const say = createSay('zh');
    expect(textOf(reportCard({ say, format: createFormat(say) }, wide))).toContain('最容易混淆：l3 和 l7（2 次）');
  });
});

describe('uncertainty', () => {
  const prediction = (...probabilities: number[]): Prediction => ({
    label: 'a',
    closest: 'a',
    probability: probabilities[0]!,
    scores: probabilities.map((probability, i) => ({ label: `l${i}`, probability })),
    similarity: 1,
    threshold: 0,
    nearest: [],
    method: 'head',
  });

  it('puts the smallest margin first and breaks ties by entropy', () => {
    const items = ['sure', 'torn', 'torn three ways', 'leaning'];
    const predictions = [
      prediction(0.98, 0.02),
      prediction(0.5, 0.5),
      prediction(0.35, 0.35, 0.3),
      prediction(0.7, 0.3),
    ];
    expect(leastCertain(items, predictions).map(({ item }) => item)).toEqual([
      'torn three ways',
      'torn',
      'leaning',
      'sure',
    ]);
  });
});
