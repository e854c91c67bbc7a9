import { expect, it } from 'vitest';
import { mixedUp } from '../../../src/engine/evaluate/mixed-up.js';

it('pairs count both ways, most often first; pairs that are never mixed up are left out', () => {
  const confusion = [
    [9, 1, 0],
    [0, 6, 4],
    [0, 1, 9],
  ];
  expect(mixedUp(['a', 'b', 'c'], { confusion })).toEqual([
    { a: 'b', b: 'c', count: 5 },
    { a: 'a', b: 'b', count: 1 },
  ]);
});
