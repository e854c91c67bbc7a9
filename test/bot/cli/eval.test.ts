import { describe, expect, it } from 'vitest';
import { evaluateOn } from '../../../src/bot/cli/eval.js';
import { parseEvalOptions } from '../../../src/bot/cli/eval-options.js';
import { scorePredictions } from '../../../src/bot/cli/eval-scores.js';
import { evalTable } from '../../../src/bot/cli/eval-table.js';
import { readConfig } from '../../../src/bot/config.js';
import { createPrompter } from '../../../src/bot/language-model/prompter.js';
import { createEngine, type ModelPrompt, type Prediction } from '../../../src/engine/index.js';
import { createFakeEngine } from '../../support/fake-engine.js';
import { createFakeModel } from '../../support/language-model/fake.js';

const LABELS = ['a', 'b'];

function predicted(closest: string, probability: number, { abstains = false } = {}): Prediction {
  const other = LABELS.find((label) => label !== closest)!;
  return {
    label: abstains ? null : closest,
    closest,
    probability,
    scores: [
      { label: closest, probability },
      { label: other, probability: 1 - probability },
    ],
    similarity: 1,
    threshold: 0,
    nearest: [],
    method: 'head',
  };
}

describe('scores', () => {
  it('ignore abstentions where the test file has no out-of-scope texts', () => {
    const test = ['a', 'a', 'b', 'b'].map((label) => ({ text: 't', label }));
    const scores = scorePredictions(LABELS, test, [
      predicted('a', 0.8),
      predicted('a', 0.6, { abstains: true }),
      predicted('b', 0.7),
      predicted('a', 0.9),
    ]);
    expect(scores.accuracy).toBe(0.75);
    // F1 of a: 2·2/(2+3), of b: 2·1/(2+1).
    expect(scores.macroF1).toBeCloseTo((0.8 + 2 / 3) / 2, 12);
    expect(scores.logLoss).toBeCloseTo(-(Math.log(0.8) + Math.log(0.6) + Math.log(0.7) + Math.log(0.1)) / 4, 6);
    expect(scores).not.toHaveProperty('outOfScope');
  });

  it('count abstentions where it has some: right out of scope, wrong within', () => {
    const test = ['a', 'b', 'oos', 'oos'].map((label) => ({ text: 't', label }));
    const scores = scorePredictions(LABELS, test, [
      predicted('a', 0.8),
      predicted('b', 0.6, { abstains: true }),
      predicted('b', 0.7, { abstains: true }),
      predicted('a', 0.9),
    ]);
    expect(scores.accuracy).toBe(0.5);
    expect(scores.outOfScope).toEqual({ recall: 0.5, acceptance: 0.5 });
    // a: one right, answered twice; b: never answered.
    expect(scores.macroF1).toBeCloseTo((2 / 3 + 0) / 2, 12);
  });
});

describe('eval options', () => {
  const config = readConfig({ HANDFUL_SEED: '7' });
  const files = { train: 'a', test: 'b' };

  it('come from the configuration when they are left out', () => {
    expect(parseEvalOptions(files, config)).toMatchObject({
      shots: null,
      seed: 7,
      encoder: 'embedded',
      methods: 'auto',
      json: false,
    });
    expect(parseEvalOptions({ ...files, methods: 'head, in-context,head' }, config).methods).toEqual([
      'head',
      'in-context',
    ]);
  });

  it.each([
    [{ shots: '0' }, '--shots: expected a whole number from 1 to 100000, found "0".'],
    [{ shots: '8.5' }, '--shots: expected a whole number from 1 to 100000, found "8.5".'],
    [{ seed: 'x' }, '--seed: expected a whole number from 0 to 4294967295, found "x".'],
    [{ budget: '0' }, '--budget: expected seconds from 1 to 86400, found "0".'],
    [
      { encoder: 'bert' },
      '--encoder: expected one of embedded, use-lite, static-en-zh, hashing, a folder of a sentence encoder, or its hub id, found "bert".',
    ],
    [
      { options: 'rank=16' },
      '--options: expected methods to set: add --methods, such as --methods lora, found "rank=16".',
    ],
    [{ methods: 'head', options: 'rank=16' }, 'Option "rank=16": head has no option rank.'],
    [{ methods: 'lora', options: 'rank=0' }, 'Option "rank=0": Too small'],
    [{ methods: 'lroa' }, 'There is no method "lroa". Did you mean lora?'],
    [
      { methods: 'svm' },
      'There is no method "svm". The methods are in-context, head, self-training, prompt, freeze, lora, adapter,',
    ],
  ])('%j is refused', (wrong, message) => {
    expect(() => parseEvalOptions({ ...files, ...wrong }, config)).toThrow(message);
  });

  it('leave out what trains where training is switched off, and refuse it when it is asked for', () => {
    const off = readConfig({ HANDFUL_TRAINING: 'off' });
    expect(parseEvalOptions(files, off).methods).toEqual(['in-context']);
    expect(parseEvalOptions({ ...files, methods: 'in-context' }, off).methods).toEqual(['in-context']);
    expect(() => parseEvalOptions({ ...files, methods: 'lora, in-context' }, off)).toThrow(
      'Training is switched off: HANDFUL_TRAINING is "off". Leave out --methods lora, or set HANDFUL_TRAINING=on.',
    );
  });
});

