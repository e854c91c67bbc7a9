// The settings of a method by a small search on the folds of the run (search.ts). A fold that was measured is not measured again.

import { fitTemperature } from '../evaluate/calibration.js';
import { logProbabilities, mean, softmaxRows } from '../evaluate/metrics.js';
import type { FitResult } from '../threads/protocol.js';
import type { FittedMethod, MethodOptions } from '../types.js';
import { candidatesFor } from './candidates.js';
import { foldsToCompare } from './cost.js';
import { foldRequest } from './measure-method.js';
import type { Join } from './method.js';
import { bestMixture } from './mixture.js';
import type { Run } from './run.js';
import { type FoldScore, halving } from './search.js';

export interface Searched {
  readonly options: MethodOptions;
  /** What the winner's first folds gave. */
  readonly known: readonly FitResult[];
}

interface Evaluated extends FoldScore {
  readonly result: FitResult;
}

/** What is given holds for every candidate that says nothing else. null: not one could be measured in the time. */
export async function searchOptions(
  run: Run,
  method: FittedMethod,
  { join, given, seconds, signal }: { join: Join; given: MethodOptions; seconds: number; signal: AbortSignal },
): Promise<Searched | null> {
  const classes = run.labels.length;
  const evaluate = async (options: MethodOptions, fold: number, until: AbortSignal): Promise<Evaluated> => {
    const request = foldRequest(run, method, { join, options, fold });
    const result = await run.context.jobs.fit(request, { signal: until, onStep: () => {} });
    const right = Int32Array.from(request.held, (i) => run.right[i]!);
    const { logits } = bestMixture(result.logits, right, classes);
    const probabilities = softmaxRows(logits, classes, fitTemperature(logits, right, classes, 1));
    return { score: mean(logProbabilities(probabilities, right, classes)), examples: right.length, result };
  };
  const at = { method, phase: 'measure', fold: null, folds: null } as const;
  const found = await halving({
    candidates: candidatesFor(method).map((changes) => ({ ...given, ...changes })),
    folds: foldsToCompare({ examples: run.texts.length, folds: run.folds }),
    evaluate,
    budgetSeconds: seconds,
    clock: run.context.clock,
    signal,
    onEvaluated: ({ evaluations, planned }) =>
      run.progress.advance(method, at, { step: evaluations, steps: 2 * planned, loss: null }),
  });
  if (found === null) return null;
  return { options: found.winner.candidate, known: found.winner.results.map(({ result }) => result) };
}
