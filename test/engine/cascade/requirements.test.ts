import { expect, it } from 'vitest';
import { missingFor } from '../../../src/engine/cascade/requirements.js';
import { METHOD_NAMES, type TaskData } from '../../../src/engine/types.js';

const texts = (count: number): string[] => Array.from({ length: count }, (_, i) => `text ${i}`);
const task = (perLabel: number): TaskData => ({
  instruction: '',
  labels: [{ name: 'a' }, { name: 'b' }],
  examples: ['a', 'b'].flatMap((label) => texts(perLabel).map((text) => ({ text: `${label} ${text}`, label }))),
});
const nothing = { unlabelled: [], related: [] };

it('only methods that need surroundings miss anything', () => {
  expect(METHOD_NAMES.filter((method) => missingFor(method, nothing) !== null)).toEqual([
    'self-training',
    'prototypes',
    'pretrain',
  ]);
});

it.each([
  ['self-training', 8],
  ['pretrain', 16],
] as const)('%s needs %d different texts without a label', (method, least) => {
  expect(missingFor(method, { ...nothing, unlabelled: texts(least) })).toBeNull();
  const repeated = [...texts(least - 1), 'Text 0!'];
  expect(missingFor(method, { ...nothing, unlabelled: repeated })).toEqual({
    kind: 'no-unlabelled',
    found: least - 1,
    least,
  });
});

it('prototypes needs another task with two labels of two examples', () => {
  expect(missingFor('prototypes', { ...nothing, related: [task(2)] })).toBeNull();
  expect(missingFor('prototypes', { ...nothing, related: [task(1)] })).toEqual({ kind: 'no-related' });
});
