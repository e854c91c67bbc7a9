// Episodes of few-shot learning (Vinyals et al., 2016; Snell et al., 2017, https://arxiv.org/abs/1703.05175): small problems
// drawn from other tasks. The queries of an episode are to be told apart by its shots.

import type { Rng } from '../random.js';
import type { TaskData } from '../types.js';
import { duplicateKey } from './duplicates.js';

/** The texts of one task by label, each text once; every label has at least 2, and there are at least 2 labels. */
export type SourceTask = readonly (readonly string[])[];

export interface Episode {
  /** Shots and after them queries, of one label after another. */
  readonly texts: readonly string[];
  /** [texts] 0 … ways − 1 */
  readonly labels: readonly number[];
  /** [texts] */
  readonly isQuery: readonly boolean[];
  readonly ways: number;
}

export interface EpisodeOptions {
  /** Labels, and shots and queries a label: as many, or as there are. */
  readonly ways: number;
  readonly shots: number;
  readonly queries: number;
}

/** A label of a source task needs one shot and one query. */
const LEAST_TEXTS = 2;
const LEAST_LABELS = 2;

/** The tasks that episodes can be drawn from. A text that `leaveOut` knows by its duplicate key is no part of them. */
export function sourceTasks(tasks: readonly TaskData[], leaveOut: ReadonlySet<string> = new Set()): SourceTask[] {
  return tasks
    .map(({ labels, examples }) => {
      const byLabel = new Map(labels.map(({ name }) => [name, [] as string[]]));
      const seen = new Set(leaveOut);
      for (const { text, label } of examples) {
        const key = duplicateKey(text);
        if (seen.has(key)) continue;
        seen.add(key);
        byLabel.get(label)?.push(text);
      }
      return [...byLabel.values()].filter((texts) => texts.length >= LEAST_TEXTS);
    })
    .filter((labels) => labels.length >= LEAST_LABELS);
}

/** One episode of one of the tasks (at least one). */
export function drawEpisode(
  sources: readonly SourceTask[],
  { ways, shots, queries }: EpisodeOptions,
  rng: Rng,
): Episode {
  const source = sources[rng.integer(sources.length)]!;
  const chosen = rng.shuffle(source).slice(0, ways);
  const rows = chosen.flatMap((own, label) => {
    const k = Math.min(shots, own.length - 1);
    return rng
      .shuffle(own)
      .slice(0, k + queries)
      .map((text, i) => ({ text, label, isQuery: i >= k }));
  });
  return {
    texts: rows.map(({ text }) => text),
    labels: rows.map(({ label }) => label),
    isQuery: rows.map(({ isQuery }) => isQuery),
    ways: chosen.length,
  };
}
