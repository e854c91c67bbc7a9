// When new examples start a run by themselves. Pure: a decision from counts to yes or no.

import type { LastRun } from './run-types.js';
import { countByLabel } from './task-data.js';
import type { Example, Task } from './workspace/types.js';

/** Fewer examples of a label than this measure nothing that one could act on. */
export const LEAST_PER_LABEL = 3;

/** A task with many examples is trained again when this share of them changed, not after each one. */
const CHANGED_SHARE = 0.05;

export type Automatic = 'due' | 'switched-off' | 'too-few' | 'measured-already';

/** Whether a look at the examples can find the task due: most tasks, at a start, are as they were measured. */
export function mayBeDue(task: Task, last: LastRun | null): boolean {
  return task.settings.automatic && (last === null || !sameLabels(task, last) || task.revision !== last.revision);
}

export function automaticRun(task: Task, examples: readonly Example[], last: LastRun | null): Automatic {
  if (!task.settings.automatic) return 'switched-off';
  const counts = countByLabel(task, examples);
  if (counts.size < 2 || [...counts.values()].some((count) => count < LEAST_PER_LABEL)) return 'too-few';
  if (last === null) return 'due';
  if (!sameLabels(task, last)) return 'due';
  if (task.revision === last.revision) return 'measured-already';
  const taught = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const changes = Math.max(Math.abs(taught - last.examples), task.revision - last.revision);
  return changes >= Math.max(1, last.examples * CHANGED_SHARE) ? 'due' : 'measured-already';
}

function sameLabels({ labels }: Task, last: LastRun): boolean {
  return labels.length === last.labels.length && labels.every(({ name }, i) => name === last.labels[i]);
}
