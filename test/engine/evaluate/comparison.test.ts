import { describe, expect, it } from 'vitest';
import { type Contender, compare } from '../../../src/engine/evaluate/comparison.js';
import type { MethodName } from '../../../src/engine/types.js';

/** Held-out answers of a two-class task from the probabilities of class 0. */
const contender = (method: MethodName, ...ofFirst: readonly number[]): Contender => ({
  method,
  rows: Int32Array.from(ofFirst.keys()),
  logits: Float32Array.from(ofFirst.flatMap((p) => [Math.log(p), Math.log(1 - p)])),
  temperature: 1,
});

const compared = (
  old: readonly number[],
  fresh: readonly number[],
  right: readonly number[],
): ReturnType<typeof compare> =>
  compare(contender('in-context', ...old), contender('head', ...fresh), Int32Array.from(right), 2);

describe('the promotion rule', () => {
  it.each<[string, readonly number[], readonly number[], boolean]>([
    ['more right answers and surer of them', [0.4, 0.4], [0.9, 0.9], true],
    ['as many right answers, but surer of them', [0.6, 0.6], [0.9, 0.9], true],
    ['fewer right answers', [0.9, 0.9], [0.9, 0.4], false],
    ['as many right answers, but less sure of them', [0.9, 0.9], [0.6, 0.6], false],
    ['the same answers', [0.7, 0.3], [0.7, 0.3], false],
    ['a gain below a thousandth of a nat', [0.7, 0.7], [0.7006, 0.7006], false],
    ['a gain above a thousandth of a nat', [0.7, 0.7], [0.7008, 0.7008], true],
    ['one answer more, but one certain mistake', [0.45, 0.45, 0.9], [0.6, 0.6, 0.0001], false],
    ['a mistake more, but far fewer certain mistakes', [0.6, 0.0001], [0.45, 0.45], true],
  ])('of a challenger with %s', (_, old, fresh, better) => {
    const right = new Array<number>(old.length).fill(0);
    expect(compared(old, fresh, right).better).toBe(better);
  });

  it('counts the examples that only one of the two got right', () => {
    const right = [0, 0, 0, 0, 1, 1];
    const old = [0.9, 0.1, 0.9, 0.1, 0.9, 0.1];
    const fresh = [0.9, 0.9, 0.1, 0.1, 0.1, 0.1];
    expect(compared(old, fresh, right)).toMatchObject({
      holder: 'in-context',
      challenger: 'head',
      wins: 2,
      losses: 1,
    });
  });

  it('tells the mean gain of held-out log-probability, in nats', () => {
    const { logProbabilityGain } = compared([0.5, 0.5], [0.8, 0.4], [0, 0]);
    expect(logProbabilityGain).toBeCloseTo((Math.log(0.8 / 0.5) + Math.log(0.4 / 0.5)) / 2, 5);
  });

  it('compares calibrated probabilities', () => {
    const sure = { ...contender('head', 0.999, 0.001), temperature: 5 };
    const same = contender('in-context', 0.999, 0.001);
    const { better, wins, losses } = compare(same, sure, Int32Array.from([0, 0]), 2);
    expect([better, wins, losses]).toEqual([true, 0, 0]);
  });

  it('compares the examples that both held out, whatever their order', () => {
    const holder = contender('head', 0.9, 0.9, 0.1, 0.6);
    const challenger = { ...contender('lora', 0.8, 0.2), rows: Int32Array.from([3, 1]) };
    const comparison = compare(holder, challenger, Int32Array.from([0, 0, 0, 0]), 2);
    expect(comparison).toMatchObject({ wins: 0, losses: 1 });
    expect(comparison.logProbabilityGain).toBeCloseTo((Math.log(0.8 / 0.6) + Math.log(0.2 / 0.9)) / 2, 5);
  });

  it('gains of the two directions are opposite', () => {
    const [a, b] = [contender('in-context', 0.7, 0.2, 0.9), contender('head', 0.6, 0.5, 0.8)];
    const right = Int32Array.from([0, 1, 0]);
    expect(compare(a, b, right, 2).logProbabilityGain).toBeCloseTo(-compare(b, a, right, 2).logProbabilityGain, 10);
  });
});
