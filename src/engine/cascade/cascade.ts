// The cascade: walks the ladder of methods on the same folds, cheapest first, keeps the holder unless a challenger is better in
// a paired comparison, stops when the target is met, and fits the winner on all examples. It knows no thread: jobs are given.

import { encodeTrained } from '../answerers/trained-model.js';
import type { Clock } from '../clock.js';
import { fingerprint } from '../data/fingerprint.js';
import { foldCount } from '../data/folds.js';
import { balancedSubset } from '../data/sample.js';
import { type Blocks, blocksFor, type EncoderName } from '../encoders/blocks.js';
import { isUserError, UserError } from '../errors.js';
import { type Contender, compare } from '../evaluate/comparison.js';
import { measure } from '../evaluate/measure.js';
import type { EncodedTexts } from '../features.js';
import { createRng } from '../random.js';
import type { FitRequest, FitResult, SplitRequest } from '../threads/protocol.js';
import type { StepReport } from '../train/trainer.js';
import {
  type CascadeRequest,
  type CascadeResult,
  type CheckpointBytes,
  METHOD_NAMES,
  type Measurement,
  type MethodName,
  type Rung,
  type StopReason,
  type TrainEvent,
} from '../types.js';
import { estimateSeconds } from './cost.js';
import { unsuited } from './ladder.js';
import { createProgress, type Progress } from './progress.js';

/** Runs learn from at most this many examples, a balanced seeded subset of a larger task. */
export const MAX_RUN_EXAMPLES = 10_000;

export interface CascadeJobs {
  /** Jobs that run at once. */
  readonly parallel: number;
  encode(
    texts: readonly string[],
    encoders: readonly string[],
    options: { signal: AbortSignal; onDone: (texts: number) => void },
  ): Promise<EncodedTexts>;
  split(request: SplitRequest, options: { signal: AbortSignal }): Promise<Int32Array>;
  fit(
    request: Omit<FitRequest, 'progress'>,
    options: { signal: AbortSignal; onStep: (report: StepReport) => void },
  ): Promise<FitResult>;
}

export interface CascadeContext {
  readonly encoder: EncoderName;
  readonly backend: string;
  readonly jobs: CascadeJobs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainEvent) => void;
}

/** What all rungs share. */
interface Run {
  readonly request: CascadeRequest;
  readonly context: CascadeContext;
  readonly blocks: Blocks;
  readonly labels: readonly string[];
  readonly texts: readonly string[];
  readonly right: Int32Array;
  readonly folds: number;
  readonly foldOf: Int32Array;
  readonly encoded: EncodedTexts;
  readonly secondsPerText: number;
  readonly progress: Progress;
}

/** A measured rung with what later steps need of it. */
interface Measured {
  readonly rung: Rung;
  readonly contender: Contender;
  readonly blocks: readonly string[];
  /** Fit on all examples, where it was made along the way. */
  readonly final: FitResult | null;
}

/** Throws a UserError: `too-few-examples`, `cancelled`, or `training-failed` when no method could be measured. */
export async function runCascade(request: CascadeRequest, context: CascadeContext): Promise<CascadeResult> {
  const { clock } = context;
  const started = clock.now();
  const run = await prepare(request, context);
  const rungs: Rung[] = [];
  const measured = new Map<MethodName, Measured>();
  let holder: Measured | null = null;
  let stopped: StopReason = 'ladder-done';
  let decided = false;

  for (const method of ladderOf(request)) {
    if (decided && request.exhaustive !== true) break;
    const secondsLeft = request.budgetSeconds - (clock.now() - started) / 1000;
    const blocks: readonly string[] = measured.get('head')?.blocks ?? run.blocks.candidates[0]!;
    const outcome: Measured | Rung = await climb(run, method, { secondsLeft, blocks, holder });
    const rung = 'rung' in outcome ? outcome.rung : outcome;
    rungs.push(rung);
    context.onEvent({ kind: 'measured', rung });
    if (!('rung' in outcome)) {
      if (rung.status === 'skipped' && secondsLeft <= 0 && !decided) stopped = 'budget-spent';
      continue;
    }
    measured.set(method, outcome);
    if (decided) continue;
    if (holder === null || outcome.rung.comparison?.better === true) holder = outcome;
    const reason = stopReason(holder.rung.measurement!, method, request);
    if (reason !== null) {
      stopped = reason;
      decided = true;
    }
  }
  if (holder === null) {
    throw new UserError(
      'training-failed',
      `Nothing could be measured: ${rungs.map(({ method, why }) => `${method}: ${why}`).join('; ')}`,
    );
  }

  const checkpoints: Partial<Record<MethodName, CheckpointBytes>> = {};
  for (const candidate of request.exhaustive === true ? measured.values() : [holder]) {
    const { method } = candidate.contender;
    if (method === 'in-context') continue;
    const from = clock.now();
    checkpoints[method] = await finish(run, candidate);
    const index = rungs.findIndex((rung) => rung.method === method);
    rungs[index] = { ...rungs[index]!, trainSeconds: rungs[index]!.trainSeconds + (clock.now() - from) / 1000 };
  }
  const chosen = holder.contender.method;
  return {
    checkpoints,
    record: {
      encoder: context.encoder,
      backend: context.backend,
      seed: request.seed,
      target: request.target,
      labels: run.labels,
      examples: run.texts.length,
      fingerprint: fingerprint(request.data),
      rungs,
      chosen,
      stopped,
      seconds: (clock.now() - started) / 1000,
      blocks: chosen === 'in-context' ? run.blocks.frozen : holder.blocks,
    },
  };
}

