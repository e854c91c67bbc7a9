import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../src/engine/cascade/candidates.js';
import { checkOptions } from '../../../src/engine/cascade/options.js';
import { type FoldScore, halving, plannedEvaluations } from '../../../src/engine/cascade/search.js';
import { METHOD_NAMES } from '../../../src/engine/types.js';

interface Setting {
  readonly name: string;
  /** Score on each fold. */
  readonly scores: readonly number[];
}

/** Every evaluation takes a second; which were made, in their order. */
function search(
  candidates: readonly Setting[],
  { budgetSeconds = 1000, folds = 3, sizes = [10, 10, 10], signal = new AbortController().signal } = {},
) {
  const made: string[] = [];
  let now = 0;
  const done = halving<Setting, FoldScore & { readonly fold: number }>({
    candidates,
    folds,
    budgetSeconds,
    clock: { now: () => now },
    signal,
    evaluate: async ({ name, scores }, fold) => {
      made.push(`${name}${fold}`);
      now += 1000;
      return { score: scores[fold]!, examples: sizes[fold]!, fold };
    },
  });
  return { done, made };
}

const setting = (name: string, ...scores: number[]): Setting => ({ name, scores });
const steady = (name: string, score: number): Setting => setting(name, score, score, score);

describe('successive halving', () => {
  it('measures all on one fold, the better half on two, half of those on three, and no fold twice', async () => {
    const candidates = [1, 8, 3, 6, 5, 4, 7, 2].map((score) => steady(`s${score} `, score));
    const { done, made } = search(candidates);
    const found = (await done)!;
    expect(found.winner).toMatchObject({ candidate: { name: 's8 ' }, score: 8 });
    expect(found.winner.results.map(({ fold }) => fold)).toEqual([0, 1, 2]);
    expect(made.slice(8)).toEqual(['s8 1', 's7 1', 's6 1', 's5 1', 's8 2', 's7 2']);
    expect(new Set(made).size).toBe(made.length);
    expect(found).toMatchObject({ evaluations: 14, stopped: 'done' });
    expect(plannedEvaluations(8, 3)).toBe(14);
    expect(found.trials.map(({ candidate, results }) => candidate.name + results.length)).toEqual([
      's8 3',
      's7 3',
      's6 2',
      's5 2',
      's4 1',
      's3 1',
      's2 1',
      's1 1',
    ]);
  });

  it('weighs folds by their examples', async () => {
    const { done } = search([setting('a', 1, 0, 0), setting('b', 0.9, 0.5, 0)], { folds: 2, sizes: [30, 10] });
    // a: 0.75; b: 0.8
    expect((await done)!.winner.candidate.name).toBe('a');
    const both = search([setting('a', 1, 0), setting('b', 1, 0.5), setting('c', 0)], { folds: 2, sizes: [30, 10] });
    expect((await both.done)!.winner).toMatchObject({ candidate: { name: 'b' }, score: (30 + 5) / 40 });
  });

  it('keeps the earlier one of a tie, the default', async () => {
    const { done } = search([steady('default', 1), steady('other', 1), steady('third', 1)]);
    expect((await done)!.winner.candidate.name).toBe('default');
  });

  it('stops before the budget is spent, and lets a round that was cut off decide nothing', async () => {
    const candidates = [setting('a', 1, 9, 9), setting('b', 2, 0, 9), setting('c', 3, 5, 5), setting('d', 4, 1, 9)];
    const { done, made } = search(candidates, { budgetSeconds: 5 });
    const found = (await done)!;
    expect(made).toEqual(['a0', 'b0', 'c0', 'd0', 'd1']);
    expect(found).toMatchObject({ stopped: 'budget', evaluations: 5, winner: { candidate: { name: 'd' } } });
    const early = search(candidates, { budgetSeconds: 2 });
    expect((await early.done)!).toMatchObject({ winner: { candidate: { name: 'b' } }, evaluations: 2 });
  });

  it('finds nothing without time, nor without candidates', async () => {
    expect(await search([steady('a', 1)], { budgetSeconds: -1 }).done).toBeNull();
    expect(await search([]).done).toBeNull();
  });

  it('measures a single candidate once: there is nothing to choose', async () => {
    const { done, made } = search([steady('only', 1)]);
    expect((await done)!.winner.candidate.name).toBe('only');
    expect(made).toEqual(['only0']);
    expect(plannedEvaluations(1, 3)).toBe(1);
  });

  it('ends when it is called off, and with what an evaluation throws', async () => {
    const abort = new AbortController();
    abort.abort(new Error('stop'));
    await expect(search([steady('a', 1)], { signal: abort.signal }).done).rejects.toThrow('stop');
    const failing = halving({
      candidates: [1],
      folds: 2,
      evaluate: () => Promise.reject(new Error('out of memory')),
      budgetSeconds: 10,
      clock: { now: () => 0 },
      signal: new AbortController().signal,
    });
    await expect(failing).rejects.toThrow('out of memory');
  });
});

describe('candidates', () => {
  it.each(METHOD_NAMES)('of %s are settings that it has, the defaults first, none twice', (method) => {
    const candidates = candidatesFor(method);
    expect(candidates[0]).toEqual({});
    for (const options of candidates) checkOptions(method, options);
    expect(new Set(candidates.map((options) => JSON.stringify(options))).size).toBe(candidates.length);
    expect(candidates.length).toBeLessThanOrEqual(8);
  });
});
