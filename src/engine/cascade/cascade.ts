// The cascade: walks the ladder of methods on the same folds, cheapest first, keeps the holder unless a challenger is better in
// a paired comparison, stops when the target is met, and fits the winner on all examples. It knows no thread: jobs are given.

import { runCancelled } from '../abort.js';
import { fingerprint } from '../data/fingerprint.js';
import { UserError } from '../errors.js';
import type {
  CascadeRecord,
  CascadeRequest,
  CascadeResult,
  CheckpointBytes,
  MethodName,
  Rung,
  StopReason,
} from '../types.js';
import { type Climb, type Climbed, climb, finish } from './climb.js';
import { type CostInput, estimateSeconds } from './cost.js';
import { examine } from './examine.js';
import { withMeasured } from './facts.js';
import { ladderOf, NO_SURROUNDINGS, stopReason } from './ladder.js';
import { defaultJoin } from './measure-method.js';
import { type CascadeContext, prepareRun, type Run } from './run.js';

/** Throws a UserError: `too-few-examples`, `cancelled`, or `training-failed` when no method could be measured. */
export async function runCascade(request: CascadeRequest, context: CascadeContext): Promise<CascadeResult> {
  try {
    return await walk(request, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    throw runCancelled(error);
  }
}

async function walk(request: CascadeRequest, context: CascadeContext): Promise<CascadeResult> {
  const { clock } = context;
  const started = clock.now();
  if (context.prompter === null && request.methods !== 'auto' && request.methods.includes('prompt')) {
    throw new UserError('bad-configuration', 'The method prompt needs a language model: set HANDFUL_LLM.');
  }
  const prompter = context.prompter !== null;
  const { unlabelled } = request.surroundings ?? NO_SURROUNDINGS;
  const own = { data: request.data, encoder: context.encoder, unlabelled: unlabelled.length };
  let facts = await context.jobs.facts(own, { signal: context.signal });
  let ladder = ladderOf(request, { prompter, facts });
  const planned = ladder.map(({ method }) => method);
  const run = await prepareRun(request, context, planned);
  const rungs: Rung[] = [];
  const measured: Climbed[] = [];
  let holder: Climb['measured'] = null;
  let stopped: StopReason | null = null;
  const tried = new Set<MethodName>();

  for (;;) {
    context.signal.throwIfAborted();
    // What answers now is measured also after the ladder's end: nothing replaces it without a comparison.
    const decides = (method: MethodName): boolean => stopped === null || method === request.incumbent;
    const step = ladder.find(({ method }) => !tried.has(method) && (request.exhaustive === true || decides(method)));
    if (step === undefined) break;
    const { method, share } = step;
    tried.add(method);
    const counts = decides(method);
    const secondsLeft = request.budgetSeconds - (clock.now() - started) / 1000;
    const join = measured.find(({ rung }) => rung.method === 'head')?.join ?? defaultJoin(run);
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
    if (counts) {
      if (holder === null || outcome.rung.comparison?.better === true) holder = outcome.measured;
      stopped ??= stopReason(holder.rung.measurement!, method, request);
    }
    if (method !== 'head' || holder === null) continue;
    // How well frozen vectors do says which of the expensive methods are worth their time.
    const { method: chosen } = holder.contender;
    facts = withMeasured(facts, { labels: run.labels, rungs, chosen });
    ladder = ladderOf(request, { prompter, facts });
    const kept = new Set(ladder.map((later) => later.method));
    for (const name of planned) if (!kept.has(name)) run.progress.drop(name);
    for (const name of kept) if (!planned.includes(name)) run.progress.plan(name, estimateSeconds(name, costOf(run)));
  }
  if (holder === null) throw nothingMeasured(rungs);

  const checkpoints: Partial<Record<MethodName, CheckpointBytes>> = {};
  let trainAccuracy: number | null = null;
  for (const candidate of request.exhaustive === true ? measured : [holder]) {
    const { method } = candidate.contender;
    if (method === 'in-context') continue;
    const { bytes, seconds, accuracy: learned } = await finish(run, candidate);
    checkpoints[method] = bytes;
    if (candidate === holder) trainAccuracy = learned;
    const index = rungs.findIndex((rung) => rung.method === method);
    rungs[index] = { ...rungs[index]!, trainSeconds: seconds };
  }
  const { contender } = holder;
  const record: CascadeRecord = {
    encoder: context.encoder,
    backend: context.backend,
    seed: request.seed,
    target: request.target,
    labels: run.labels,
    examples: run.texts.length,
    fingerprint: fingerprint(request.data),
    rungs,
    chosen: contender.method,
    stopped: stopped ?? 'ladder-done',
    seconds: (clock.now() - started) / 1000,
    blocks: [...holder.join.blocks.map(({ name }) => name), ...(holder.join.names ? ['label-names'] : [])],
    ...examine(run, { facts, rungs, chosen: holder }),
    ...(trainAccuracy === null ? {} : { trainAccuracy }),
  };
  return { checkpoints, record };
}

/** As before the run, when everything else was planned. */
const costOf = ({ texts, labels, folds, blocks }: Run): CostInput => ({
  examples: texts.length,
  classes: labels.length,
  folds,
  blocks,
  secondsPerText: null,
});

const nothingMeasured = (rungs: readonly Rung[]): UserError =>
  new UserError('training-failed', 'No method could be measured within the budget. Give the training more time.', {
    details: { reasons: rungs.map(({ method, reason }) => ({ method, reason })) },
  });