/** The methods to walk, cheapest first: the wanted ones, the one that answers now, and what they build on. */
function ladderOf({ methods, incumbent }: CascadeRequest): MethodName[] {
  const wanted = new Set<MethodName>(methods === 'auto' ? METHOD_NAMES : [...methods, incumbent]);
  // LoRA's heads join the blocks that the head's cross-validation chose.
  if (wanted.has('lora')) wanted.add('head');
  return METHOD_NAMES.filter((method) => wanted.has(method));
}

/**
 * Whether the ladder ends at this rung. Asked-for methods are always tried. The head costs seconds, so doubt whether the target
 * is met stops the ladder only after it, before the expensive rungs.
 */
function stopReason(
  { accuracy, interval }: Measurement,
  method: MethodName,
  { methods, target }: CascadeRequest,
): StopReason | null {
  if (methods !== 'auto') return null;
  if (accuracy >= target) return 'target-met';
  return method !== 'in-context' && interval[1] >= target ? 'cannot-tell' : null;
}

async function prepare(request: CascadeRequest, context: CascadeContext): Promise<Run> {
  const { data, seed } = request;
  const { clock, jobs, signal } = context;
  const folds = foldCount(data);
  const examples = balancedSubset(data.examples, MAX_RUN_EXAMPLES, createRng(seed, 'subset'));
  const labels = data.labels.map(({ name }) => name);
  const texts = examples.map(({ text }) => text);
  const index = new Map(labels.map((label, c) => [label, c]));
  const right = Int32Array.from(examples, ({ label }) => index.get(label)!);
  const blocks = blocksFor(context.encoder, texts);
  const foldOf = await jobs.split({ texts, right, folds, seed }, { signal });
  const progress = createProgress(clock, context.onEvent);
  const plan = { examples: texts.length, classes: labels.length, folds, blocks, secondsPerText: null };
  progress.plan('read', estimateSeconds('read', plan));
  for (const method of ladderOf(request)) progress.plan(method, estimateSeconds(method, plan));

  const started = clock.now();
  let done = 0;
  const encoded = await jobs.encode(texts, blocks.frozen, {
    signal,
    onDone: (count) => {
      done += count;
      progress.advance(
        'read',
        { method: null, phase: 'read', fold: null, folds: null },
        { step: done, steps: texts.length, loss: null },
      );
    },
  });
  const secondsPerText = ((clock.now() - started) / 1000 / texts.length) * jobs.parallel;
  return { request, context, blocks, labels, texts, right, folds, foldOf, encoded, secondsPerText, progress };
}

/** Measures one method, or says why not. */
async function climb(
  run: Run,
  method: MethodName,
  { secondsLeft, blocks, holder }: { secondsLeft: number; blocks: readonly string[]; holder: Measured | null },
): Promise<Measured | Rung> {
  const { request, context, progress } = run;
  const why =
    unsuited(method, { blocks: run.blocks, encoder: context.encoder }) ?? overBudget(run, method, secondsLeft);
  if (why !== null) {
    progress.finish(method);
    return blank(method, 'skipped', why);
  }
  const { signal } = context;
  const budget = AbortSignal.timeout(Math.max(1, Math.ceil(Math.min(secondsLeft, 2_000_000) * 1000)));
  const from = context.clock.now();
  try {
    const measured = await (method === 'head' ? measureBlocks : measureMethod)(
      run,
      method,
      blocks,
      AbortSignal.any([signal, budget]),
    );
    const measureSeconds = (context.clock.now() - from) / 1000;
    const comparison =
      holder === null ? null : compare(holder.contender, measured.contender, run.right, run.labels.length);
    return { ...measured, rung: { ...measured.rung, comparison, measureSeconds } };
  } catch (error) {
    if (signal.aborted)
      throw new UserError('cancelled', 'The run was cancelled; nothing was changed.', { cause: error });
    if (budget.aborted)
      return blank(method, 'skipped', `It did not finish within the budget of ${Math.round(request.budgetSeconds)} s.`);
    if (holder === null || request.methods !== 'auto') {
      throw isUserError(error)
        ? error
        : new UserError('training-failed', `${method} failed: ${String(error)}. Nothing was changed.`, {
            cause: error,
          });
    }
    return blank(method, 'failed', error instanceof Error ? error.message : String(error));
  } finally {
    progress.finish(method);
  }
}

