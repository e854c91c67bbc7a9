import { describe, expect, it } from 'vitest';
import { type ScoredText, toPrediction } from '../../../src/engine/answerers/answerer.js';

const labels = ['billing', 'bug', 'praise'];
const scored = (changes: Partial<ScoredText> = {}): ScoredText => ({
  logits: Float32Array.from([0, Math.log(6), Math.log(3)]),
  temperature: 1,
  similarity: 0.5,
  threshold: 0.4,
  nearest: [],
  ...changes,
});

describe('a prediction', () => {
  it('names the most probable label and all scores, best first', () => {
    const near = (label: string, probability: number) => ({ label, probability: expect.closeTo(probability, 6) });
    expect(toPrediction('head', labels, scored())).toEqual({
      label: 'bug',
      closest: 'bug',
      probability: expect.closeTo(0.6, 6),
      scores: [near('bug', 0.6), near('praise', 0.3), near('billing', 0.1)],
      similarity: 0.5,
      threshold: 0.4,
      nearest: [],
      method: 'head',
    });
  });

  it('is calibrated by the temperature', () => {
    const logits = Float32Array.from([0, 2 * Math.log(3)]);
    const { probability } = toPrediction('head', ['a', 'b'], scored({ logits, temperature: 2 }));
    expect(probability).toBeCloseTo(0.75, 6);
  });

  it.each([
    [0.39, null],
    [0.4, 'bug'],
    [0.41, 'bug'],
  ])('with similarity %d and threshold 0.4 answers %s', (similarity, label) => {
    const prediction = toPrediction('head', labels, scored({ similarity }));
    expect(prediction.label).toBe(label);
    expect(prediction.closest).toBe('bug');
  });

  it('keeps the order of the labels in a tie', () => {
    const { scores } = toPrediction('head', labels, scored({ logits: new Float32Array(3) }));
    expect(scores.map(({ label }) => label)).toEqual(labels);
  });

  it('of one label is certain', () => {
    const { closest, probability } = toPrediction('head', ['only'], scored({ logits: Float32Array.from([-7]) }));
    expect([closest, probability]).toEqual(['only', 1]);
  });
});
