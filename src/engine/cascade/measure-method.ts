// Cross-validation of one method: held-out logits of every example, each by a fit that did not see it.

import type { Contender } from '../evaluate/comparison.js';
import { measure } from '../evaluate/measure.js';
import { logProbabilities, mean, softmaxRows } from '../evaluate/metrics.js';
import { EXPECTED_TEMPERATURE } from '../heads/prototype.js';
import type { FitResult } from '../threads/protocol.js';
import type { FittedMethod, MemoryUse, MethodOptions, Rung } from '../types.js';
import { foldsToCompare, isExpensive, MOST_TO_CHOOSE } from './cost.js';
import type { Join } from './method.js';
import { bestMixture } from './mixture.js';
import { ownOptions } from './options.js';
import type { Run } from './run.js';

/** What a rung lacks until it is measured, compared and fitted. */
export const UNMEASURED = { measurement: null, comparison: null, measureSeconds: 0, trainSeconds: 0 } as const;

/** A measured rung with what later steps need of it. */
export interface Measured {
  readonly rung: Rung;
  readonly contender: Contender;
  readonly join: Join;
  /** Share of each expert in the answer. */
  readonly shares: readonly number[];
  /** The fit on all examples, where it was made along the way. */
  readonly final: FitResult | null;
}

/** Called as a fold's work goes on: its share done, 0 to 1. */
type Report = (fold: number, share: number, loss: number | null) => void;

export const defaultJoin = ({ blocks }: Run): Join => ({ blocks: blocks.join, names: true });

/** Measures a method on one join of feature blocks; what trains an encoder is fitted on all examples meanwhile, on threads that are idle anyway. */
export async function measureMethod(
  run: Run,
  method: FittedMethod,
  join: Join,
  {
    options,
    known = [],
    signal,
  }: { readonly options: MethodOptions; readonly known?: readonly FitResult[]; readonly signal: AbortSignal },
): Promise<Measured> {
  const expensive = isExpensive(method);
  const folds = expensive ? foldsToCompare({ examples: run.texts.length, folds: run.folds }) : run.folds;
  // A fold learns from all examples but its own; the last entry is the fit on all of them.
  const work = Array.from({ length: folds + 1 }, (_, job) => (job < folds ? 1 - 1 / run.folds : expensive ? 1 : 0));
  const shares = new Float64Array(folds + 1);
  const advance = (job: number, share: number, loss: number | null): void => {
    shares[job] = share;
    const total = work.reduce((a, b) => a + b, 0);
    const done = work.reduce((sum, part, i) => sum + part * shares[i]!, 0) / total;
    const at =
      job < folds
        ? ({ method, phase: 'measure', fold: job + 1, folds } as const)
        : ({ method, phase: 'train', fold: null, folds: null } as const);
    run.progress.advance(method, at, { step: Math.round(100 * done), steps: 100, loss });
  };
  const [heldOut, final] = await Promise.all([
    holdOut(run, method, { join, folds, options, known, signal, report: advance }),
    // Queued behind the folds.
    expensive
      ? fitAll(run, method, { join, options, signal, report: (share, loss) => advance(folds, share, loss) })
      : null,
  ]);
  return { ...heldOut, join, final };
}

/**
 * Measures the head on several joins and keeps the best: the labels' names count as shots where that lowers the held-out
 * log-loss; another join of blocks replaces the default only when it is clearly better, by two standard errors of the paired
 * gain (choosing freely among fifteen joins lost a point over ten sets; this rule loses nothing).
 */
export async function measureJoins(
  run: Run,
  method: FittedMethod,
  { options, signal }: { readonly options: MethodOptions; readonly signal: AbortSignal },
): Promise<Measured> {
  const { folds, right, labels } = run;
  const joins = joinsToTry(run);
  let done = 0;
  const candidates = await Promise.all(
    joins.map((join) =>
      holdOut(run, method, {
        join,
        folds,
        options,
        signal,
        report: (fold, share) => {
          if (share < 1) return;
          done++;
          const at = { method, phase: 'measure', fold: fold + 1, folds } as const;
          run.progress.advance(method, at, { step: done, steps: joins.length * folds, loss: null });
        },
      }),
    ),
  );
  const gains = ({ logits, temperature }: Contender) =>
    logProbabilities(softmaxRows(logits, labels.length, temperature), right, labels.length);
  let best = 0;
  for (let i = 1; i < joins.length; i++) {
    const [held, other] = [gains(candidates[best]!.contender), gains(candidates[i]!.contender)];
    const differences = other.map((value, row) => value - held[row]!);
    const gain = mean(differences);
    const error = Math.sqrt(mean(differences.map((value) => (value - gain) ** 2)) / differences.length);
    // The second join differs only in the names.
    if (gain > (i === 1 ? 0 : 2 * error)) best = i;
  }
  return { ...candidates[best]!, join: joins[best]!, final: null };
}

