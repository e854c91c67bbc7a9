// What is stored of a space, and under which namespaces:
//
//   task/SPACE              task id → the task, its counters and the history of its pointer
//   example/SPACE/TASK      number → example; numbers count up and are never used twice, so their order is that of submission
//   version/SPACE/TASK      see the engine's versions
//   checkpoint/SPACE/TASK
//   undo/SPACE              number → what the change was, and what was there before
//   source/SPACE            message id → the examples taken from it, also those that only an undo would bring back
//   space/SPACE             `recent` → id of the task used last

import { z } from 'zod';
import { type KeySpace, numberRangesSchema, type Store } from '../../engine/index.js';
import type { Example, Task } from './types.js';

const labelSchema = z.strictObject({ name: z.string(), description: z.string().optional() });

const taskSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  instruction: z.string(),
  labels: z.array(labelSchema).readonly(),
  settings: z.strictObject({
    target: z.number().gt(0).max(1),
    automatic: z.boolean(),
    encoder: z.string().nullable().default(null),
  }),
  createdAt: z.number(),
  createdBy: z.string(),
  revision: z.int(),
  activeVersion: z.int().nullable(),
  /** Answerers that were active before, oldest first. */
  history: z.array(z.int().nullable()).readonly(),
  nextExample: z.int(),
});
export type TaskRecord = z.infer<typeof taskSchema>;

const exampleSchema = z.strictObject({
  text: z.string(),
  label: z.string().nullable(),
  submittedBy: z.string(),
  submittedAt: z.number(),
  source: z.string().optional(),
});

const numberedExampleSchema = exampleSchema.extend({ id: z.string() });

/** What a change was, so that it can be turned back. */
const undoSchema = z.strictObject({
  kind: z.enum(['teach', 'label', 'forget', 'edit', 'promote']),
  task: z.string(),
  by: z.string().nullable(),
  at: z.number(),
  /** Numbers of the examples that came. */
  added: numberRangesSchema,
  removed: z.array(numberedExampleSchema),
  /** Examples whose label changed, with the label they had. */
  relabelled: z.array(z.tuple([z.string(), z.string().nullable()])),
  /** The task's own fields when they changed, as they were. */
  before: taskSchema
    .pick({ name: true, instruction: true, labels: true, settings: true, activeVersion: true, history: true })
    .nullable(),
});
export type UndoRecord = z.infer<typeof undoSchema>;
export type TaskFields = NonNullable<UndoRecord['before']>;

const sourceSchema = z.array(z.tuple([z.string(), z.string()]).readonly()).readonly();
/** Task and example ids. */
export type SourceRecord = z.infer<typeof sourceSchema>;

export type ExampleRecord = z.infer<typeof exampleSchema>;

/** What the namespaces of tasks begin with; the space follows. */
export const TASKS = 'task/';

export const openTasks = (store: Store, space: string): KeySpace<TaskRecord> =>
  store.keySpace(`${TASKS}${space}`, taskSchema);

export const openExamples = (store: Store, space: string, task: string): KeySpace<ExampleRecord> =>
  store.keySpace(`example/${space}/${task}`, exampleSchema);

export const openUndoLog = (store: Store, space: string): KeySpace<UndoRecord> =>
  store.keySpace(`undo/${space}`, undoSchema);

export const openSources = (store: Store, space: string): KeySpace<SourceRecord> =>
  store.keySpace(`source/${space}`, sourceSchema);

export const openSpace = (store: Store, space: string): KeySpace<string> =>
  store.keySpace(`space/${space}`, z.string());

/** Keys in the order of their numbers. */
export const numberedKey = (number: number | string): string => String(number).padStart(9, '0');

export const idOfKey = (key: string): string => String(Number(key));

export const toExampleRecord = ({ id: _, ...record }: Example): ExampleRecord => record;

export const fieldsOf = ({ name, instruction, labels, settings, activeVersion, history }: TaskRecord): TaskFields => ({
  name,
  instruction,
  labels,
  settings,
  activeVersion,
  history,
});

export const toTask = (space: string, { history: _, nextExample: __, ...task }: TaskRecord): Task => ({
  ...task,
  space,
});