function overBudget(run: Run, method: MethodName, secondsLeft: number): string | null {
  if (method === 'in-context') return null;
  const { texts, labels, folds, blocks, secondsPerText, context } = run;
  const work = estimateSeconds(method, {
    examples: texts.length,
    classes: labels.length,
    folds,
    blocks,
    secondsPerText,
  });
  const needed = work / Math.min(context.jobs.parallel, folds);
  if (needed <= secondsLeft) return null;
  return `It needs about ${Math.ceil(needed)} s here and ${Math.max(0, Math.floor(secondsLeft))} s of the budget are left.`;
}

const blank = (method: MethodName, status: 'skipped' | 'failed', why: string): Rung => ({
  method,
  status,
  why,
  measurement: null,
  comparison: null,
  measureSeconds: 0,
  trainSeconds: 0,
});

/** Cross-validates the joins of feature blocks and keeps the one with the least held-out log-loss. */
async function measureBlocks(
  run: Run,
  method: MethodName,
  _: readonly string[],
  signal: AbortSignal,
): Promise<Measured> {
  const { candidates } = run.blocks;
  let done = 0;
  const all = await Promise.all(
    candidates.map(async (blocks) => {
      const measured = await measureMethod(run, method, blocks, signal, () => {
        done++;
        return { step: done, steps: candidates.length * run.folds };
      });
      return measured;
    }),
  );
  return all.reduce((best, other) => (other.rung.measurement!.logLoss < best.rung.measurement!.logLoss ? other : best));
}

/** Held-out logits of every example, each by a fit that did not see it; for LoRA also the fit on all examples, on idle threads. */
async function measureMethod(
  run: Run,
  method: MethodName,
  blocks: readonly string[],
  signal: AbortSignal,
  countFold?: () => { step: number; steps: number },
): Promise<Measured> {
  const { labels, right, texts, folds, foldOf, progress } = run;
  const classes = labels.length;
  const logits = new Float32Array(texts.length * classes);
  const shares = new Float64Array(folds + 1);
  const jobs = Array.from({ length: folds }, async (_, fold) => {
    const held = indicesWhere(foldOf, (f) => f === fold);
    const result = await run.context.jobs.fit(
      { ...fitRequest(run, method, blocks), shots: indicesWhere(foldOf, (f) => f !== fold), held, final: false },
      {
        signal,
        onStep: ({ step, steps, loss }) => {
          shares[fold] = step / steps;
          const share = shares.reduce((a, b) => a + b, 0) / shares.length;
          progress.advance(
            method,
            { method, phase: 'measure', fold: fold + 1, folds },
            { step: Math.round(1000 * share), steps: 1000, loss },
          );
        },
      },
    );
    held.forEach((example, row) => {
      logits.set(result.logits.subarray(row * classes, (row + 1) * classes), example * classes);
    });
    const counted = countFold?.();
    if (counted)
      progress.advance(method, { method, phase: 'measure', fold: fold + 1, folds }, { ...counted, loss: null });
  });
  // Queued behind the folds: a thread that is idle while the last fold runs starts the fit that a promotion needs.
  const final = method === 'lora' ? fitAll(run, method, blocks, signal) : Promise.resolve(null);
  const [, finalFit] = await Promise.all([Promise.all(jobs), final]);
  const measurement = measure({ texts, labels, right, logits, folds });
  return {
    rung: { method, status: 'measured', why: '', measurement, comparison: null, measureSeconds: 0, trainSeconds: 0 },
    contender: { method, logits, temperature: measurement.temperature },
    blocks,
    final: finalFit,
  };
}

const fitRequest = (
  { context, encoded, right, labels, blocks, request }: Run,
  method: MethodName,
  joined: readonly string[],
) => ({
  method,
  encoder: context.encoder,
  encoded,
  right,
  classes: labels.length,
  blocks: joined,
  frozen: blocks.frozen,
  tunable: blocks.tunable,
  seed: request.seed,
});

const fitAll = (run: Run, method: MethodName, blocks: readonly string[], signal: AbortSignal): Promise<FitResult> =>
  run.context.jobs.fit(
    {
      ...fitRequest(run, method, blocks),
      shots: Int32Array.from(run.right.keys()),
      held: new Int32Array(0),
      final: true,
    },
    {
      signal,
      onStep: ({ step, steps, loss }) =>
        run.progress.advance(
          method,
          { method, phase: 'train', fold: null, folds: null },
          { step: 0, steps: 1, loss: step === steps ? null : loss },
        ),
    },
  );

/** The method's answerer, fitted on all examples and calibrated by cross-validation, as bytes. */
async function finish(run: Run, { contender, blocks, final }: Measured): Promise<CheckpointBytes> {
  const { method, temperature } = contender;
  const fit = final ?? (await fitAll(run, method, blocks, run.context.signal));
  return encodeTrained({
    method,
    encoder: run.context.encoder,
    labels: run.labels,
    temperature,
    scope: fit.scope!,
    experts: fit.experts!,
  });
}

function indicesWhere(values: Int32Array, keep: (value: number) => boolean): Int32Array {
  return Int32Array.from(values.keys()).filter((i) => keep(values[i]!));
}
