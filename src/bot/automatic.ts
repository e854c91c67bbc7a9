// When new examples start a run by themselves. Pure: a decision from counts to yes or no.

import type { LastRun } from './run-types.js';
import { countByLabel } from './task-data.js';
import type { Example, Task } from './workspace/types.js';

/** Fewer examples of a label than this measure nothing that one could act on. */
export const LEAST_PER_LABEL = 3;

/** A task with many examples is trained again when this share of them changed, not after each one. */
const CHANGED_SHARE = 0.05;

export type Automatic = 'due' | 'switched-off' | 'too-few' | 'measured-already';

export function automaticRun(task: Task, examples: readonly Example[], last: LastRun | null): Automatic {
  if (!task.settings.automatic) return 'switched-off';
  const counts = countByLabel(task, examples);
  if (counts.size < 2 || [...counts.values()].some((count) => count < LEAST_PER_LABEL)) return 'too-few';
  if (last === null) return 'due';
  const labels = task.labels.map((label) => label.name);
  if (labels.length !== last.labels.length || labels.some((label, i) => label !== last.labels[i])) return 'due';
  if (task.revision === last.revision) return 'measured-already';
  const taught = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const changes = Math.max(Math.abs(taught - last.examples), task.revision - last.revision);
  return changes >= Math.max(1, last.examples * CHANGED_SHARE) ? 'due' : 'measured-already';
}
