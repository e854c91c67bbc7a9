// Folds for cross-validation: stratified (every class spread evenly) and grouped (near duplicates never on both sides).

import { UserError } from '../errors.js';
import type { Rng } from '../random.js';
import type { TaskData } from '../types.js';

const DEFAULT_FOLDS = 3;
const MIN_EXAMPLES = 2;
const NAMED_AT_MOST = 5;

/**
 * How many folds the examples allow: 3, or 2 when the smallest class has only 2 examples. Throws a UserError
 * `too-few-examples` when there are fewer than 2 labels or a label has fewer than 2 examples; the message names them.
 */
export function foldCount(
  data: Pick<TaskData, 'labels' | 'examples'>,
  { taskName }: { taskName?: string } = {},
): number {
  const cannot = taskName === undefined ? 'This cannot be trained yet' : `${taskName} cannot be trained yet`;
  if (data.labels.length < 2) {
    const found = data.labels[0] === undefined ? 'it has no label' : `its only label is ${data.labels[0].name}`;
    throw new UserError('too-few-examples', `${cannot}: ${found}, and at least 2 are needed.`);
  }
  const counts = countExamples(data);
  const missing = [...counts].filter(([, count]) => count < MIN_EXAMPLES);
  if (missing.length > 0) {
    const found = describeMissing(missing);
    throw new UserError('too-few-examples', `${cannot}: ${found}; each label needs at least ${MIN_EXAMPLES}.`, {
      details: { missing: missing.map(([label, examples]) => ({ label, examples })), needed: MIN_EXAMPLES },
    });
  }
  return Math.min(DEFAULT_FOLDS, ...counts.values());
}

/** Examples per label, in the order of the labels; labels without examples count 0. */
export function countExamples({ labels, examples }: Pick<TaskData, 'labels' | 'examples'>): Map<string, number> {
  const counts = new Map(labels.map(({ name }) => [name, 0]));
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/**
 * A fold in [0, folds) for each example. `labels` are class indices, `groups` near-duplicate groups (see
 * `groupNearDuplicates`). Every class is spread as evenly as its groups allow, fold sizes stay even, a group stays in
 * one fold. Only a class that would sit in one fold altogether (all its examples are near duplicates of one another) is
 * spread example by example: without it no training part would know the class. So each class with 2 examples or
 * more is in the training part of every fold. Same seed, same folds.
 */
export function stratifiedFolds(
  labels: ArrayLike<number>,
  groups: ArrayLike<number>,
  folds: number,
  rng: Rng,
): Int32Array {
  if (labels.length !== groups.length) throw new RangeError(`${labels.length} labels but ${groups.length} groups`);
  const foldOf = new Int32Array(labels.length);
  const state = createCounts(labels, folds, rng);
  for (const members of unitsToPlace(labels, groups, rng)) {
    const fold = state.best(members);
    for (const example of members) {
      foldOf[example] = fold;
      state.add(example, fold, 1);
    }
  }
  for (const members of classesInOneFold(labels, foldOf)) {
    for (const example of members) state.add(example, foldOf[example]!, -1);
    for (const example of rng.shuffle(members)) {
      foldOf[example] = state.best([example]);
      state.add(example, foldOf[example]!, 1);
    }
  }
  return foldOf;
}

/** Groups in the order of placing: those of many classes first (hardest to fit), then big before small, the rest by chance. */
function unitsToPlace(labels: ArrayLike<number>, groups: ArrayLike<number>, rng: Rng): number[][] {
  const classes = (members: number[]): number => new Set(members.map((i) => labels[i])).size;
  return rng
    .shuffle(collect(groups).map((members) => ({ members, classes: classes(members) })))
    .sort((a, b) => b.classes - a.classes || b.members.length - a.members.length)
    .map(({ members }) => members);
}

/** How many examples of each class each fold holds, and the fold where more of them fit best. */
function createCounts(labels: ArrayLike<number>, folds: number, rng: Rng) {
  const ofClass = new Map<number, Int32Array>();
  const totals = new Int32Array(folds);
  const order = rng.shuffle(Array.from({ length: folds }, (_, fold) => fold));
  const counts = (label: number): Int32Array => {
    const known = ofClass.get(label) ?? new Int32Array(folds);
    ofClass.set(label, known);
    return known;
  };
  /** Classes that have examples, but only in this fold: placing here would keep them together. */
  const confined = (classes: Set<number>, fold: number): number =>
    [...classes].filter((label) => counts(label).every((count, f) => (f === fold ? count > 0 : count === 0))).length;
  return {
    add(example: number, fold: number, change: 1 | -1): void {
      counts(labels[example]!)[fold]! += change;
      totals[fold]! += change;
    },
    best(members: readonly number[]): number {
      const classes = new Set(members.map((i) => labels[i]!));
      const costs = order.map((fold) => ({
        fold,
        confined: confined(classes, fold),
        ofClasses: members.reduce((sum, i) => sum + counts(labels[i]!)[fold]!, 0),
        total: totals[fold]!,
      }));
      costs.sort((a, b) => a.confined - b.confined || a.ofClasses - b.ofClasses || a.total - b.total);
      return costs[0]!.fold;
    },
  };
}

/** The examples of each class that has 2 or more, all of them in one fold. */
function classesInOneFold(labels: ArrayLike<number>, foldOf: Int32Array): number[][] {
  return collect(labels).filter((list) => list.length > 1 && list.every((i) => foldOf[i] === foldOf[list[0]!]));
}

/** Indices with the same key, keys in order of first appearance. */
function collect(keys: ArrayLike<number>): number[][] {
  const lists = new Map<number, number[]>();
  for (let i = 0; i < keys.length; i++) {
    const list = lists.get(keys[i]!);
    if (list) list.push(i);
    else lists.set(keys[i]!, [i]);
  }
  return [...lists.values()];
}

function describeMissing(missing: readonly (readonly [label: string, count: number])[]): string {
  const named = missing.slice(0, NAMED_AT_MOST).map(([label, count], i) => {
    if (i > 0) return `${label} ${count}`;
    return `${label} has ${count} ${count === 1 ? 'example' : 'examples'}`;
  });
  const more = missing.length - named.length;
  return named.join(', ') + (more > 0 ? ` and ${more} more ${more === 1 ? 'label has' : 'labels have'} too few` : '');
}
