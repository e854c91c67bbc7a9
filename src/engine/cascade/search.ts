// A small search for a method's settings by successive halving (Jamieson & Talwalkar, 2016, https://arxiv.org/abs/1502.07943; the
// inner loop of Hyperband): every candidate on one fold, the better half on two, and so on, on the folds of the run. What a fold
// costs is spent once: its result is kept, and handed back for the winner's measurement.

import type { Clock } from '../clock.js';

/** Held-out quality on one fold; `score` is a mean over its examples, such as the log-probability of the right label. */
export interface FoldScore {
  readonly score: number;
  readonly examples: number;
}

export interface HalvingOptions<Candidate, Result extends FoldScore> {
  /** The default first: a tie keeps the earlier one. */
  readonly candidates: readonly Candidate[];
  /** Folds that there are. */
  readonly folds: number;
  /** Called once for a candidate and a fold at most. */
  readonly evaluate: (candidate: Candidate, fold: number, signal: AbortSignal) => Promise<Result>;
  readonly budgetSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvaluated?: (done: { readonly evaluations: number; readonly planned: number }) => void;
}

export interface Trial<Candidate, Result extends FoldScore> {
  readonly candidate: Candidate;
  /** Of the first folds, in their order. */
  readonly results: readonly Result[];
  /** Mean over the examples of these folds. */
  readonly score: number;
}

export interface Halved<Candidate, Result extends FoldScore> {
  readonly winner: Trial<Candidate, Result>;
  /** Everything that was measured: those on more folds first, better ones before worse. */
  readonly trials: readonly Trial<Candidate, Result>[];
  readonly evaluations: number;
  readonly stopped: 'done' | 'budget';
}

/** Evaluations of a whole search. */
export function plannedEvaluations(candidates: number, folds: number): number {
  let [total, left] = [0, candidates];
  for (let fold = 0; fold < folds && (fold === 0 || left > 1); fold++) {
    total += left;
    left = Math.ceil(left / 2);
  }
  return total;
}

/**
 * The best candidate by its held-out score on as many folds as the search got to; null when the budget ended before one was
 * measured. A round that the budget cuts off decides nothing: its candidates are ranked by the folds that all of them have.
 */
export async function halving<Candidate, Result extends FoldScore>(
  options: HalvingOptions<Candidate, Result>,
): Promise<Halved<Candidate, Result> | null> {
  const { candidates, folds, evaluate, budgetSeconds, clock, signal, onEvaluated = () => {} } = options;
  const planned = plannedEvaluations(candidates.length, folds);
  const started = clock.now();
  const results = candidates.map((): Result[] => []);
  let evaluations = 0;
  /** Whether one more evaluation of mean length ends in time. */
  const hasTime = (): boolean => {
    const spent = (clock.now() - started) / 1000;
    return spent + (evaluations === 0 ? 0 : spent / evaluations) <= budgetSeconds;
  };

  /** Candidates that are still in it, by index, the best first. */
  let standing = candidates.map((_, index) => index);
  let stopped: 'done' | 'budget' = 'done';
  search: for (let fold = 0; fold < folds && (fold === 0 || standing.length > 1); fold++) {
    // The leaders first: when the budget cuts the round off, they are what was measured.
    for (const index of standing) {
      signal.throwIfAborted();
      if (!hasTime()) {
        stopped = 'budget';
        break search;
      }
      results[index]!.push(await evaluate(candidates[index]!, fold, signal));
      evaluations++;
      onEvaluated({ evaluations, planned });
    }
    standing = best(standing, results).slice(0, Math.ceil(standing.length / 2));
  }
  if (evaluations === 0) return null;

  const common = Math.min(...standing.map((index) => results[index]!.length));
  const compared = common > 0 ? standing : standing.filter((index) => results[index]!.length > 0);
  const winner = best(
    compared,
    results.map((list) => list.slice(0, Math.max(1, common))),
  )[0]!;
  const trial = (index: number): Trial<Candidate, Result> => ({
    candidate: candidates[index]!,
    results: results[index]!,
    score: meanScore(results[index]!),
  });
  const measured = candidates.flatMap((_, index) => (results[index]!.length > 0 ? [trial(index)] : []));
  const trials = measured.sort((a, b) => b.results.length - a.results.length || b.score - a.score);
  return { winner: trial(winner), trials, evaluations, stopped };
}

/** Best score first; ties stay in the order of the candidates. */
const best = (standing: readonly number[], results: readonly (readonly FoldScore[])[]): number[] =>
  [...standing].sort((a, b) => meanScore(results[b]!) - meanScore(results[a]!) || a - b);

function meanScore(results: readonly FoldScore[]): number {
  const examples = results.reduce((sum, result) => sum + result.examples, 0);
  return results.reduce((sum, { score, examples: part }) => sum + (score * part) / examples, 0);
}
