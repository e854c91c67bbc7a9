import { beforeAll, describe, expect, it } from 'vitest';
import { decodeTrained } from '../../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../../src/engine/backend.js';
import { runCascade } from '../../../src/engine/cascade/cascade.js';
import { isExpensive } from '../../../src/engine/cascade/cost.js';
import { createRng } from '../../../src/engine/random.js';
import type { MethodName } from '../../../src/engine/types.js';
import { colours, contextWith, jobsHere, oracle, request } from '../../support/cascade-jobs.js';

beforeAll(async () => {
  await startBackend('wasm');
});

/** Methods answer held-out examples right at these shares; those that tune the encoder do as LoRA does. */
const scripted = (shares: Partial<Record<MethodName, number>>) =>
  jobsHere((method, logits, right, classes) => {
    const share = shares[method] ?? (isExpensive(method) ? shares.lora : undefined);
    return share === undefined ? logits : oracle(share, right, classes);
  });

/** use-lite is tunable, so LoRA belongs to the ladder. */
const tunable = { encoder: 'use-lite' } as const;

describe('the ladder', () => {
  it('stops at the first method that meets the target and trains nothing when that is in-context', async () => {
    const jobs = scripted({ 'in-context': 1 });
    const { record, checkpoints } = await runCascade(request(), contextWith(jobs).context);
    expect(record).toMatchObject({ chosen: 'in-context', stopped: 'target-met' });
    expect(record.rungs.map(({ method }) => method)).toEqual(['in-context']);
    expect(checkpoints).toEqual({});
    expect(new Set(jobs.fits)).toEqual(new Set(['in-context']));
  });

  it('goes on to the head below the target, and from in-context also when it cannot tell', async () => {
    const jobs = scripted({ 'in-context': 0.83, head: 0.95 });
    const { record, checkpoints } = await runCascade(request(), contextWith(jobs).context);
    expect(record.rungs[0]!.measurement!.interval[1]).toBeGreaterThan(0.9);
    expect(record).toMatchObject({ chosen: 'head', stopped: 'target-met' });
    expect(Object.keys(checkpoints)).toEqual(['head']);
  });

  it('does not start LoRA when the interval of the head reaches the target', async () => {
    const jobs = scripted({ 'in-context': 0.5, head: 0.84 });
    const { record } = await runCascade(request(), contextWith(jobs, tunable).context);
    expect(record).toMatchObject({ chosen: 'head', stopped: 'cannot-tell' });
    expect(jobs.fits).not.toContain('lora');
  });

  it('ends with methods that tune the encoder when everything before is clearly below the target', async () => {
    const jobs = scripted({ 'in-context': 0.3, head: 0.5, lora: 0.7 });
    const { record, checkpoints } = await runCascade(request(), contextWith(jobs, tunable).context);
    expect(record.rungs.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'in-context measured',
      'head measured',
      'lora measured',
      'contrastive measured',
    ]);
    expect(record).toMatchObject({ chosen: 'lora', stopped: 'ladder-done' });
    expect(Object.keys(checkpoints)).toEqual(['lora']);
    expect(record.rungs[2]!.comparison).toMatchObject({ holder: 'head', challenger: 'lora', better: true });
  });

  it('keeps the simpler answerer on a tie and when the challenger is worse', async () => {
    for (const lora of [0.5, 0.4]) {
      const jobs = scripted({ 'in-context': 0.3, head: 0.5, lora });
      const { record } = await runCascade(request(), contextWith(jobs, tunable).context);
      expect(record.chosen).toBe('head');
      expect(record.rungs[2]!.comparison!.better).toBe(false);
    }
  });

  it('ends at the head where the encoder has nothing to tune, and says so to who asks for it', async () => {
    const jobs = scripted({ 'in-context': 0.3, head: 0.4 });
    const { record: own } = await runCascade(request(), contextWith(jobs).context);
    expect(own.rungs.map(({ method }) => method)).toEqual(['in-context', 'head']);
    expect(own.stopped).toBe('ladder-done');
    const { record } = await runCascade(request({ methods: ['lora'] }), contextWith(jobs).context);
    expect(record.rungs[2]).toMatchObject({
      method: 'lora',
      status: 'skipped',
      reason: { kind: 'nothing-to-tune', encoder: 'static-en-zh' },
    });
    expect(record.stopped).toBe('ladder-done');
  });

  it('tries the methods that were asked for, whatever the target says, and measures what answers now', async () => {
    const jobs = scripted({ 'in-context': 0.95, head: 0.97 });
    const { record } = await runCascade(request({ methods: ['head'] }), contextWith(jobs).context);
    expect(record.rungs.map(({ method }) => method)).toEqual(['in-context', 'head']);
    expect(record.chosen).toBe('head');
  });

  it('measures what answers now also after the target is met, and keeps it when it is better', async () => {
    const better = scripted({ 'in-context': 0.3, head: 0.92, lora: 1 });
    const kept = await runCascade(request({ incumbent: 'lora' }), contextWith(better, tunable).context);
    expect(kept.record).toMatchObject({ chosen: 'lora', stopped: 'target-met' });
    const worse = scripted({ 'in-context': 0.3, head: 0.92, lora: 0.8 });
    const replaced = await runCascade(request({ incumbent: 'lora' }), contextWith(worse, tunable).context);
    expect(replaced.record.chosen).toBe('head');
    expect(replaced.record.rungs.map(({ method }) => method)).toEqual(['in-context', 'head', 'lora']);
  });

  it('measures everything when it is exhaustive, but decides the same', async () => {
    const jobs = scripted({ 'in-context': 0.95, head: 0.97, lora: 1 });
    const all = await runCascade(request({ exhaustive: true }), contextWith(jobs, tunable).context);
    const walked = await runCascade(request(), contextWith(jobs, tunable).context);
    expect(all.record.rungs).toHaveLength(3);
    expect(Object.keys(all.checkpoints)).toEqual(['head', 'lora']);
    expect(all.record.chosen).toBe(walked.record.chosen);
    expect(all.record.stopped).toBe(walked.record.stopped);
  });
});