describe('an evaluation with a language model', () => {
  it('measures the method prompt beside the others and answers the test with it', async () => {
    const engine = createEngine({ encoder: 'hashing', backend: 'cpu', trainingThreads: 1 });
    const right = (prompt: ModelPrompt): string => (/crash[^\n]*\nLabel:$/.test(String(prompt)) ? ' bug' : ' billing');
    const model = createFakeModel({ score: (prompt, answer) => (answer === right(prompt) ? -0.1 : -4) });
    try {
      const things = ['today', 'again', 'in May', 'for nothing'];
      const train = ['charged', 'crash'].flatMap((word, i) =>
        things.map((thing) => ({ text: `${word} ${thing}`, label: ['billing', 'bug'][i]! })),
      );
      const test = [
        { text: 'charged in June', label: 'billing' },
        { text: 'the crash in June', label: 'bug' },
      ];
      const options = parseEvalOptions({ train: '', test: '', methods: 'in-context,prompt', llm: 'x' }, readConfig({}));
      expect(options.languageModel?.model).toBe('x');
      const prompter = createPrompter(model, { ways: [{ kind: 'few-shot', orders: 2 }] });
      const { result, rungs } = await evaluateOn(engine, { train, test, options, prompter });
      expect(rungs.map(({ method }) => method)).toEqual(['in-context', 'prompt']);
      expect(result.answerers.find(({ method }) => method === 'prompt')).toMatchObject({
        accuracy: 1,
        crossValidatedAccuracy: 1,
      });
    } finally {
      await engine.close();
    }
  });
});

describe('an evaluation', () => {
  it('has the shape of the contract, and a table for people', async () => {
    const train = ['charged one', 'charged two', 'crash one', 'crash two'].map((text, i) => ({
      text,
      label: i < 2 ? 'billing' : 'bug',
    }));
    const test = [
      { text: 'charged again', label: 'billing' },
      { text: 'crash again', label: 'bug' },
    ];
    const options = parseEvalOptions({ train: '', test: '', shots: '2' }, readConfig({}));
    const { result, rungs } = await evaluateOn(createFakeEngine(), { train, test, options });
    expect(Object.keys(result)).toEqual([
      'encoder',
      'backend',
      'seed',
      'shots',
      'labels',
      'trainExamples',
      'testExamples',
      'answerers',
      'chosen',
    ]);
    expect(result).toMatchObject({ shots: 2, labels: 2, trainExamples: 4, testExamples: 2, chosen: 'lora' });
    expect(result.answerers.map(({ method, accuracy }) => [method, accuracy])).toEqual([
      ['in-context', 1],
      ['head', 1],
      ['lora', 1],
    ]);
    expect(Object.keys(result.answerers[0]!)).toEqual([
      'method',
      'accuracy',
      'macroF1',
      'logLoss',
      'ece',
      'crossValidatedAccuracy',
      'trainSeconds',
      'textsPerSecond',
    ]);
    const lines = evalTable(result, rungs).split('\n');
    expect(lines[1]).toMatch(/^ +accuracy +macro-F1 +calibration +train +texts\/s$/);
    expect(lines[4]).toMatch(/^lora ★ +100\.0 % +1\.00 +\d\.\d{3} +2\.0 s +\d+$/);
    expect(lines[5]).toBe('★ chosen on the training examples alone (cross-validated 85.0 % ± 10)');
  });
});
