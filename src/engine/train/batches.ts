// The order in which shots are seen: batches that hold several shots of each label, so that the contrastive loss has positives.

import type { Rng } from '../random.js';

export interface BatchOptions {
  readonly batchSize: number;
  /** Shots of one label that stay together. */
  readonly shotsTogether: number;
}

/** One epoch: every row once, in batches of row indices. The last batch may be smaller, but never a single row if avoidable. */
export function epochBatches(
  labels: ArrayLike<number>,
  { batchSize, shotsTogether }: BatchOptions,
  rng: Rng,
): number[][] {
  const byLabel = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const rows = byLabel.get(labels[row]!);
    if (rows === undefined) byLabel.set(labels[row]!, [row]);
    else rows.push(row);
  }
  const groups: number[][] = [];
  for (const rows of byLabel.values()) {
    const order = rng.shuffle(rows);
    for (let start = 0; start < order.length; start += shotsTogether)
      groups.push(order.slice(start, start + shotsTogether));
  }
  const order = rng.shuffle(groups).flat();
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += batchSize) batches.push(order.slice(start, start + batchSize));
  const last = batches[batches.length - 1];
  if (batches.length > 1 && last !== undefined && last.length === 1)
    batches[batches.length - 2]!.push(...batches.pop()!);
  return batches;
}
