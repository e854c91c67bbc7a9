// Lists of numbers for tests: seeded, compared by their largest difference.

import { expect } from 'vitest';
import { createRng } from '../../src/engine/random.js';

/** Standard normal numbers of one seed. */
export function normals(count: number, ...seed: readonly (number | string)[]): Float32Array {
  const rng = createRng(...seed);
  return Float32Array.from({ length: count }, () => rng.normal());
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** Every number lies within the tolerance of its counterpart. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'numbers',
): void {
  expect(actual.length, `count of ${what}`).toBe(expected.length);
  expect(largestDifference(actual, expected), `largest difference of ${what}`).toBeLessThanOrEqual(tolerance);
}

/** For long lists: comparing them number by number with toEqual takes seconds. */
export function expectSameBits(actual: Float32Array, expected: Float32Array, what = 'numbers'): void {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
    Buffer.from(buffer, byteOffset, byteLength);
  expect(Buffer.compare(bytes(actual), bytes(expected)), `difference of ${what}`).toBe(0);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const lengthOf = (values: ArrayLike<number>): number => Math.sqrt(dot(values, values));

export const unit = (values: Float32Array): Float32Array => {
  const length = lengthOf(values);
  return values.map((value) => value / length);
};

export const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => dot(a, b) / lengthOf(a) / lengthOf(b);

/** The rows of a row-major list. */
export const rowsOf = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
