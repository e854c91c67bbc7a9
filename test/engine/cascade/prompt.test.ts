// The method `prompt` in the cascade, with a prompter that follows a script instead of a language model.

import { beforeAll, describe, expect, it } from 'vitest';
import { decodePrompt, encodePrompt, promptPrediction } from '../../../src/engine/answerers/prompt-model.js';
import { startBackend } from '../../../src/engine/backend.js';
import { runCascade } from '../../../src/engine/cascade/cascade.js';
import { isExpensive } from '../../../src/engine/cascade/cost.js';
import { labelBias } from '../../../src/engine/cascade/measure-prompt.js';
import { UserError } from '../../../src/engine/errors.js';
import { createRng } from '../../../src/engine/random.js';
import type { MethodName, Prediction, Prompter, PromptRequest, TaskData } from '../../../src/engine/types.js';
import { colours, contextWith, jobsHere, oracle, request } from '../../support/cascade-jobs.js';

beforeAll(async () => {
  await startBackend('wasm');
});

const jobsWith = (shares: Partial<Record<MethodName, number>>) =>
  jobsHere((method, logits, right, classes) => {
    const share = shares[method] ?? (isExpensive(method) ? shares.lora : undefined);
    return share === undefined ? logits : oracle(share, right, classes);
  });

interface Script {
  /** Share of the questions that it answers right. */
  readonly share: number;
  /** Nats that it gives the first label whatever the text. */
  readonly bias?: number;
  readonly ways?: Readonly<Record<string, number>>;
  readonly data?: TaskData;
}

function scripted({ share, bias = 0, ways = { 'few-shot': share }, data = colours }: Script) {
  const requests: PromptRequest[] = [];
  const labelOf = new Map(data.examples.map(({ text, label }) => [text, label]));
  const prompter: Prompter = {
    id: 'script',
    ways: Object.keys(ways),
    ready: async () => {},
    logits: async (asked) => {
      requests.push(asked);
      const classes = asked.labels.length;
      const logits = new Float32Array(asked.questions.length * classes);
      asked.questions.forEach(({ text }, i) => {
        const right = asked.labels.findIndex(({ name }) => name === labelOf.get(text));
        const hit = createRng(text).uniform() < ways[asked.way]!;
        logits[i * classes + (hit ? right : (right + 1) % classes)]! += 3;
        logits[i * classes]! += bias;
      });
      return logits;
    },
  };
  return { prompter, requests };
}

const asking = (prompter: Prompter | null, changes = {}) => ({ prompter, ...changes });

describe('the method prompt', () => {
  it('is not in the ladder without a language model', async () => {
    const { record } = await runCascade(request(), contextWith(jobsWith({ 'in-context': 0.3, head: 0.4 })).context);
    expect(record.rungs.map(({ method }) => method)).not.toContain('prompt');
  });

  it('is a mistake to ask for without one', async () => {
    const { context } = contextWith(jobsWith({}));
    await expect(runCascade(request({ methods: ['prompt'] }), context)).rejects.toMatchObject({
      code: 'bad-configuration',
    });
  });

  it('answers every held-out example once, from examples of the other folds', async () => {
    const { prompter, requests } = scripted({ share: 1 });
    const jobs = jobsWith({ 'in-context': 0.3, head: 0.4 });
    const { context, events } = contextWith(jobs, asking(prompter));
    const { record, checkpoints } = await runCascade(request(), context);
    const rung = record.rungs.find(({ method }) => method === 'prompt')!;
    expect(rung).toMatchObject({ status: 'measured', measurement: { examples: 36, folds: 3, accuracy: 1 } });
    expect(rung.comparison).toMatchObject({ holder: 'head', challenger: 'prompt', better: true });
    const questions = requests.flatMap((asked) => asked.questions);
    expect(questions.map(({ text }) => text).sort()).toEqual(colours.examples.map(({ text }) => text).sort());
    for (const { text, nearest, complete } of questions) {
      expect(nearest.map((each) => each.text)).not.toContain(text);
      expect(nearest.length).toBeGreaterThanOrEqual(9);
      expect(complete).toBe(false);
      for (const { text: shown, label } of nearest) expect(colours.examples).toContainEqual({ text: shown, label });
    }
    expect(record.chosen).toBe('prompt');
    expect(Object.keys(checkpoints)).toEqual(['prompt']);
    expect(decodePrompt(checkpoints.prompt!)).toMatchObject({
      model: 'script',
      way: 'few-shot',
      labels: ['red', 'green', 'blue'],
    });
    expect(events.some((event) => event.kind === 'progress' && event.method === 'prompt')).toBe(true);
  });

  it('stands after the head and before what tunes the encoder, and a tie keeps the head', async () => {
    const { prompter } = scripted({ share: 0.2 });
    const jobs = jobsWith({ 'in-context': 0.3, head: 0.5, lora: 0.5 });
    const { record } = await runCascade(
      request(),
      contextWith(jobs, asking(prompter, { encoder: 'use-lite' })).context,
    );
    expect(record.rungs.map(({ method }) => method)).toEqual(['in-context', 'head', 'prompt', 'lora', 'contrastive']);
    expect(record.chosen).toBe('head');
  });

  it('takes off what the model says whatever the text', async () => {
    const { prompter } = scripted({ share: 1, bias: 4 });
    const { context } = contextWith(jobsWith({}), asking(prompter));
    const { record, checkpoints } = await runCascade(request({ methods: ['prompt'], exhaustive: true }), context);
    // Uncalibrated, every answer would be the first label: a third of them right.
    expect(record.rungs.find(({ method }) => method === 'prompt')!.measurement!.accuracy).toBe(1);
    const { bias } = decodePrompt(checkpoints.prompt!);
    expect(bias[0]).toBeGreaterThan(bias[1]! + 1);
  });

  it('keeps the default way unless another is clearly better', async () => {
    const better = scripted({ share: 0.4, ways: { 'few-shot': 0.4, instruction: 1 } });
    const alike = scripted({ share: 0.9, ways: { 'few-shot': 0.9, instruction: 0.92 } });
    for (const [{ prompter }, way] of [
      [better, 'instruction'],
      [alike, 'few-shot'],
    ] as const) {
      const { context } = contextWith(jobsWith({}), asking(prompter));
      const { checkpoints } = await runCascade(request({ methods: ['prompt'], exhaustive: true }), context);
      expect(decodePrompt(checkpoints.prompt!).way).toBe(way);
    }
  });
});

