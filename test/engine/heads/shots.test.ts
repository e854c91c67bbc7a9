import { describe, expect, it } from 'vitest';
import type { EncodedTexts } from '../../../src/engine/features.js';
import { labelText, plainShots, withLabelNames } from '../../../src/engine/heads/shots.js';

const encoded = (texts: readonly string[], ...numbers: readonly number[]): EncodedTexts => ({
  texts,
  vectors: { tiny: { dimensions: 2, data: Float32Array.from(numbers) } },
});

describe('labelText', () => {
  it.each([
    [{ name: 'billing' }, 'billing'],
    [{ name: 'Card_Payment-failed' }, 'card payment failed'],
    [{ name: 'why_is_it_slow?' }, 'why is it slow'],
    [{ name: '--odd--' }, 'odd'],
    [{ name: '账单' }, '账单'],
    [{ name: 'bug', description: 'Something is broken' }, 'bug: Something is broken'],
  ])('of %j is %j', (label, text) => {
    expect(labelText(label)).toBe(text);
  });
});

describe('withLabelNames', () => {
  const own = plainShots(encoded(['a', 'b', 'c'], 1, 2, 3, 4, 5, 6), Int32Array.from([1, 0, 1]));

  it('adds a shot of weight 2 for each label after the shots, in the order of the labels', () => {
    const { encoded: all, labels, weights } = withLabelNames(own, encoded(['zero', 'one'], 7, 8, 9, 10));
    expect(all.texts).toEqual(['a', 'b', 'c', 'zero', 'one']);
    expect([...all.vectors.tiny!.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...labels]).toEqual([1, 0, 1, 0, 1]);
    expect([...weights]).toEqual([1, 1, 1, 2, 2]);
  });

  it('gives the names alone where there are no shots', () => {
    const none = plainShots(encoded([]), new Int32Array(0));
    const { encoded: all, labels, weights } = withLabelNames(none, encoded(['zero', 'one'], 7, 8, 9, 10));
    expect(all.texts).toEqual(['zero', 'one']);
    expect([...labels]).toEqual([0, 1]);
    expect([...weights]).toEqual([2, 2]);
  });

  it('leaves the shots as they were', () => {
    withLabelNames(own, encoded(['zero', 'one'], 7, 8, 9, 10));
    expect(own.encoded.texts).toEqual(['a', 'b', 'c']);
    expect([...own.labels]).toEqual([1, 0, 1]);
  });
});
