import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import type { Features } from '../../../src/engine/features.js';
import { innerProducts } from '../../../src/engine/heads/inner-products.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { dot, expectClose, normals } from '../../support/numbers.js';
import { featuresFrom } from '../../support/shots.js';

/** Rows of random numbers, half of the sparse ones zero. */
function randomFeatures(
  rows: number,
  width: number,
  columns: number,
  seed: string,
): { features: Features; rows: number[][] } {
  const numbers = normals(rows * (width + columns), seed);
  const take = (row: number, from: number, count: number): number[] => [
    ...numbers.subarray(row * (width + columns) + from, row * (width + columns) + from + count),
  ];
  const dense = Array.from({ length: rows }, (_, row) => take(row, 0, width));
  const sparse = Array.from({ length: rows }, (_, row) => take(row, width, columns).map((x) => Math.max(0, x)));
  return {
    features: featuresFrom(dense, columns === 0 ? undefined : sparse),
    rows: dense.map((row, i) => [...row, ...sparse[i]!]),
  };
}

describe.each(['wasm', 'cpu'] as const)('innerProducts on the backend %s', (backend) => {
  beforeAll(() => startBackend(backend));

  // 4,000,000 multiplications and more run on the backend, fewer in a loop.
  it.each([
    ['a loop', 7, 5, 20, 0],
    ['a loop with n-grams', 7, 5, 20, 30],
    ['the backend', 200, 100, 200, 0],
    ['the backend with n-grams', 200, 100, 200, 30],
    ['n-grams alone', 7, 5, 0, 30],
  ])('by %s are the sums of the products', async (_, rowsA, rowsB, width, columns) => {
    const [a, b] = [randomFeatures(rowsA, width, columns, 'a'), randomFeatures(rowsB, width, columns, 'b')];
    const expected = a.rows.flatMap((x) => b.rows.map((y) => dot(x, y)));
    expectClose(await innerProducts(a.features, b.features), expected, 1e-4);
  });

  it('leave no tensor behind', async () => {
    const { features } = randomFeatures(200, 100, 0, 'a');
    await expectNoLeak(() => innerProducts(features, features), 2);
  });
});

describe('innerProducts', () => {
  it('of no rows are empty', async () => {
    const some = featuresFrom([[1, 2]]);
    const none: Features = { ...featuresFrom([]), width: 2 };
    expect(await innerProducts(none, some)).toEqual(new Float32Array(0));
    expect(await innerProducts(some, none)).toEqual(new Float32Array(0));
  });

  it('are symmetric for rows with themselves', async () => {
    const { features } = randomFeatures(6, 4, 5, 'a');
    const products = await innerProducts(features, features);
    for (let i = 0; i < 6; i++) for (let j = 0; j < i; j++) expect(products[6 * i + j]).toBe(products[6 * j + i]);
  });
});
