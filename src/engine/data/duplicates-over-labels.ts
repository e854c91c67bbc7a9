// The same text, or nearly the same, under different labels: no answerer can get both right.

import type { LabelledText } from '../types.js';
import { duplicateKey } from './duplicates.js';
import { groupNearDuplicates } from './near-duplicates.js';

export interface DuplicatesOverLabels {
  /** Indices of two examples with different labels; the first of each group of near duplicates. */
  readonly pairs: readonly (readonly [first: number, second: number])[];
  /** Examples whose text another label has exactly, and those whose text it has nearly. */
  readonly exact: number;
  readonly near: number;
}

export function duplicatesOverLabels(examples: readonly LabelledText[]): DuplicatesOverLabels {
  const exact = mixedExamples(
    examples,
    examples.map(({ text }) => duplicateKey(text)),
  );
  const groups = groupNearDuplicates(examples.map(({ text }) => text));
  const near = mixedExamples(examples, [...groups]);
  const pairs = near.flatMap((members): [number, number][] => {
    const [first] = members;
    const second = members.find((member) => examples[member]!.label !== examples[first!]!.label);
    return first === undefined || second === undefined ? [] : [[first, second]];
  });
  const held = new Set(exact.flat());
  return { pairs, exact: held.size, near: near.flat().filter((example) => !held.has(example)).length };
}

/** Groups of examples with one key and several labels. */
function mixedExamples(examples: readonly LabelledText[], keys: readonly (string | number)[]): number[][] {
  const groups = new Map<string | number, number[]>();
  keys.forEach((key, example) => {
    const group = groups.get(key);
    if (group) group.push(example);
    else groups.set(key, [example]);
  });
  return [...groups.values()].filter((group) => new Set(group.map((i) => examples[i]!.label)).size > 1);
}
