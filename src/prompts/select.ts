// Which examples stand in a prompt, and in which order: near the question (Liu et al. 2022, "What makes good in-context examples"),
// balanced over the labels so that no label wins by its number, and the best last, where a language model heeds it most (Lu et
// al. 2022; Zhao et al. 2021 on recency).

import type { Neighbour } from '../engine/index.js';

export interface SelectOptions {
  /** Labels of the task; each gets its share as long as it has examples. */
  readonly labels: readonly string[];
  readonly maxDemonstrations: number;
}

/** Demonstrations out of examples ranked by similarity, in prompt order: least similar first, best last. */
export function selectDemonstrations(
  nearest: readonly Neighbour[],
  { labels, maxDemonstrations }: SelectOptions,
): Neighbour[] {
  const ranked = [...nearest].sort((a, b) => b.similarity - a.similarity);
  const queues = labels
    .map((label) => ranked.filter((example) => example.label === label))
    .filter((queue) => queue.length > 0)
    .sort((a, b) => b[0]!.similarity - a[0]!.similarity);
  const taken: Neighbour[] = [];
  for (let round = 0; taken.length < maxDemonstrations; round++) {
    const inRound = queues.flatMap((queue) => queue[round] ?? []);
    if (inRound.length === 0) break;
    taken.push(...inRound.slice(0, maxDemonstrations - taken.length));
  }
  return taken.sort((a, b) => a.similarity - b.similarity);
}
