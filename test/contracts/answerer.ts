// What every answerer does, trained or not.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answerer } from '../../src/engine/answerers/answerer.js';
import type { MethodName, Prediction } from '../../src/engine/types.js';
import { expectNoLeak } from '../support/no-leak.js';
import { VARIED_TEXTS } from '../support/texts.js';

export interface AnswererCase {
  readonly create: () => Promise<Answerer>;
  readonly method: MethodName;
  readonly labels: readonly string[];
  /** Texts that it must answer right. */
  readonly known: Readonly<Record<string, string>>;
}

export function answererContract(name: string, { create, method, labels, known }: AnswererCase): void {
  describe(`answerer contract: ${name}`, () => {
    let answerer: Answerer;
    beforeAll(async () => {
      answerer = await create();
    });
    afterAll(() => answerer.dispose());

    it('answers what it was taught', async () => {
      const predictions = await answerer.predict(Object.keys(known));
      expect(predictions.map(({ closest }) => closest)).toEqual(Object.values(known));
    });

    it('gives one prediction a text, in their order, and none for none', async () => {
      const texts = Object.keys(known);
      const [forwards, backwards] = [await answerer.predict(texts), await answerer.predict([...texts].reverse())];
      expect(backwards.reverse().map(rounded)).toEqual(forwards.map(rounded));
      expect(await answerer.predict([])).toEqual([]);
    });

    it('answers any text, the empty one too, with every field as it should be', async () => {
      for (const prediction of await answerer.predict([...VARIED_TEXTS, '', ' '])) {
        expectWellFormed(prediction, labels, method);
      }
    });

    it('answers a text in a batch as alone', async () => {
      const texts = ['', ...Object.keys(known), 'something else altogether 😀'];
      const together = await answerer.predict(texts);
      for (const [i, text] of texts.entries()) {
        const [alone] = await answerer.predict([text]);
        expect(rounded(alone!)).toEqual(rounded(together[i]!));
      }
    });

    it('leaves no tensor behind', async () => {
      await expectNoLeak(async () => {
        const another = await create();
        await another.predict(Object.keys(known));
        another.dispose();
      }, 1);
    });
  });
}

export function expectWellFormed(prediction: Prediction, labels: readonly string[], method: MethodName): void {
  const { label, closest, probability, scores, similarity, threshold } = prediction;
  expect(prediction.method).toBe(method);
  expect(scores.map((score) => score.label).sort()).toEqual([...labels].sort());
  const probabilities = scores.map((score) => score.probability);
  expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true);
  expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
  expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  expect(scores[0]).toEqual({ label: closest, probability });
  expect(Math.abs(similarity)).toBeLessThanOrEqual(1.0001);
  expect(threshold).toBeGreaterThanOrEqual(-1);
  expect(threshold).toBeLessThanOrEqual(1.0001);
  expect(label).toBe(similarity < threshold ? null : closest);
}

/** Without the last digits, which depend on the order of float32 sums. */
function rounded({ scores, probability, similarity, threshold, nearest, ...rest }: Prediction) {
  const round = (x: number): number => Math.round(x * 1e4) / 1e4 + 0;
  return {
    ...rest,
    probability: round(probability),
    similarity: round(similarity),
    threshold: round(threshold),
    scores: Object.fromEntries(scores.map((score) => [score.label, round(score.probability)])),
    nearest: nearest.map((neighbour) => ({ ...neighbour, similarity: round(neighbour.similarity) })),
  };
}
