import { describe, expect, it } from 'vitest';
import { sameMeaning } from '../../../src/engine/evaluate/same-meaning.js';
import { createRng } from '../../../src/engine/random.js';

const WIDTH = 16;
const EACH = 12;
const labels = ['billing', 'invoices', 'praise'];
const right = Int32Array.from({ length: 3 * EACH }, (_, i) => Math.floor(i / EACH));

/** Noisy features around the centre of each label; a centre is a direction of its own. */
function features(centres: readonly [number, number, number]): Float32Array {
  const rng = createRng(3, 'features');
  const out = new Float32Array(right.length * WIDTH);
  right.forEach((label, i) => {
    for (let d = 0; d < WIDTH; d++) out[i * WIDTH + d] = (d === centres[label] ? 2 : 0) + 0.5 * rng.normal();
  });
  return out;
}

const asOneLabel = features([0, 0, 1]);
const coin = [
  [6, 6, 0],
  [5, 7, 0],
  [0, 0, 12],
];
const found = (confusion: readonly (readonly number[])[], rows = asOneLabel) =>
  sameMeaning({ labels, confusion, right, features: () => ({ dense: rows, width: WIDTH }) });

describe('labels of one meaning', () => {
  it('are mixed up both ways, and their examples are no nearer to their own', () => {
    const [pair, ...others] = found(coin);
    expect(others).toEqual([]);
    expect(pair).toMatchObject({ a: 'billing', b: 'invoices', asB: 6, asA: 5, examples: 24 });
    expect(pair!.nearerToOther).toBeGreaterThan(24 * 0.35);
    expect(pair!.nearerToOther).toBeLessThan(24 * 0.7);
  });

  it('are not labels that lie apart, however often they are mixed up', () => {
    expect(found(coin, features([0, 2, 1]))).toEqual([]);
  });

  it.each<[string, readonly (readonly number[])[]]>([
    [
      'one way only',
      [
        [4, 8, 0],
        [0, 12, 0],
        [0, 0, 12],
      ],
    ],
    [
      'hardly ever',
      [
        [11, 1, 0],
        [1, 11, 0],
        [0, 0, 12],
      ],
    ],
    [
      'less than one time in four',
      [
        [9, 3, 0],
        [2, 10, 0],
        [0, 0, 12],
      ],
    ],
  ])('are not labels that are mixed up %s', (_, confusion) => {
    expect(found(confusion)).toEqual([]);
  });

  it('are found with uneven counts too', () => {
    const few = Int32Array.from(right, (label, i) => (label === 1 && i % EACH >= 8 ? 0 : label));
    const confusion = [
      [11, 5, 0],
      [3, 5, 0],
      [0, 0, 12],
    ];
    const pairs = sameMeaning({ labels, confusion, right: few, features: () => ({ dense: asOneLabel, width: WIDTH }) });
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([['billing', 'invoices']]);
  });

  it('cost nothing to look for where none are mixed up', () => {
    const features = () => {
      throw new Error('nobody needs them');
    };
    expect(
      sameMeaning({
        labels,
        confusion: [
          [4, 8, 0],
          [0, 12, 0],
          [0, 0, 12],
        ],
        right,
        features,
      }),
    ).toEqual([]);
  });
});
