// A few examples out of many, by seeded chance: k shots per label, or a subset that gives every label its share.

import type { Rng } from '../random.js';
import type { LabelledText } from '../types.js';

export interface ShotSample<T> {
  /** In the order of the examples they were drawn from. */
  readonly sample: readonly T[];
  /** Labels that have fewer than k examples; all of theirs were taken. */
  readonly short: readonly { readonly label: string; readonly examples: number }[];
}

/**
 * k examples of each label (setfit's `sample_dataset`). A label with fewer gives all it has and is reported in `short`; a label
 * without examples cannot be seen here. With one seed, the sample of k is part of the sample of k + 1.
 */
export function sampleShots<T extends LabelledText>(examples: readonly T[], k: number, rng: Rng): ShotSample<T> {
  const queues = shuffledByLabel(examples, rng);
  const taken = [...queues.values()].flatMap((queue) => queue.slice(0, k));
  const short = [...queues]
    .filter(([, queue]) => queue.length < k)
    .map(([label, queue]) => ({ label, examples: queue.length }));
  return { sample: inOrder(examples, taken), short };
}

/**
 * At most `limit` examples, as many of each label as possible: labels are taken in turn until the limit is reached, so that rare
 * ones are kept whole and frequent ones are cut. Keeps the order; returns all examples when they fit.
 */
export function balancedSubset<T extends LabelledText>(examples: readonly T[], limit: number, rng: Rng): T[] {
  if (examples.length <= limit) return [...examples];
  const queues = rng.shuffle([...shuffledByLabel(examples, rng).values()]);
  const taken: number[] = [];
  for (let round = 0; taken.length < limit; round++) {
    for (const queue of queues) {
      const next = queue[round];
      if (next !== undefined && taken.length < limit) taken.push(next);
    }
  }
  return inOrder(examples, taken);
}

/** Indices of each label's examples in random order; labels in order of first appearance. */
function shuffledByLabel(examples: readonly LabelledText[], rng: Rng): Map<string, number[]> {
  const queues = new Map<string, number[]>();
  examples.forEach(({ label }, i) => {
    const queue = queues.get(label);
    if (queue) queue.push(i);
    else queues.set(label, [i]);
  });
  for (const [label, queue] of queues) queues.set(label, rng.shuffle(queue));
  return queues;
}

const inOrder = <T>(examples: readonly T[], indices: readonly number[]): T[] =>
  [...indices].sort((a, b) => a - b).map((i) => examples[i]!);