describe('a short budget', () => {
  /** A clock that only the prompter moves: so many seconds a text. */
  const slow = (secondsPerText: number, { prompter }: ReturnType<typeof scripted>) => {
    let now = 0;
    const timed: Prompter = {
      ...prompter,
      logits: (asked) => {
        now += 1000 * secondsPerText * asked.questions.length;
        return prompter.logits(asked);
      },
    };
    return { prompter: timed, clock: { now: () => now } };
  };

  it('measures a balanced part, says how many of how many, and compares on the rows that both have', async () => {
    const script = scripted({ share: 1 });
    const jobs = jobsWith({ 'in-context': 0.3, head: 0.4 });
    const { context } = contextWith(jobs, slow(1, script));
    const { record } = await runCascade(request({ methods: ['head', 'prompt'], budgetSeconds: 27 }), context);
    const { measurement, comparison } = record.rungs.find(({ method }) => method === 'prompt')!;
    expect(record.examples).toBe(36);
    expect(measurement!.examples).toBeGreaterThanOrEqual(20);
    expect(measurement!.examples).toBeLessThan(36);
    const perLabel = measurement!.confusion.map((row) => row.reduce((a, b) => a + b, 0));
    expect(Math.max(...perLabel) - Math.min(...perLabel)).toBeLessThanOrEqual(1);
    expect(comparison!.wins + comparison!.losses).toBeLessThanOrEqual(measurement!.examples);
    expect(comparison!.better).toBe(true);
  });

  it('is told after the first few when not even the least fits, and nothing is spent on the rest', async () => {
    const script = scripted({ share: 1 });
    const { context } = contextWith(jobsWith({ 'in-context': 0.3, head: 0.4 }), slow(10, script));
    const { record } = await runCascade(request({ budgetSeconds: 60 }), context);
    expect(record.rungs.find(({ method }) => method === 'prompt')).toMatchObject({
      status: 'skipped',
      reason: { kind: 'over-budget', needed: 200 },
    });
    expect(script.requests).toHaveLength(1);
    expect(record.chosen).toBe('head');
  });
});

