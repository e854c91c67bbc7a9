// Rules of the ladder at their edges: budget, failure, cancel, and what the head's cross-validation may choose. The jobs are
// scripted or stand still; the clock does not move.

import { beforeAll, describe, expect, it } from 'vitest';
import { decodeTrained } from '../../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../../src/engine/backend.js';
import { runCascade } from '../../../src/engine/cascade/cascade.js';
import { isExpensive } from '../../../src/engine/cascade/cost.js';
import type { Join } from '../../../src/engine/cascade/method.js';
import type { CascadeContext, CascadeJobs } from '../../../src/engine/cascade/run.js';
import type { MemoryUse, MethodName, TrainEvent } from '../../../src/engine/types.js';
import { colours, contextWith, jobsHere, oracle, request } from '../../support/cascade-jobs.js';
import { createFakeTunable, libraryOf } from '../../support/fake-tunable.js';

beforeAll(() => startBackend('wasm'));

type FitJob = Parameters<CascadeJobs['fit']>[0];
type FitOptions = Parameters<CascadeJobs['fit']>[1];

/**
 * Methods answer held-out examples right at these shares, on joins as well; those that tune the encoder do as LoRA does unless
 * they have a share of their own. Anything else may be wrapped around a fit.
 */
function jobs(
  shares: Partial<Record<MethodName, number | ((join: Join) => number)>>,
  around: (job: FitJob, options: FitOptions, next: CascadeJobs['fit']) => ReturnType<CascadeJobs['fit']> = (
    job,
    options,
    next,
  ) => next(job, options),
): CascadeJobs {
  const here = jobsHere(undefined, { library: libraryOf(createFakeTunable({ size: 512 })) });
  const scripted: CascadeJobs['fit'] = async (job, options) => {
    const result = await here.fit(job, options);
    const share = shares[job.method] ?? (isExpensive(job.method) ? shares.lora : undefined);
    if (share === undefined) return result;
    const right = Int32Array.from(job.held, (i) => job.right[i]!);
    const logits = oracle(typeof share === 'number' ? share : share(job.join), right, job.classes);
    return { ...result, logits: result.logits.map(() => logits) };
  };
  return { ...here, fit: (job, options) => around(job, options, scripted) };
}

