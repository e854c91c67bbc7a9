import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import * as compare from '../../bench/compare.js';

interface Change {
  readonly figure: string;
  readonly column: string;
  readonly mean: number;
  readonly low: number | null;
  readonly beyond: boolean;
}
type Row = Record<string, string | number | boolean | null>;

const changesOf = (before: readonly Row[], after: readonly Row[]): Change[] =>
  compare.compareResults({ figures: before }, { figures: after }).changes;
const draw = (seed: number, accuracy: number, more: Row = {}): Row => ({
  part: 'accuracy',
  set: 'support',
  shots: 8,
  seed,
  method: 'head',
  texts: 100,
  accuracy,
  ...more,
});

describe('two files of results', () => {
  it('are compared in pairs of the same draw', () => {
    const before = [draw(0, 0.5), draw(1, 0.8), draw(2, 0.6)];
    const [better] = changesOf(before, [draw(2, 0.65), draw(0, 0.56), draw(1, 0.85)]);
    expect(better).toMatchObject({ column: 'accuracy', beyond: true });
    expect(better!.mean).toBeCloseTo(0.16 / 3, 6);
    const [mixed] = changesOf(before, [draw(0, 0.58), draw(1, 0.75), draw(2, 0.66)]);
    expect(mixed!.beyond).toBe(false);
  });

  it('judge a single draw by its number of texts', () => {
    expect(changesOf([draw(0, 0.5)], [draw(0, 0.55)])[0]!.beyond).toBe(false);
    expect(changesOf([draw(0, 0.5)], [draw(0, 0.7)])[0]!.beyond).toBe(true);
  });

  it('say nothing of a time that was taken once', () => {
    const timed = (seconds: number): Row => ({ part: 'training', method: 'lora', shots: 8, seconds });
    expect(changesOf([timed(1)], [timed(50)])).toEqual([
      expect.objectContaining({ column: 'seconds', low: null, beyond: false }),
    ]);
  });

  it('leave out what only one of them has, what failed and other conditions', () => {
    const after = [draw(0, 0.9, { method: 'lora' }), draw(0, 0.9, { shots: 4 }), draw(0, 0.9, { failed: 'broke' })];
    expect(changesOf([draw(0, 0.5)], after)).toEqual([]);
  });

  it('match rows whose answers came from different methods', () => {
    const chosen = (answeredBy: string, accuracy: number): Row => draw(0, accuracy, { method: 'chosen', answeredBy });
    expect(changesOf([chosen('head', 0.5)], [chosen('lora', 0.8)])).toHaveLength(1);
  });
});
