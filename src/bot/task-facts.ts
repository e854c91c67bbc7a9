// What the advisor and the doctor go by: the last measurement of a task, and its examples as they are now.

import { type CascadeRecord, type DataFacts, dataFacts, duplicatesOverLabels } from '../engine/index.js';
import type { Services } from './services.js';
import { labelledExamples, toTaskData } from './task-data.js';
import type { Example, Task } from './workspace/types.js';

export interface TaskFacts {
  readonly facts: DataFacts;
  /** null: nothing was measured yet. */
  readonly record: CascadeRecord | null;
  readonly examples: readonly Example[];
}

/** Looking for near duplicates among more examples would keep everybody waiting: of larger tasks that is for runs to do. */
export const MOST_EXAMINED = 2_000;

export async function taskFacts(
  { workspace, memory, config }: Pick<Services, 'workspace' | 'memory' | 'config'>,
  task: Task,
): Promise<TaskFacts> {
  const examples = await workspace.examples(task);
  const last = await memory.last(task.id);
  const record = last?.record ?? (await workspace.versions(task)).at(-1)?.record ?? null;
  if (record?.facts !== undefined && last?.revision === task.revision) return { facts: record.facts, record, examples };
  const data = toTaskData(task, examples);
  const counted = data.examples.length > MOST_EXAMINED ? record?.facts?.duplicates : undefined;
  const looked = data.examples.slice(-MOST_EXAMINED);
  const facts = dataFacts({
    data,
    encoder: record?.encoder ?? config.encoder,
    unlabelled: examples.length - labelledExamples(task, examples).length,
    unknownShare: null,
    measured: record,
    duplicates: counted ?? duplicatesOverLabels(looked),
  });
  // Only a run counts unknown tokens; what it counted says as much of the few examples that came since.
  return { facts: { ...facts, unknownShare: record?.facts?.unknownShare ?? null }, record, examples };
}