/** A job that ends when it is aborted. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });

const still: Partial<CascadeContext> = { clock: { now: () => 0 } };
const tunable: Partial<CascadeContext> = { ...still, encoder: 'use-lite' };

const run = (given: CascadeJobs, changes: Parameters<typeof request>[0] = {}, context = tunable) =>
  runCascade(request(changes), contextWith(given, context).context);

describe('the ladder', () => {
  it.each<[string, readonly MethodName[] | 'auto', MethodName, readonly MethodName[]]>([
    ['auto', 'auto', 'in-context', ['in-context', 'head', 'lora', 'contrastive']],
    [
      'auto beside the prefix that answers now',
      'auto',
      'prefix',
      ['in-context', 'head', 'lora', 'contrastive', 'prefix'],
    ],
    ['head', ['head'], 'in-context', ['in-context', 'head']],
    ['LoRA, which builds on the head', ['lora'], 'in-context', ['in-context', 'head', 'lora']],
    ['methods out of order', ['lora', 'in-context', 'head'], 'in-context', ['in-context', 'head', 'lora']],
    ['head beside the LoRA that answers now', ['head'], 'lora', ['head', 'lora']],
    ['in-context beside the head that answers now', ['in-context'], 'head', ['in-context', 'head']],
    ['nothing but what answers now', [], 'head', ['head']],
  ])('for %s is walked cheapest first', async (_, methods, incumbent, walked) => {
    const { record } = await run(jobs({ 'in-context': 0.3, head: 0.4, lora: 0.5 }), { methods, incumbent });
    expect(record.rungs.map(({ method }) => method)).toEqual(walked);
    expect(record.rungs[0]!.comparison).toBeNull();
  });

  it('compares each challenger with the holder, not with the rung before it', async () => {
    const { record } = await run(jobs({ 'in-context': 0.6, head: 0.4, lora: 0.7 }));
    expect(record.rungs.map(({ comparison }) => comparison && [comparison.holder, comparison.better])).toEqual([
      null,
      ['in-context', false],
      ['in-context', true],
      // As good as LoRA: the simpler one is kept.
      ['lora', false],
    ]);
    expect(record.chosen).toBe('lora');
  });

  it('counts what the holder reaches, not what a worse challenger does', async () => {
    // The head is below the target; in-context meets it only when it is asked whether it does.
    const { record } = await run(jobs({ 'in-context': 0.7, head: 0.5, lora: 0.4 }), { target: 0.99 });
    expect(record).toMatchObject({ chosen: 'in-context', stopped: 'ladder-done' });
  });

  it.each([
    [0.9, 0.9, 'target-met'],
    [0.9, 0.97, 'cannot-tell'],
    [0.5, 0.9, 'ladder-done'],
  ])('with a head of accuracy %d and the target %d stops for %s', async (head, target, stopped) => {
    const { record } = await run(jobs({ 'in-context': 0.2, head, lora: 0.1 }), { target });
    expect(record.stopped).toBe(stopped);
  });

  it('goes on from in-context when it cannot tell: the head costs seconds', async () => {
    const { record } = await run(jobs({ 'in-context': 0.84, head: 0.5 }));
    expect(record.rungs[0]!.measurement!.interval[1]).toBeGreaterThan(0.9);
    expect(record.rungs.length).toBe(2);
    expect(record).toMatchObject({ chosen: 'in-context', stopped: 'cannot-tell' });
  });

  it('decides the same when everything is measured, and fits all that was measured', async () => {
    // Where the head is far above chance, the encoder knows such texts: one way to tune it is enough.
    for (const [shares, tuned] of [
      [{ 'in-context': 1, head: 1, lora: 1 }, ['lora']],
      [{ 'in-context': 0.3, head: 1, lora: 0.2 }, ['lora']],
      [{ 'in-context': 0.3, head: 0.84, lora: 1 }, ['lora', 'contrastive']],
      [{ 'in-context': 0.3, head: 0.4, lora: 0.6 }, ['lora', 'contrastive']],
    ] as const) {
      const { record: walked } = await run(jobs(shares));
      const { record: all, checkpoints } = await run(jobs(shares), { exhaustive: true });
      expect([all.chosen, all.stopped], JSON.stringify(shares)).toEqual([walked.chosen, walked.stopped]);
      expect(all.rungs.map(({ method, status }) => [method, status])).toEqual(
        ['in-context', 'head', ...tuned].map((method) => [method, 'measured']),
      );
      expect(Object.keys(checkpoints)).toEqual(['head', ...tuned]);
    }
  });
});

describe('the head', () => {
  const joinOf = async (share: (join: Join) => number, encoder: CascadeContext['encoder'] = 'use-lite') => {
    const given = jobs({ 'in-context': 0.1, head: share, lora: 0.1 });
    return (await run(given, {}, { ...still, encoder })).record.blocks;
  };

  it('counts the names of the labels as shots unless it is better without them', async () => {
    const withNames = ['use-lite', 'use-lite-pool', 'ngrams', 'label-names'];
    expect(await joinOf(() => 0.5)).toEqual(withNames);
    expect(await joinOf(({ names }) => (names ? 0.6 : 0.5))).toEqual(withNames);
    expect(await joinOf(({ names }) => (names ? 0.5 : 0.6))).toEqual(withNames.slice(0, 3));
  });

  it('takes another join of blocks only when it is clearly better', async () => {
    const without = ({ blocks }: Join): boolean => blocks.every(({ name }) => name !== 'ngrams');
    expect(await joinOf((join) => (without(join) ? 1 : 0.3))).toEqual(['use-lite', 'use-lite-pool', 'label-names']);
    // Three examples more of 36 are chance.
    expect(await joinOf((join) => (without(join) ? 7 / 12 : 6 / 12))).toContain('ngrams');
  });

  it('hands the join that it chose on to LoRA', async () => {
    const asked: Join[] = [];
    const given = jobs(
      { 'in-context': 0.1, head: ({ names }) => (names ? 0.3 : 0.5), lora: 0.6 },
      (job, options, next) => {
        if (job.method === 'lora') asked.push(job.join);
        return next(job, options);
      },
    );
    const { record } = await run(given);
    expect(asked.length).toBe(4);
    for (const { names } of asked) expect(names).toBe(false);
    expect(record.blocks).toEqual(['use-lite', 'use-lite-pool', 'ngrams']);
  });
});

describe('the budget', () => {
  it('refuses LoRA beforehand when it would take longer, and says how long', async () => {
    const here = jobs({ 'in-context': 0.3, head: 0.4 });
    const slow: CascadeJobs = {
      ...here,
      encode: async (...given) => ({ ...(await here.encode(...given)), secondsPerText: 0.1 }),
    };
    const { record } = await run(slow, { budgetSeconds: 100 });
    // (3 · 24 in the folds + 36 in the last fit) texts · 0.1 s · (15 epochs · 2.2 + 2)
    expect(record.rungs[2]).toEqual({
      method: 'lora',
      status: 'skipped',
      // What comes after it may take the rest.
      reason: { kind: 'over-budget', needed: expect.closeTo(378, 6), left: 60 },
      measurement: null,
      comparison: null,
      measureSeconds: 0,
      trainSeconds: 0,
    });
    expect(record.rungs[3]).toMatchObject({ method: 'contrastive', reason: { kind: 'over-budget', left: 100 } });
    expect(record).toMatchObject({ chosen: 'head', stopped: 'budget-spent' });
  });

  it('divides the work by the jobs that run at once', async () => {
    const here = jobs({ 'in-context': 0.3, head: 0.4 });
    const slow: CascadeJobs = {
      ...here,
      parallel: 2,
      encode: async (...given) => ({ ...(await here.encode(...given)), secondsPerText: 0.1 }),
    };
    const { record } = await run(slow, { budgetSeconds: 100 });
    expect(record.rungs[2]!.reason).toMatchObject({ needed: expect.closeTo(189, 6) });
  });

  it('ends what did not finish in time, and keeps what was measured', async () => {
    const given = jobs({ 'in-context': 0.3 }, (job, options, next) =>
      job.method === 'head' ? untilAborted(options.signal) : next(job, options),
    );
    const { record, checkpoints } = await run(given, { budgetSeconds: 0.3 });
    expect(record.rungs[1]).toMatchObject({ status: 'skipped', reason: { kind: 'unfinished', budget: 0.3 } });
    expect(record).toMatchObject({ chosen: 'in-context', stopped: 'budget-spent' });
    expect(checkpoints).toEqual({});
  });

  it('that is too short for anything is an error that says so', async () => {
    const given = jobs({}, (_, { signal }) => untilAborted(signal));
    await expect(run(given, { budgetSeconds: 0.01 })).rejects.toMatchObject({
      name: 'UserError',
      code: 'training-failed',
      message: 'No method could be measured within the budget. Give the training more time.',
      details: { reasons: [{ method: 'in-context', reason: { kind: 'unfinished', budget: 0.01 } }] },
    });
  });
});

describe('a failure', () => {
  const failing = (method: MethodName, error: unknown, when: (job: FitJob) => boolean = () => true): CascadeJobs =>
    jobs({ 'in-context': 0.3, head: 0.5, lora: 0.7 }, (job, options, next) =>
      job.method === method && when(job) ? Promise.reject(error) : next(job, options),
    );

  it('of the first method ends the run: there is nothing to fall back on', async () => {
    await expect(run(failing('in-context', new Error('out of memory')))).rejects.toMatchObject({
      code: 'training-failed',
      message: 'in-context failed: Error: out of memory. Nothing was changed.',
    });
  });

  it('of a later method is told in its rung, and the ladder goes on', async () => {
    const { record } = await run(failing('head', new Error('out of memory')));
    expect(record.rungs.map(({ method, status, reason }) => [method, status, reason])).toEqual([
      ['in-context', 'measured', null],
      ['head', 'failed', { kind: 'error', message: 'out of memory' }],
      ['lora', 'measured', null],
      ['contrastive', 'measured', null],
    ]);
    expect(record.chosen).toBe('lora');
  });

  it('that is not an error is told as it is', async () => {
    const { record } = await run(failing('lora', 'no reason'));
    expect(record.rungs[2]!.reason).toEqual({ kind: 'error', message: 'no reason' });
  });

  it('ends the other jobs of that method', async () => {
    const ended: unknown[] = [];
    const given = jobs({ 'in-context': 0.3, head: 0.4 }, (job, options, next) => {
      if (job.method !== 'lora') return next(job, options);
      if (job.scope !== null) return Promise.reject(new Error('out of memory'));
      return untilAborted(options.signal).finally(() => ended.push(job));
    });
    const { record } = await run(given);
    expect(record.rungs[2]).toMatchObject({ status: 'failed' });
    expect(ended.length).toBe(3);
  });

  it('of the last fit, on all examples, is a failed training', async () => {
    await expect(
      run(
        failing('head', new Error('out of memory'), ({ scope }) => scope !== null),
        { methods: ['head'] },
      ),
    ).rejects.toMatchObject({
      name: 'UserError',
      code: 'training-failed',
      message: 'head failed: Error: out of memory. Nothing was changed.',
    });
  });
});

describe('a cancelled run', () => {
  const cancelled = async (build: (abort: AbortController) => CascadeJobs, changes = {}): Promise<void> => {
    const abort = new AbortController();
    const { context } = contextWith(build(abort), { ...tunable, signal: abort.signal });
    await expect(runCascade(request(changes), context)).rejects.toMatchObject({
      name: 'UserError',
      code: 'cancelled',
      message: 'The run was cancelled; nothing was changed.',
    });
  };
  const shares = { 'in-context': 0.3, head: 0.5, lora: 0.7 };

  it('ends while texts are split', () =>
    cancelled((abort) => ({
      ...jobs(shares),
      split: () => {
        abort.abort();
        return untilAborted(abort.signal);
      },
    })));

  it('ends while texts are read', () =>
    cancelled((abort) => ({
      ...jobs(shares),
      encode: (_, __, { signal }) => {
        abort.abort();
        return untilAborted(signal);
      },
    })));

  it.each(['in-context', 'head', 'lora'] as const)('ends while %s is measured', (method) =>
    cancelled((abort) =>
      jobs(shares, (job, options, next) => {
        if (job.method !== method) return next(job, options);
        abort.abort();
        return untilAborted(options.signal);
      }),
    ),
  );

  it('ends while the winner is fitted on all examples', () =>
    cancelled(
      (abort) =>
        jobs(shares, (job, options, next) => {
          if (job.scope === null) return next(job, options);
          abort.abort();
          return untilAborted(options.signal);
        }),
      { methods: ['head'] },
    ));
});

describe('what a run tells', () => {
  it('are the steps of the ladder in order, with a percentage that never falls', async () => {
    const { context, events } = contextWith(jobs({ 'in-context': 0.3, head: 0.4, lora: 0.5 }), tunable);
    await runCascade(request(), context);
    const measured = events.flatMap((event) => (event.kind === 'measured' ? [event.rung.method] : []));
    expect(measured).toEqual(['in-context', 'head', 'lora', 'contrastive']);
    const progress = events.filter(
      (event): event is Extract<TrainEvent, { kind: 'progress' }> => event.kind === 'progress',
    );
    expect(progress[0]).toMatchObject({ method: null, phase: 'read', fold: null, step: 36, steps: 36 });
    for (const [i, { percent, step, steps, fold, folds }] of progress.entries()) {
      expect(percent).toBeGreaterThanOrEqual(i === 0 ? 0 : progress[i - 1]!.percent);
      expect(percent).toBeLessThanOrEqual(100);
      expect(step).toBeLessThanOrEqual(steps);
      if (fold !== null) expect(fold).toBeLessThanOrEqual(folds!);
    }
  });

  it('is how a method got by where memory ran out in a fold', async () => {
    const uses: (MemoryUse | null)[] = [{ parts: 2, backend: null }, null, { parts: 4, backend: 'cpu' }];
    const given = jobs({ 'in-context': 0.3, head: 0.4, lora: 0.5 }, async (job, options, next) => {
      const result = await next(job, options);
      return job.method === 'lora' && job.scope === null ? { ...result, memory: uses.shift()! } : result;
    });
    const { record } = await run(given, { methods: ['lora'] });
    expect(record.rungs.map(({ memory }) => memory)).toEqual([undefined, undefined, { parts: 4, backend: 'cpu' }]);
    expect('memory' in record.rungs[0]!).toBe(false);
  });

  it('leaves room in its percentage for what the advisor adds after the head', async () => {
    // Many examples that frozen vectors tell apart: LoRA instead of whole layers, which were planned.
    const examples = Array.from({ length: 180 }, (_, i) => {
      const { text, label } = colours.examples[i % 36]!;
      return { text: `${text} ${'abcdefghijklmnop'[Math.floor(i / 36)]!.repeat(12)} ${i * 7919}`, label };
    });
    const given = jobs({ 'in-context': 0.3, head: 0.95, lora: 0.95 }, (job, options, next) => {
      options.onStep({ step: 1, steps: 100, loss: 1, microBatches: 1 });
      return next(job, options);
    });
    const { context, events } = contextWith(given, tunable);
    const { record } = await runCascade(request({ data: { ...colours, examples }, target: 1 }), context);
    expect(record.rungs.map(({ method }) => method)).toEqual(['in-context', 'head', 'lora']);
    const percents = events.flatMap((event) =>
      event.kind === 'progress' && event.method === 'lora' ? [event.percent] : [],
    );
    expect(percents[0]).toBeLessThan(90);
    expect(percents.at(-1)!).toBeGreaterThan(percents[0]!);
  });

  it('is kept in the record, with the seconds of the clock', async () => {
    const { record, checkpoints } = await run(jobs({ 'in-context': 0.3, head: 0.4, lora: 0.7 }), {
      seed: 7,
      target: 0.95,
    });
    expect(record).toMatchObject({
      encoder: 'use-lite',
      backend: 'wasm',
      seed: 7,
      target: 0.95,
      labels: ['red', 'green', 'blue'],
      examples: 36,
      chosen: 'lora',
      stopped: 'ladder-done',
      blocks: ['use-lite', 'use-lite-pool', 'ngrams', 'label-names'],
    });
    for (const { measurement } of record.rungs) expect(measurement).toMatchObject({ examples: 36, folds: 3 });
    const model = decodeTrained(checkpoints.lora!);
    expect(model).toMatchObject({ method: 'lora', encoder: 'use-lite', labels: record.labels });
    expect(model.temperature).toBe(record.rungs[2]!.measurement!.temperature);
  });

  it('is the same for the same seed, LoRA and all, and the checkpoints are the same bytes', async () => {
    const tuned = async (seed: number) => {
      const library = libraryOf(createFakeTunable({ size: 512 }));
      const given = jobsHere(undefined, { library, tunes: true });
      return run(given, { seed, methods: ['lora'], exhaustive: true });
    };
    const [first, second, other] = [await tuned(1), await tuned(1), await tuned(2)];
    expect(second.record).toEqual(first.record);
    expect(other.record).not.toEqual(first.record);
    expect(Buffer.compare(second.checkpoints.lora!, first.checkpoints.lora!)).toBe(0);
    const model = decodeTrained(first.checkpoints.lora!);
    expect(model.experts.map(({ tuned: change }) => change?.encoder ?? null)).toEqual([null, 'use-lite']);
  });

  it.each<[string, Partial<typeof colours>, string]>([
    [
      'a label with one example',
      { examples: colours.examples.filter(({ label }, i) => label !== 'green' || i === 12) },
      'This cannot be trained yet: green has 1 example; each label needs at least 2.',
    ],
    [
      'no examples',
      { examples: [] },
      'This cannot be trained yet: red has 0 examples, green 0, blue 0; each label needs at least 2.',
    ],
    [
      'one label',
      { labels: [{ name: 'red' }] },
      'This cannot be trained yet: its only label is red, and at least 2 are needed.',
    ],
  ])('is which labels lack examples: %s', async (_, changes, message) => {
    const { context, events } = contextWith(jobs({}), tunable);
    await expect(runCascade(request({ data: { ...colours, ...changes } }), context)).rejects.toMatchObject({
      name: 'UserError',
      code: 'too-few-examples',
      message,
    });
    expect(events).toEqual([]);
  });

  it('is little about two examples a label: two folds', async () => {
    const examples = ['red', 'green', 'blue'].flatMap((name) =>
      colours.examples.filter(({ label }) => label === name).slice(0, 2),
    );
    const { record } = await run(jobs({}), { data: { ...colours, examples }, methods: ['head'] });
    expect(record.rungs.map(({ measurement }) => measurement!.folds)).toEqual([2, 2]);
  });
});
