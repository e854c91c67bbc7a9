import { describe, expect, it } from 'vitest';
import { labelIssues, MOST_SUSPECTS, suspectsOf } from '../../../src/engine/evaluate/confident-learning.js';
import { createRng } from '../../../src/engine/random.js';

/** Rows of probabilities with the label that each was given. */
const issues = (classes: number, rows: readonly (readonly [given: number, ...probabilities: number[]])[]) =>
  labelIssues(
    Float32Array.from(rows.flatMap(([, ...probabilities]) => probabilities)),
    rows.map(([given]) => given),
    classes,
  );

describe('confident learning', () => {
  it('doubts an example that is as sure of another label as that label is of itself', () => {
    const found = issues(2, [
      [0, 0.9, 0.1],
      [0, 0.8, 0.2],
      [0, 0.1, 0.9],
      [1, 0.2, 0.8],
      [1, 0.3, 0.7],
    ]);
    expect(found).toEqual([
      { example: 2, given: 0, suggested: 1, probability: expect.closeTo(0.9), margin: expect.closeTo(0.8) },
    ]);
  });

  it('measures each label by its own confidence: a label that is never sure needs less', () => {
    // Label 1 gives itself 0.45 on average, label 0 gives itself 0.79.
    const rows = [
      [0, 0.95, 0.05],
      [0, 0.9, 0.1],
      [0, 0.52, 0.48],
      [1, 0.5, 0.5],
      [1, 0.6, 0.4],
    ] as const;
    // The third leans to its own label and is over the threshold of the other one only; the last is wrong without being confident.
    expect(issues(2, rows)).toEqual([
      { example: 2, given: 0, suggested: 1, probability: expect.closeTo(0.48), margin: expect.closeTo(-0.04) },
    ]);
  });

  it('counts an example that reaches several thresholds as the most probable of them', () => {
    const found = issues(3, [
      [0, 0.4, 0.3, 0.3],
      [1, 0.33, 0.36, 0.31],
      [2, 0.34, 0.34, 0.32],
      [2, 0.45, 0.36, 0.19],
    ]);
    expect(found).toEqual([
      { example: 3, given: 2, suggested: 0, probability: expect.closeTo(0.45), margin: expect.closeTo(0.26) },
    ]);
  });

  it('never suggests a label without examples', () => {
    expect(
      issues(3, [
        [0, 0.1, 0.1, 0.8],
        [1, 0.1, 0.2, 0.7],
      ]),
    ).toEqual([]);
  });

  it('finds the flipped labels of separable data and nothing else, the surest first', () => {
    const rng = createRng(1, 'noise');
    const [examples, classes] = [300, 5];
    const truth = Array.from({ length: examples }, () => rng.integer(classes));
    const flipped = new Set(rng.shuffle([...truth.keys()]).slice(0, 30));
    const given = truth.map((label, i) => (flipped.has(i) ? (label + 1 + rng.integer(classes - 1)) % classes : label));
    const probabilities = new Float32Array(examples * classes);
    truth.forEach((label, i) => {
      const sure = 0.7 + 0.25 * rng.uniform();
      for (let c = 0; c < classes; c++)
        probabilities[i * classes + c] = c === label ? sure : (1 - sure) / (classes - 1);
    });
    const found = labelIssues(probabilities, given, classes);
    expect(found.length).toBeGreaterThan(20);
    for (const { example, suggested } of found) {
      expect(flipped.has(example)).toBe(true);
      expect(suggested).toBe(truth[example]);
    }
    const margins = found.map(({ margin }) => margin);
    expect(margins).toEqual([...margins].sort((a, b) => b - a));
  });
});

describe('suspects', () => {
  const labels = ['billing', 'bug'];
  /** The first `wrong` of these examples were given the other label. */
  const suspects = (examples: number, wrong: number, margin = 4) => {
    const right = Int32Array.from({ length: examples + 2 }, (_, i) => (i < wrong ? 1 : i < examples ? 0 : 1));
    const rows = Int32Array.from(right.keys());
    const logits = Float32Array.from([...right].flatMap((_, i) => (i < examples ? [margin, 0] : [0, margin])));
    const texts = [...rows].map((row) => `text ${row}`);
    return suspectsOf({ method: 'head', rows, logits, temperature: 1 }, { texts, right, labels });
  };

  it('are told as texts, with what they look like and how surely', () => {
    expect(suspects(10, 1)).toEqual([
      { text: 'text 0', label: 'bug', suggested: 'billing', probability: expect.closeTo(1 / (1 + Math.exp(-4)), 5) },
    ]);
  });

  it('are the worst twenty at most, and none that is hardly more probable', () => {
    expect(suspects(100, 40)).toHaveLength(MOST_SUSPECTS);
    expect(suspects(10, 1, 0.5)).toEqual([]);
  });

  it('name the example behind each row where not all were held out', () => {
    const right = Int32Array.from([0, 0, 0, 1, 1, 1]);
    const rows = Int32Array.from([5, 1, 2, 3]);
    const logits = Float32Array.from([4, 0, 4, 0, 4, 0, 0, 4]);
    const texts = ['a', 'b', 'c', 'd', 'e', 'f'];
    const found = suspectsOf({ method: 'head', rows, logits, temperature: 1 }, { texts, right, labels });
    expect(found.map(({ text }) => text)).toEqual(['f']);
  });
});
