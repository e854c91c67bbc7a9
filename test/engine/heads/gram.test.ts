import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { compress } from '../../../src/engine/heads/gram.js';
import { createRng } from '../../../src/engine/random.js';

beforeAll(() => startBackend('wasm'));

/** Rows of unit length whose directions fade, as those of sentence vectors do; `decay` columns hold most of it. */
function fadingRows(rows: number, width: number, decay: number): Float32Array {
  const rng = createRng('gram', decay);
  const out = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const values = Array.from({ length: width }, (_, d) => rng.normal() * Math.exp(-d / decay));
    const length = Math.hypot(...values);
    out.set(
      values.map((value) => value / length),
      row * width,
    );
  }
  return out;
}

const product = (a: Float32Array, i: number, j: number, width: number): number => {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += a[i * width + d]! * a[j * width + d]!;
  return sum;
};

describe('compress', () => {
  it.each([
    ['fewer rows than columns', 40, 64, 1000],
    ['more rows than columns', 300, 64, 1000],
    ['many more rows than directions that hold anything', 300, 64, 10],
    ['rows that are all the same', 20, 1, 1],
  ])('keeps the inner products: %s', async (_, rows, width, decay) => {
    const dense = fadingRows(rows, width, decay);
    const { rows: lower } = await compress({ rows, width, dense, sparse: null });
    expect(lower.every(Number.isFinite)).toBe(true);
    for (let i = 0; i < rows; i += 7) {
      for (let j = 0; j <= i; j += 3) {
        expect(Math.abs(product(lower, i, j, rows) - product(dense, i, j, width))).toBeLessThan(5e-3);
      }
    }
  });
});
