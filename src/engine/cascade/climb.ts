// One rung of the ladder: a method is measured, or it is said why not; and the fit on all examples of the one that won.

import { anySignal } from '../abort.js';
import { mixLogits } from '../answerers/mix.js';
import { encodePrompt } from '../answerers/prompt-model.js';
import { encodeTrained } from '../answerers/trained-model.js';
import { isUserError, UserError } from '../errors.js';
import { compare } from '../evaluate/comparison.js';
import { accuracy, argmaxRows } from '../evaluate/metrics.js';
import type { FittedMethod, MethodName, MethodOptions, PromptModel, Rung, RungReason } from '../types.js';
import { estimateSeconds, isExpensive } from './cost.js';
import { NO_SURROUNDINGS } from './ladder.js';
import { fitAll, type Measured, measureJoins, measureMethod, UNMEASURED } from './measure-method.js';
import { measurePrompt } from './measure-prompt.js';
import { searchOptions } from './measure-search.js';
import type { Join } from './method.js';
import { missingFor } from './requirements.js';
import type { Run } from './run.js';

/** A measured method with what its final fit needs. */
export type Climbed = Measured & { readonly options: MethodOptions; readonly prompt?: PromptModel };

export interface Climb {
  readonly rung: Rung;
  readonly measured: Climbed | null;
}

/** Measures one method, or says why not. */
export async function climb(
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
  if (isExpensive(method) && run.blocks.tunable === null) {
    return without({ kind: 'nothing-to-tune', encoder: run.blocks.encoders.join(' + ') });
  }
  const missing = missingFor(method, request.surroundings ?? NO_SURROUNDINGS);
  if (missing !== null) return without(missing);
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

/** The settings of the request that are for this method: those of methods that were asked for by name. */
const givenOptions = ({ request: { methods, options = {} } }: Run, method: MethodName): MethodOptions =>
  methods !== 'auto' && methods.includes(method) ? options : {};

/** What the budget may not cut off, so that a language model's answers so far still count. */
const PROMPT_MARGIN = 0.9;

/** What a search for settings may take of a method's time. */
const SEARCH_SHARE = 0.5;

async function measureOne(
  run: Run,
  method: MethodName,
  { secondsLeft, join, signal }: { secondsLeft: number; join: Join; signal: AbortSignal },
): Promise<Climbed | { readonly needed: number; readonly left: number }> {
  const given = givenOptions(run, method);
  if (method === 'head') return { ...(await measureJoins(run, method, { options: given, signal })), options: given };
  if (method === 'prompt') {
    const outcome = await measurePrompt(run, run.context.prompter!, { seconds: PROMPT_MARGIN * secondsLeft, signal });
    return 'needed' in outcome ? outcome : { ...outcome.measured, options: {}, prompt: outcome.model };
  }
  const searches = run.request.search === true && isExpensive(method);
  const seconds = SEARCH_SHARE * secondsLeft;
  const found = searches ? await searchOptions(run, method, { join, given, seconds, signal }) : null;
  const options = found?.options ?? given;
  return { ...(await measureMethod(run, method, join, { options, known: found?.known ?? [], signal })), options };
}

/** MiniLM on one thread: 150 texts a second of processor time by ONNX Runtime, 34 by TensorFlow.js. */
const BERT_ON_WASM = 4;

/** Seconds by the clock, from the pace at which this machine encoded the texts. */
function secondsNeeded({ texts, labels, folds, blocks, secondsPerText, context }: Run, method: MethodName): number {
  // Frozen vectors of such an encoder come from ONNX Runtime, four times as fast as WebAssembly reads it to tune it.
  const slower = blocks.tunable !== 'use-lite' && context.backend === 'wasm' ? BERT_ON_WASM : 1;
  const tunedPerText = secondsPerText * slower;
  const input = { examples: texts.length, classes: labels.length, folds, blocks, secondsPerText, tunedPerText };
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

/** The method's answerer, fitted on all examples and calibrated by cross-validation, as bytes. */
export async function finish(run: Run, { contender, join, shares, options, final, prompt }: Climbed) {
  if (prompt !== undefined) return { bytes: encodePrompt(prompt), seconds: 0, accuracy: null };
  const { method, temperature } = contender as { method: FittedMethod; temperature: number };
  const work = { join, options, signal: run.context.signal };
  const fitted = final ?? (await fitAll(run, method, work).catch(failed(method)));
  const { logits, experts, scope, seconds } = fitted;
  const { encoder, weights } = run.context;
  const { labels } = run;
  const model = { method, encoder, weights, labels, temperature, scope: scope!, experts: experts!, shares };
  const learned = accuracy(argmaxRows(mixLogits(logits, shares), labels.length), run.right);
  return { bytes: encodeTrained(model), seconds, accuracy: learned };
}
