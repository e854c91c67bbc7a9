import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import type { Features } from '../../../src/engine/features.js';
import { compress } from '../../../src/engine/heads/gram.js';
import { innerProducts } from '../../../src/engine/heads/inner-products.js';
import { fitLogistic } from '../../../src/engine/heads/logistic.js';
import { type LogisticHead, logisticLogits } from '../../../src/engine/heads/logistic-head.js';
import type { Shots } from '../../../src/engine/heads/shots.js';
import { headContract } from '../../contracts/head.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose, lengthOf, normals } from '../../support/numbers.js';
import { featuresFrom, shotsFrom, shotsOf } from '../../support/shots.js';

beforeAll(() => startBackend('wasm'));

const learn =
  (options: Parameters<typeof fitLogistic>[1] = {}) =>
  async (shots: Shots) => {
    const head = await fitLogistic(shots, options);
    return async (features: Features) => logisticLogits(head, features);
  };
// A stronger penalty than the default makes the optimum so curved that float32 finds it to three digits.
headContract('logistic', learn({ penalty: 1e-2 }));

/** 12 rows of 3 classes that overlap. */
const LABELS = Array.from({ length: 12 }, (_, i) => i % 3);
const NOISE = normals(12 * 4, 'rows');
const ROWS = LABELS.map((label, row) =>
  Array.from({ length: 4 }, (_, d) => (d === label ? 0.7 : 0) + 0.5 * NOISE[row * 4 + d]!),
);

describe('logistic regression', () => {
  it.each([1, 0.1, 0.01])('with penalty %d is the optimum that plain gradient descent finds', async (penalty) => {
    const head = await fitLogistic(shotsFrom(ROWS, LABELS, 3), { penalty, maxIterations: 200 });
    const expected = gradientDescent(ROWS, LABELS, 3, penalty);
    expectClose(head.dense, expected.weights.flat(), 5e-3, 'weights');
    expectClose(head.intercepts, expected.intercepts, 5e-3, 'intercepts');
  });

  it('without weight on the intercepts learns how frequent the classes are', async () => {
    // All rows are equal: only the intercepts can tell, and they are not pulled to zero.
    const shots = shotsFrom(
      Array.from({ length: 10 }, () => [0, 0]),
      [0, 0, 0, 0, 0, 0, 0, 1, 1, 2],
      3,
    );
    const { intercepts } = await fitLogistic(shots, { penalty: 1 });
    const exponentials = [...intercepts].map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b, 0);
    expectClose(
      exponentials.map((value) => value / sum),
      [0.7, 0.2, 0.1],
      1e-3,
    );
  });

  it('is pulled further to zero by a larger penalty', async () => {
    const lengths = [];
    for (const penalty of [1e-4, 1e-3, 1e-2, 1e-1, 1, 10]) {
      lengths.push(lengthOf((await fitLogistic(shotsFrom(ROWS, LABELS, 3), { penalty })).dense));
    }
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
    expect(lengths.at(-1)).toBeLessThan(lengths[0]! / 50);
  });

  it.each([
    ['dense features', false],
    ['dense features and n-grams', true],
  ])('of %s is the same fitted on inner products and on the rows themselves', async (_, withNgrams) => {
    const ngrams = LABELS.map((label) => [label === 0 ? 0.6 : 0, label === 2 ? 0.4 : 0, 0.2, 0]);
    const features = featuresFrom(ROWS, withNgrams ? ngrams : undefined);
    // Every row 220 times is the same problem, but above 2,500 rows nothing is compressed.
    const many = <T>(list: readonly T[]): T[] => Array.from({ length: 220 }, () => list).flat();
    const manyFeatures = featuresFrom(many(ROWS), withNgrams ? many(ngrams) : undefined);
    const options = { penalty: 0.03, maxIterations: 200 };
    const compressed = await fitLogistic(shotsOf(features, LABELS, 3), options);
    const direct = await fitLogistic(shotsOf(manyFeatures, many(LABELS), 3), options);
    expectClose(compressed.dense, direct.dense, 5e-3, 'dense weights');
    expectClose(compressed.sparse ?? [], direct.sparse ?? [], 5e-3, 'weights of n-grams');
    expectClose(compressed.intercepts, direct.intercepts, 5e-3, 'intercepts');
    expectClose(logisticLogits(compressed, features), logisticLogits(direct, features), 5e-3, 'logits');
    expect(compressed.sparse?.length).toBe(withNgrams ? 12 : undefined);
  });

  it('of n-grams alone tells classes apart', async () => {
    const features = featuresFrom(
      [[], [], []],
      [
        [1, 0],
        [0, 1],
        [0.5, 0.8],
      ],
    );
    const head = await fitLogistic(shotsOf(features, [0, 1, 1], 2));
    const logits = logisticLogits(head, features);
    expect([logits[0]! > logits[1]!, logits[2]! < logits[3]!, logits[4]! < logits[5]!]).toEqual([true, true, true]);
  });

  it('leaves no tensor behind', async () => {
    await expectNoLeak(() => fitLogistic(shotsFrom(ROWS, LABELS, 3)));
  });
});

