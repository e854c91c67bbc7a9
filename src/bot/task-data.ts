// A task of a space as the engine sees it, and what its examples allow.

import type { LabelledText, Surroundings, TaskData } from '../engine/index.js';
import type { Example, Task, Workspace } from './workspace/types.js';

/** A labelled example; the others wait for /review. */
export type LabelledExample = Example & { readonly label: string };

export function labelledExamples(task: Task, examples: readonly Example[]): LabelledExample[] {
  const names = new Set(task.labels.map((label) => label.name));
  return examples.filter((example): example is LabelledExample => example.label !== null && names.has(example.label));
}

export function toTaskData(task: Task, examples: readonly Example[]): TaskData {
  const texts: LabelledText[] = labelledExamples(task, examples).map(({ text, label }) => ({ text, label }));
  return { instruction: task.instruction, labels: task.labels, examples: texts };
}

/** Other tasks that a training may learn from at most: those with the newest ids have the most to say about how people write now. */
const MOST_RELATED = 20;

/** What else the space submitted on purpose: the task's texts without a label, and the other tasks of the space. */
export async function surroundingsOf(
  workspace: Workspace,
  task: Task,
  examples: readonly Example[],
): Promise<Surroundings> {
  const others = (await workspace.tasks(task.space)).filter(({ id }) => id !== task.id).slice(-MOST_RELATED);
  const related: TaskData[] = [];
  for (const other of others) related.push(toTaskData(other, await workspace.examples(other)));
  return { unlabelled: examples.flatMap(({ text, label }) => (label === null ? [text] : [])), related };
}

/** Examples of every label, in the order of the task's labels; 0 where nothing was taught. */
export function countByLabel(task: Task, examples: readonly Example[]): Map<string, number> {
  const counts = new Map(task.labels.map((label) => [label.name, 0]));
  for (const { label } of labelledExamples(task, examples)) counts.set(label, counts.get(label)! + 1);
  return counts;
}

/** Each label needs this many before anything can be measured. */
export const LEAST_TO_TRAIN = 2;

export function tooFewToTrain(counts: ReadonlyMap<string, number>): [label: string, count: number][] {
  return [...counts].filter(([, count]) => count < LEAST_TO_TRAIN);
}