describe('budget, failure, cancel', () => {
  it('skips what does not fit the budget and keeps what was measured', async () => {
    const jobs = scripted({ 'in-context': 0.3, head: 0.4 });
    // The clock moves a second a look: after two rungs the budget is gone.
    const { record } = await runCascade(request({ budgetSeconds: 5 }), contextWith(jobs, tunable).context);
    expect(record.stopped).toBe('budget-spent');
    expect(record.rungs.at(-1)!.reason).toMatchObject({ kind: 'over-budget' });
    expect(record.chosen).not.toBe('lora');
  });

  it('goes on with the others when one method fails by itself', async () => {
    const jobs = jobsHere((method, _, right, classes) => {
      if (method === 'lora') throw new Error('out of memory');
      return method === 'head' ? oracle(0.5, right, classes) : oracle(0.3, right, classes);
    });
    const { record } = await runCascade(request(), contextWith(jobs, tunable).context);
    expect(record.rungs[2]).toMatchObject({ status: 'failed', reason: { kind: 'error', message: 'out of memory' } });
    expect(record.chosen).toBe('head');
  });

  it('ends as failed when the method that was asked for fails', async () => {
    const jobs = jobsHere((method, logits) => {
      if (method === 'head') throw new Error('out of memory');
      return logits;
    });
    await expect(runCascade(request({ methods: ['head'] }), contextWith(jobs).context)).rejects.toMatchObject({
      code: 'training-failed',
      message: 'head failed: Error: out of memory. Nothing was changed.',
    });
  });

  it('ends as cancelled whenever the signal aborts', async () => {
    for (const after of ['in-context', 'head'] as const) {
      const abort = new AbortController();
      const jobs = jobsHere((method, _, right, classes) => {
        if (method === after) abort.abort();
        return oracle(0.3, right, classes);
      });
      await expect(runCascade(request(), contextWith(jobs, { signal: abort.signal }).context)).rejects.toMatchObject({
        code: 'cancelled',
      });
    }
  });

  it('names the labels that lack examples', async () => {
    const data = { ...colours, examples: colours.examples.filter(({ label }) => label !== 'blue').slice(0, 13) };
    await expect(runCascade(request({ data }), contextWith(jobsHere()).context)).rejects.toMatchObject({
      code: 'too-few-examples',
    });
  });
});

describe('the record', () => {
  it('is the same for the same seed, but for the time', async () => {
    const run = async (seed: number) => {
      const { record } = await runCascade(request({ seed, target: 1 }), contextWith(jobsHere()).context);
      return JSON.stringify(record, (key, value) => (/seconds$/i.test(key) ? undefined : value));
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  });

  it('says what was learned from and how it was decided', async () => {
    const { record, checkpoints } = await runCascade(
      request({ target: 1, methods: ['head'] }),
      contextWith(jobsHere()).context,
    );
    expect(record).toMatchObject({ encoder: 'static-en-zh', backend: 'wasm', seed: 0, target: 1, examples: 36 });
    expect(record.labels).toEqual(['red', 'green', 'blue']);
    expect(record.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    const { measurement } = record.rungs[1]!;
    expect(measurement!.examples).toBe(36);
    expect(measurement!.confusion.flat().reduce((a, b) => a + b, 0)).toBe(36);
    if (checkpoints.head !== undefined) {
      const model = decodeTrained(checkpoints.head);
      expect(model.temperature).toBeCloseTo(measurement!.temperature, 6);
      expect(model.labels).toEqual(record.labels);
    }
  });

  it('measures LoRA on enough examples, not on all folds, where there are many', async () => {
    const rng = createRng('many');
    const examples = Array.from({ length: 330 }, (_, i) => {
      const label = ['red', 'green', 'blue'][i % 3]!;
      return { text: `${label} thing ${rng.integer(1e9).toString(36)} ${rng.integer(1e9).toString(36)}`, label };
    });
    const jobs = scripted({ 'in-context': 0.3, head: 0.5, lora: 0.7 });
    const { record } = await runCascade(
      request({ data: { ...colours, examples } }),
      contextWith(jobs, tunable).context,
    );
    const [, head, lora] = record.rungs.map(({ measurement }) => measurement!);
    expect([head!.folds, head!.examples]).toEqual([3, 330]);
    expect(lora!.folds).toBe(2);
    expect(lora!.examples).toBeGreaterThanOrEqual(200);
    expect(record.rungs[2]!.comparison).toMatchObject({ better: true });
  });

  it('reports progress that never falls', async () => {
    const { context, events } = contextWith(scripted({ 'in-context': 0.3, head: 0.5, lora: 0.7 }), tunable);
    await runCascade(request(), context);
    const percents = events.flatMap((event) => (event.kind === 'progress' ? [event.percent] : []));
    expect(percents.length).toBeGreaterThan(5);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents.at(-1)).toBeLessThanOrEqual(100);
    expect(events.filter(({ kind }) => kind === 'measured')).toHaveLength(4);
  });
});