describe('logisticLogits', () => {
  const head: LogisticHead = {
    classes: 2,
    width: 2,
    dense: Float32Array.from([1, 2, 3, 4]),
    sparse: Float32Array.from([10, 20, 30, 40]),
    intercepts: Float32Array.from([0.5, -0.5]),
  };

  it('is features · weights + intercepts', () => {
    const features = featuresFrom(
      [
        [1, -1],
        [0, 2],
      ],
      [
        [0, 0.1],
        [1, 0],
      ],
    );
    const expected = [1 - 3 + 3 + 0.5, 2 - 4 + 4 - 0.5, 6 + 10 + 0.5, 8 + 20 - 0.5];
    expectClose(logisticLogits(head, features), expected, 1e-6);
  });

  it('of no rows is empty', () => {
    expect(logisticLogits({ ...head, sparse: null }, { ...featuresFrom([]), width: 2 })).toEqual(new Float32Array(0));
  });
});

describe('compress', () => {
  const ngrams = ROWS.map((_, row) => [row % 2, 0.5, 0]);

  it('gives rows with the same inner products', async () => {
    const features = featuresFrom(ROWS, ngrams);
    const { rows } = await compress(features);
    const compressed: Features = { rows: 12, width: 12, dense: rows, sparse: null };
    expectClose(await innerProducts(compressed, compressed), await innerProducts(features, features), 1e-5);
  });

  it('gives weights back that answer the same', async () => {
    const features = featuresFrom(ROWS, ngrams);
    const { rows, expand } = await compress(features);
    const weights = normals(12 * 2, 'weights');
    const onSmall = logisticLogits(
      { classes: 2, width: 12, dense: weights, sparse: null, intercepts: new Float32Array(2) },
      { rows: 12, width: 12, dense: rows, sparse: null },
    );
    const expanded = { classes: 2, width: 4, ...(await expand(weights, 2)), intercepts: new Float32Array(2) };
    // Of 12 rows in 7 dimensions some are sums of others: the jitter on the diagonal bends the way back a little.
    const independent = featuresFrom(ROWS.slice(0, 6), ngrams.slice(0, 6));
    expect(expanded.dense.length).toBe(8);
    expect(expanded.sparse?.length).toBe(6);
    expectClose(logisticLogits(expanded, independent), onSmall.slice(0, 12), 0.05);
  });

  it('takes equal rows and rows of zeros', async () => {
    const row = [1, 0];
    const { rows, expand } = await compress(featuresFrom([row, row, [0, 0]]));
    expect(rows.every(Number.isFinite)).toBe(true);
    expect((await expand(new Float32Array(6).fill(1), 2)).dense.every(Number.isFinite)).toBe(true);
  });

  it('leaves no tensor behind', async () => {
    await expectNoLeak(async () => {
      const { expand } = await compress(featuresFrom(ROWS));
      await expand(new Float32Array(24), 2);
    });
  });
});

/** The optimum of mean cross-entropy + penalty / 2 · ‖W‖² in double precision, by nothing but small steps downhill. */
function gradientDescent(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
  penalty: number,
): { weights: number[][]; intercepts: number[] } {
  const weights = rows[0]!.map(() => new Array<number>(classes).fill(0));
  const intercepts = new Array<number>(classes).fill(0);
  for (let step = 0; step < 20_000; step++) {
    const slopes = weights.map((row) => row.map((w) => penalty * w));
    const interceptSlopes = new Array<number>(classes).fill(0);
    rows.forEach((x, row) => {
      const scores = intercepts.map((b, c) => x.reduce((sum, value, d) => sum + value * weights[d]![c]!, b));
      const exponentials = scores.map(Math.exp);
      const sum = exponentials.reduce((a, b) => a + b, 0);
      exponentials.forEach((value, c) => {
        const residual = (value / sum - (labels[row] === c ? 1 : 0)) / rows.length;
        interceptSlopes[c]! += residual;
        x.forEach((feature, d) => {
          slopes[d]![c]! += residual * feature;
        });
      });
    });
    slopes.forEach((row, d) => {
      row.forEach((slope, c) => {
        weights[d]![c]! -= 0.5 * slope;
      });
    });
    interceptSlopes.forEach((slope, c) => {
      intercepts[c]! -= 0.5 * slope;
    });
  }
  return { weights, intercepts };
}
