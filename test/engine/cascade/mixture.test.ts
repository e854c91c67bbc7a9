import { describe, expect, it } from 'vitest';
import { mixLogits } from '../../../src/engine/answerers/mix.js';
import { bestMixture } from '../../../src/engine/cascade/mixture.js';
import { oracle } from '../../support/cascade-jobs.js';

const classes = 3;
const right = Int32Array.from({ length: 60 }, (_, i) => i % classes);

/** Right for these rows, with a margin. */
function answers(isRight: (row: number) => boolean, margin = 4): Float32Array {
  const logits = new Float32Array(right.length * classes);
  right.forEach((label, row) => {
    logits[row * classes + (isRight(row) ? label : (label + 1) % classes)] = margin;
  });
  return logits;
}

describe('the mixture of experts', () => {
  it('is the one expert where there is one', () => {
    const only = oracle(0.5, right, classes);
    expect(bestMixture([only], right, classes)).toEqual({ shares: [1], logits: only });
  });

  it('has equal shares where both know the same', () => {
    const both = answers((row) => row % 5 !== 0);
    expect(bestMixture([both, both.slice()], right, classes)).toEqual({ shares: [0.5, 0.5], logits: both });
  });

  it('has equal shares where each knows what the other does not', () => {
    // Where one of them errs the other is right, and surer.
    const [even, odd] = [0, 1].map((rest) => {
      const sure = answers((row) => row % 2 === rest, 6);
      const unsure = answers((row) => row % 2 === rest, 2);
      return sure.map((value, i) => (Math.floor(i / classes) % 2 === rest ? value : unsure[i]!));
    });
    const mixed = bestMixture([even!, odd!], right, classes);
    expect(mixed.shares).toEqual([0.5, 0.5]);
    expect(mixed.logits).toEqual(mixLogits([even!, odd!], [0.5, 0.5]));
  });

  it('is the tuned expert alone where that is clearly better', () => {
    const [frozen, tuned] = [answers((row) => row % 3 === 0), answers((row) => row % 10 !== 0)];
    expect(bestMixture([frozen, tuned], right, classes)).toEqual({ shares: [0, 1], logits: tuned });
  });

  it('does not follow a gain that could be chance', () => {
    // Both are always right; only how sure they are differs, which calibration evens out.
    const [frozen, tuned] = [answers(() => true, 3), answers(() => true, 5)];
    expect(bestMixture([frozen, tuned], right, classes).shares).toEqual([0.5, 0.5]);
  });

  it('is never the frozen expert alone: then the head would do', () => {
    const [frozen, tuned] = [answers(() => true), answers((row) => row % 3 === 0)];
    expect(bestMixture([frozen, tuned], right, classes).shares).toEqual([0.5, 0.5]);
  });
});