describe('a text that the model cannot read', () => {
  const tooLong = (prompter: Prompter, isLong: (text: string) => boolean): Prompter => ({
    ...prompter,
    logits: async (asked) => {
      if (asked.questions.some(({ text }) => isLong(text))) throw new UserError('limit', 'It reads 9 tokens at once.');
      return prompter.logits(asked);
    },
  });

  it('counts as undecided, and the others are measured', async () => {
    const { prompter } = scripted({ share: 1 });
    const long = colours.examples[3]!.text;
    const { context } = contextWith(
      jobsWith({ 'in-context': 0.3 }),
      asking(tooLong(prompter, (text) => text === long)),
    );
    const { record } = await runCascade(request({ methods: ['prompt'] }), context);
    const { measurement } = record.rungs.find(({ method }) => method === 'prompt')!;
    expect(measurement!.examples).toBe(36);
    expect(measurement!.accuracy).toBeGreaterThanOrEqual(35 / 36);
  });

  it('is the reason when it can read none', async () => {
    const { prompter } = scripted({ share: 1 });
    const jobs = jobsWith({ 'in-context': 0.3, head: 0.5 });
    const { record } = await runCascade(request(), contextWith(jobs, asking(tooLong(prompter, () => true))).context);
    expect(record.rungs.find(({ method }) => method === 'prompt')).toMatchObject({
      status: 'failed',
      reason: { kind: 'error', message: 'It reads 9 tokens at once.' },
    });
  });
});

describe('a language model that fails', () => {
  it('is told as the reason, and the others go on', async () => {
    const { prompter } = scripted({ share: 1 });
    const broken: Prompter = { ...prompter, ready: () => Promise.reject(new Error('The server is off.')) };
    const { context } = contextWith(jobsWith({ 'in-context': 0.3, head: 0.5 }), asking(broken));
    const { record } = await runCascade(request(), context);
    expect(record.rungs.find(({ method }) => method === 'prompt')).toMatchObject({
      status: 'failed',
      reason: { kind: 'error', message: 'The server is off.' },
    });
    expect(record.chosen).toBe('head');
  });

  it('is told when it gives the wrong number of scores', async () => {
    const { prompter } = scripted({ share: 1 });
    const wrong: Prompter = { ...prompter, logits: async () => new Float32Array(1) };
    const { context } = contextWith(jobsWith({ 'in-context': 0.3, head: 0.5 }), asking(wrong));
    const { record } = await runCascade(request(), context);
    expect(record.rungs.find(({ method }) => method === 'prompt')!.reason).toMatchObject({ kind: 'error' });
  });

  it('stops at once when the run is cancelled', async () => {
    const abort = new AbortController();
    const { prompter, requests } = scripted({ share: 1 });
    const cancelling: Prompter = {
      ...prompter,
      logits: (asked) => {
        abort.abort();
        return prompter.logits(asked);
      },
    };
    const jobs = jobsWith({ 'in-context': 0.3, head: 0.5 });
    const { context } = contextWith(jobs, asking(cancelling, { signal: abort.signal }));
    await expect(runCascade(request(), context)).rejects.toMatchObject({ code: 'cancelled' });
    expect(requests).toHaveLength(1);
  });
});

describe('what a version keeps', () => {
  const model = { model: 'm', way: 'few-shot', labels: ['a', 'b'], bias: [1, -1], temperature: 2 };

  it('is read as it was written', () => {
    expect(decodePrompt(encodePrompt(model))).toEqual(model);
  });

  it('is damaged when it does not fit together', () => {
    expect(() => decodePrompt(encodePrompt({ ...model, bias: [1] }))).toThrow(/does not describe a prompt/);
    expect(() => decodePrompt(new Uint8Array(50))).toThrow();
  });

  it('gives predictions: bias off, tempered, out of scope as the examples say', () => {
    const inContext: Prediction = {
      label: null,
      closest: 'b',
      probability: 0.6,
      scores: [],
      similarity: 0.1,
      threshold: 0.3,
      nearest: [{ text: 't', label: 'a', similarity: 0.1 }],
      method: 'in-context',
    };
    const prediction = promptPrediction(model, Float32Array.of(1.5, 0.5), inContext);
    // (1.5 − 1) − (0.5 + 1) = −1, halved by the temperature.
    expect(prediction).toMatchObject({ label: null, closest: 'b', method: 'prompt', threshold: 0.3 });
    expect(prediction.probability).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 5);
    expect(prediction.nearest).toEqual(inContext.nearest);
  });
});

describe('the bias of labels', () => {
  it('is their mean over examples of every label alike, and nothing without examples', () => {
    const scores = Float32Array.of(0, -2, 0, -2, 0, -2, -1, -1);
    const bias = labelBias(scores, Int32Array.of(0, 0, 0, 1), { classes: 2, keep: () => true });
    // Means by label (0, −2) and (−1, −1): (−0.5, −1.5), centred ±0.5, at 4 / (4 + 4) of its weight.
    expect(bias[0]).toBeCloseTo(0.25, 5);
    expect(bias[1]).toBeCloseTo(-0.25, 5);
    expect(labelBias(scores, Int32Array.of(0, 0, 0, 1), { classes: 2, keep: () => false })).toEqual([0, 0]);
  });
});
