// Sets of whole numbers as ranges: the 100,000 examples of an import are one range, and stay few ranges when some are forgotten.

import { z } from 'zod';

/** Ascending, apart, both ends included. */
export const numberRangesSchema = z.array(z.tuple([z.int(), z.int()]));
export type NumberRanges = readonly (readonly [from: number, to: number])[];

export function toRanges(numbers: Iterable<number>): [number, number][] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

export function* numbersOf(ranges: NumberRanges): Generator<number> {
  for (const [from, to] of ranges) for (let number = from; number <= to; number++) yield number;
}

/** Whether every number of the ranges is among `numbers`, which ascend. */
export function allAmong(ranges: NumberRanges, numbers: ArrayLike<number>): boolean {
  return ranges.every(([from, to]) => lowerBound(numbers, to + 1) - lowerBound(numbers, from) === to - from + 1);
}

/** The index of the first number that is at least `least`. */
function lowerBound(numbers: ArrayLike<number>, least: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