function joinsToTry(run: Run): Join[] {
  const { join, alternatives } = run.blocks;
  if (run.texts.length > MOST_TO_CHOOSE) return [defaultJoin(run)];
  return [defaultJoin(run), { blocks: join, names: false }, ...alternatives.map((blocks) => ({ blocks, names: true }))];
}

/** Holds out the first `folds` folds, one after another. */
async function holdOut(
  run: Run,
  method: FittedMethod,
  {
    join,
    folds,
    options,
    known = [],
    signal,
    report,
  }: {
    readonly join: Join;
    readonly folds: number;
    readonly options: MethodOptions;
    /** What the first folds gave with these options, where they were measured already. */
    readonly known?: readonly FitResult[];
    readonly signal: AbortSignal;
    readonly report: Report;
  },
): Promise<Pick<Measured, 'rung' | 'contender' | 'shares'>> {
  const { labels, foldOf, context } = run;
  const classes = labels.length;
  const rows = indicesWhere(foldOf, (fold) => fold < folds);
  const position = new Map(Array.from(rows, (example, row) => [example, row]));
  const experts: Float32Array[] = [];
  const memory: (MemoryUse | null)[] = [];
  await Promise.all(
    Array.from({ length: folds }, async (_, fold) => {
      const request = foldRequest(run, method, { join, options, fold });
      const { held } = request;
      const onStep = ({ step, steps, loss }: { step: number; steps: number; loss: number }): void =>
        report(fold, Math.min(0.99, step / steps), loss);
      const result = known[fold] ?? (await context.jobs.fit(request, { signal, onStep }));
      memory.push(result.memory);
      for (const [e, logits] of result.logits.entries()) {
        experts[e] ??= new Float32Array(rows.length * classes);
        held.forEach((example, row) => {
          experts[e]!.set(logits.subarray(row * classes, (row + 1) * classes), position.get(example)! * classes);
        });
      }
      report(fold, 1, null);
    }),
  );
  const right = Int32Array.from(rows, (row) => run.right[row]!);
  const { shares, logits } = bestMixture(experts, right, classes);
  const measurement = measure({
    texts: Array.from(rows, (row) => run.texts[row]!),
    labels,
    right,
    logits,
    folds,
    expectedTemperature: method === 'in-context' ? EXPECTED_TEMPERATURE : 1,
  });
  return {
    contender: { method, rows, logits, temperature: measurement.temperature },
    rung: {
      ...UNMEASURED,
      method,
      options: ownOptions(method, options),
      ...strained(memory),
      status: 'measured',
      reason: null,
      measurement,
    },
    shares,
  };
}

/** What to say where memory ran out in a fold. */
function strained(folds: readonly (MemoryUse | null)[]): { memory?: MemoryUse } {
  const short = folds.filter((use) => use !== null);
  if (short.length === 0) return {};
  const parts = Math.max(...short.map((use) => use.parts));
  return { memory: { parts, backend: short.find(({ backend }) => backend !== null)?.backend ?? null } };
}

/** The fit that holds out one fold. */
export const foldRequest = (
  run: Run,
  method: FittedMethod,
  { join, options, fold }: { readonly join: Join; readonly options: MethodOptions; readonly fold: number },
) => ({
  ...common(run, method, { join, options }),
  shots: indicesWhere(run.foldOf, (f) => f !== fold),
  held: indicesWhere(run.foldOf, (f) => f === fold),
  scope: null,
});

/** The method fitted on all examples, which it then answers, with the out-of-scope rule. */
export const fitAll = (
  run: Run,
  method: FittedMethod,
  {
    join,
    options,
    signal,
    report = () => {},
  }: {
    readonly join: Join;
    readonly options: MethodOptions;
    readonly signal: AbortSignal;
    readonly report?: (share: number, loss: number) => void;
  },
): Promise<FitResult> =>
  run.context.jobs.fit(
    {
      ...common(run, method, { join, options }),
      shots: Int32Array.from(run.right.keys()),
      held: Int32Array.from(run.right.keys()),
      scope: run.blocks.scope,
    },
    { signal, onStep: ({ step, steps, loss }) => report(step / steps, loss) },
  );

const common = (
  { encoded, right, labels, names, blocks, unlabelled, request }: Run,
  method: FittedMethod,
  { join, options }: { readonly join: Join; readonly options: MethodOptions },
) => ({
  method,
  options: ownOptions(method, options),
  unlabelled,
  given: request.lora ?? null,
  related: method === 'prototypes' ? (request.surroundings?.related ?? []) : [],
  encoded,
  right,
  classes: labels.length,
  names,
  join,
  tunable: blocks.tunable,
  seed: request.seed,
});

function indicesWhere(values: Int32Array, keep: (value: number) => boolean): Int32Array {
  return Int32Array.from(values.keys()).filter((i) => keep(values[i]!));
}
