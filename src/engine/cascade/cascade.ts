// The cascade: walks the ladder of methods on the same folds, cheapest first, keeps the holder unless a challenger is better in
// a paired comparison, stops when the target is met, and fits the winner on all examples. It knows no thread: jobs are given.

import { anySignal } from '../abort.js';
import { encodePrompt } from '../answerers/prompt-model.js';
import { encodeTrained } from '../answerers/trained-model.js';
import { fingerprint } from '../data/fingerprint.js';
import { isUserError, UserError } from '../errors.js';
import { compare } from '../evaluate/comparison.js';
import {
  type CascadeRecord,
  type CascadeRequest,
  type CascadeResult,
  type CheckpointBytes,
  type FittedMethod,
  METHOD_NAMES,
  type Measurement,
  type MethodName,
  type Prompter,
  type PromptModel,
  type Rung,
  type RungReason,
  type StopReason,
} from '../types.js';
import { estimateSeconds } from './cost.js';
import { defaultJoin, fitAll, type Measured, measureJoins, measureMethod, UNMEASURED } from './measure-method.js';
import { measurePrompt } from './measure-prompt.js';
import type { Join } from './method.js';
import { type CascadeContext, prepareRun, type Run } from './run.js';

/** Throws a UserError: `too-few-examples`, `cancelled`, or `training-failed` when no method could be measured. */
export async function runCascade(request: CascadeRequest, context: CascadeContext): Promise<CascadeResult> {
  try {
    return await walk(request, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    throw new UserError('cancelled', 'The run was cancelled; nothing was changed.', { cause: error });
  }
}

async function walk(request: CascadeRequest, context: CascadeContext): Promise<CascadeResult> {
  const { clock } = context;
  const started = clock.now();
  if (context.prompter === null && request.methods !== 'auto' && request.methods.includes('prompt')) {
    throw new UserError('bad-configuration', 'The method prompt needs a language model: set HANDFUL_LLM.');
  }
  const ladder = ladderOf(request, context.prompter);
  const run = await prepareRun(request, context, ladder);
  const rungs: Rung[] = [];
  const measured: NonNullable<Climb['measured']>[] = [];
  let holder: Climb['measured'] = null;
  let stopped: StopReason | null = null;

  for (const method of ladder) {
    context.signal.throwIfAborted();
    // What answers now is measured also after the ladder's end: nothing replaces it without a comparison.
    const decides = stopped === null || method === request.incumbent;
    if (!decides && request.exhaustive !== true) continue;
    const secondsLeft = request.budgetSeconds - (clock.now() - started) / 1000;
    const join = measured.find(({ rung }) => rung.method === 'head')?.join ?? defaultJoin(run);
    // A language model is slow at any size of the task: it may not take what LoRA needs.
    const share = method === 'prompt' && ladder.includes('lora') ? PROMPT_SHARE : 1;
    const outcome: Climb = await climb(run, method, { secondsLeft: secondsLeft * share, join, holder });
    rungs.push(outcome.rung);
    context.onEvent({ kind: 'measured', rung: outcome.rung });
    if (outcome.measured === null) {
      const kind = outcome.rung.reason?.kind;
      const spent = kind === 'over-budget' || kind === 'unfinished';
      if (spent && (share === 1 || request.methods !== 'auto')) stopped ??= 'budget-spent';
      continue;
    }
    measured.push(outcome.measured);
    if (!decides) continue;
    if (holder === null || outcome.rung.comparison?.better === true) holder = outcome.measured;
    stopped ??= stopReason(holder.rung.measurement!, method, request);
  }
  if (holder === null) throw nothingMeasured(rungs);

  const checkpoints: Partial<Record<MethodName, CheckpointBytes>> = {};
  for (const candidate of request.exhaustive === true ? measured : [holder]) {
    const { method } = candidate.contender;
    if (method === 'in-context') continue;
    const { bytes, seconds } = await finish(run, candidate);
    checkpoints[method] = bytes;
    const index = rungs.findIndex((rung) => rung.method === method);
    rungs[index] = { ...rungs[index]!, trainSeconds: seconds };
  }
  const record: CascadeRecord = {
    encoder: context.encoder,
    backend: context.backend,
    seed: request.seed,
    target: request.target,
    labels: run.labels,
    examples: run.texts.length,
    fingerprint: fingerprint(request.data),
    rungs,
    chosen: holder.contender.method,
    stopped: stopped ?? 'ladder-done',
    seconds: (clock.now() - started) / 1000,
    blocks: [...holder.join.blocks.map(({ name }) => name), ...(holder.join.names ? ['label-names'] : [])],
  };
  return { checkpoints, record };
}

/** Share of the time that is left which `prompt` may take where LoRA comes after it. */
const PROMPT_SHARE = 0.3;

/**
 * The methods to walk, cheapest first: the wanted ones, the one that answers now, and what they build on; `prompt` only where there
 * is a language model.
 */
function ladderOf({ methods, incumbent }: CascadeRequest, prompter: Prompter | null): MethodName[] {
  const wanted = new Set<MethodName>(methods === 'auto' ? METHOD_NAMES : [...methods, incumbent]);
  // LoRA's heads join the blocks that the head's cross-validation chose.
  if (wanted.has('lora')) wanted.add('head');
  if (prompter === null) wanted.delete('prompt');
  return METHOD_NAMES.filter((method) => wanted.has(method));
}

/**
 * Whether the ladder ends at this rung. The head costs seconds, so doubt whether the target is met stops the ladder only after
 * it, before the expensive rungs. Methods that were asked for by name are always tried.
 */
function stopReason(
  { accuracy, interval }: Measurement,
  method: MethodName,
  { methods, target, exhaustive }: CascadeRequest,
): StopReason | null {
  if (methods !== 'auto' && exhaustive !== true) return null;
  if (accuracy >= target) return 'target-met';
  return method !== 'in-context' && interval[1] >= target ? 'cannot-tell' : null;
}

interface Climb {
  readonly rung: Rung;
  readonly measured: (Measured & { readonly prompt?: PromptModel }) | null;
}

/** Measures one method, or says why not. */
async function climb(
  run: Run,
  method: MethodName,
  { secondsLeft, join, holder }: { secondsLeft: number; join: Join; holder: Measured | null },
): Promise<Climb> {
  const { request, context, progress } = run;
  const { clock, signal } = context;
  const without = (reason: RungReason): Climb => {
    progress.finish(method);
    const status = reason.kind === 'error' ? 'failed' : 'skipped';
    return { rung: { ...UNMEASURED, method, status, reason }, measured: null };
  };
  if (method === 'lora' && run.blocks.tunable === null) {
    return without({ kind: 'nothing-to-tune', encoder: run.blocks.encoders.join(' + ') });
  }
  const needed = method === 'in-context' || method === 'prompt' ? 0 : secondsNeeded(run, method);
  if (needed > secondsLeft) {
    return without({ kind: 'over-budget', needed, left: Math.max(0, secondsLeft) });
  }
  const budget = AbortSignal.timeout(Math.max(1, Math.min(2 ** 31 - 1, Math.ceil(secondsLeft * 1000))));
  const failure = new AbortController();
  const from = clock.now();
  try {
    const any = anySignal(signal, budget, failure.signal);
    const measured = await measureOne(run, method, { secondsLeft, join, signal: any });
    if ('needed' in measured) return without({ kind: 'over-budget', ...measured });
    // The fit on all examples that ran alongside is told as training time.
    const measureSeconds = Math.max(0, (clock.now() - from) / 1000 - (measured.final?.seconds ?? 0));
    const comparison =
      holder === null ? null : compare(holder.contender, measured.contender, run.right, run.labels.length);
    const rung = { ...measured.rung, comparison, measureSeconds };
    progress.finish(method);
    return { rung, measured: { ...measured, rung } };
  } catch (error) {
    // When one fold fails, the others would go on for nothing, and the next run would wait for them.
    failure.abort();
    if (signal.aborted) throw error;
    if (budget.aborted) {
      return without({ kind: 'unfinished', budget: request.budgetSeconds });
    }
    // Without a holder, or when this method was asked for by name, there is nothing to fall back on.
    if (holder === null || request.methods !== 'auto') throw asTrainingFailure(method, error);
    return without({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  }
}

/** What the budget may not cut off, so that a language model's answers so far still count. */
const PROMPT_MARGIN = 0.9;

async function measureOne(
  run: Run,
  method: MethodName,
  { secondsLeft, join, signal }: { secondsLeft: number; join: Join; signal: AbortSignal },
): Promise<NonNullable<Climb['measured']> | { readonly needed: number; readonly left: number }> {
  if (method === 'head') return measureJoins(run, method, signal);
  if (method !== 'prompt') return measureMethod(run, method, join, signal);
  const outcome = await measurePrompt(run, run.context.prompter!, { seconds: PROMPT_MARGIN * secondsLeft, signal });
  return 'needed' in outcome ? outcome : { ...outcome.measured, prompt: outcome.model };
}

/** Seconds by the clock, from the pace at which this machine encoded the texts. */
function secondsNeeded({ texts, labels, folds, blocks, secondsPerText, context }: Run, method: MethodName): number {
  const input = { examples: texts.length, classes: labels.length, folds, blocks, secondsPerText };
  return estimateSeconds(method, input) / Math.min(context.jobs.parallel, folds);
}

const asTrainingFailure = (method: MethodName, error: unknown): UserError =>
  isUserError(error)
    ? error
    : new UserError('training-failed', `${method} failed: ${String(error)}. Nothing was changed.`, { cause: error });

const failed =
  (method: MethodName) =>
  (error: unknown): never => {
    throw asTrainingFailure(method, error);
  };

const nothingMeasured = (rungs: readonly Rung[]): UserError =>
  new UserError('training-failed', 'No method could be measured within the budget. Give the training more time.', {
    details: { reasons: rungs.map(({ method, reason }) => ({ method, reason })) },
  });

/** The method's answerer, fitted on all examples and calibrated by cross-validation, as bytes. */
async function finish(run: Run, { contender, join, final, prompt }: NonNullable<Climb['measured']>) {
  if (prompt !== undefined) return { bytes: encodePrompt(prompt), seconds: 0 };
  const { method, temperature } = contender as { method: FittedMethod; temperature: number };
  const fitted = final ?? (await fitAll(run, method, join, run.context.signal).catch(failed(method)));
  const { experts, scope, seconds } = fitted;
  const { encoder } = run.context;
  const model = { method, encoder, labels: run.labels, temperature, scope: scope!, experts: experts! };
  return { bytes: encodeTrained(model), seconds };
}
