// Tasks of a space: find, make, edit, delete.

import { findName, listNames, quote, type Store, suggest, UserError } from '../../engine/index.js';
import { type Change, movePointer } from './change.js';
import { applyChanges, type Edited, mergeSettings, requireFreeName, requireLabels } from './edit.js';
import type { Ledger, TaskName } from './ledger.js';
import { openSpace, openTasks, TASKS, type TaskRecord, toTask } from './records.js';
import type { Task, TaskSettings, Workspace } from './types.js';

const DEFAULT_SETTINGS: TaskSettings = { target: 0.9, automatic: true, encoder: null };

/** Key of the space's own namespace. */
const RECENT = 'recent';

export type TaskMethods = Pick<Workspace, 'spaces' | 'tasks' | 'findTask' | 'createTask' | 'editTask' | 'deleteTask'>;

export interface TaskMethodsOptions {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly ids: () => string;
}

export function createTaskMethods({ store, ledger, now, ids }: TaskMethodsOptions): TaskMethods {
  const use = async (space: string, task: TaskRecord): Promise<Task> => {
    const state = openSpace(store, space);
    if ((await state.get(RECENT)) !== task.id) await state.set(RECENT, task.id);
    return toTask(space, task);
  };

  return {
    spaces: async () => (await store.namespaces(TASKS)).map((namespace) => namespace.slice(TASKS.length)),

    tasks: async (space) => (await ledger.tasks(space)).map((task) => toTask(space, task)),

    findTask: async (space, name) => {
      const tasks = await ledger.tasks(space);
      if (name !== undefined) return use(space, named(name, tasks));
      const recent = await openSpace(store, space).get(RECENT);
      const task = tasks.find(({ id }) => id === recent) ?? (tasks.length === 1 ? tasks[0] : undefined);
      if (task === undefined) throw notClear(tasks);
      return toTask(space, task);
    },

    createTask: (space, { name, labels, instruction = '', by, settings }) =>
      ledger.exclusive(space, async () => {
        requireFreeName(
          name,
          (await ledger.tasks(space)).map((task) => task.name),
        );
        requireLabels(labels, name);
        const task: TaskRecord = {
          id: ids(),
          name,
          instruction,
          labels,
          settings: mergeSettings(DEFAULT_SETTINGS, settings),
          createdAt: now(),
          createdBy: by,
          revision: 1,
          activeVersion: null,
          history: [],
          nextExample: 1,
        };
        await store.batch([openTasks(store, space).put(task.id, task), openSpace(store, space).put(RECENT, task.id)]);
        return toTask(space, task);
      }),

    editTask: (task, changes) =>
      ledger.exclusive(task.space, async () => {
        const before = await ledger.task(task);
        const others = (await ledger.tasks(task.space)).filter(({ id }) => id !== task.id).map(({ name }) => name);
        const edited = applyChanges(before, changes, others);
        if (JSON.stringify(edited.task) === JSON.stringify(before)) return toTask(task.space, before);
        const change = await editChange(ledger, { name: task, before, edited });
        await ledger.commit(task.space, change, changes.by ?? null);
        return toTask(task.space, change.after);
      }),

    deleteTask: (task) =>
      ledger.exclusive(task.space, async () => {
        await ledger.task(task);
        const state = openSpace(store, task.space);
        const recent = await state.get(RECENT);
        await store.batch([...(await ledger.erase(task)), ...(recent === task.id ? [state.drop(RECENT)] : [])]);
        ledger.forgetCached(task.space, task.id);
        await store.settle();
      }),
  };
}

/** An edit with what follows from dropped labels: their examples lose the label, a version that knows them stops answering. */
async function editChange(
  ledger: Ledger,
  { name, before, edited }: { name: TaskName; before: TaskRecord; edited: Edited },
): Promise<Change> {
  const after = { ...edited.task, revision: before.revision + 1 };
  if (edited.dropped.length === 0) return { kind: 'edit', before, after };
  const relabelled = (await ledger.examples(name))
    .all()
    .filter(({ label }) => label !== null && edited.dropped.includes(label))
    .map((example) => ({ example: { ...example, label: null }, before: example.label }));
  const active = before.activeVersion === null ? undefined : await ledger.versions(name).get(before.activeVersion);
  const outdated = active?.record.labels.some((label) => edited.dropped.includes(label)) ?? false;
  return { kind: 'edit', before, after: outdated ? movePointer(after, null) : after, relabelled };
}

function named(name: string, tasks: readonly TaskRecord[]): TaskRecord {
  const names = tasks.map((task) => task.name);
  const found = findName(name, names);
  const task = tasks.find((candidate) => candidate.name === found);
  if (task !== undefined) return task;
  if (tasks.length === 0) throw notClear(tasks);
  const suggestion = suggest(name, names);
  const help = suggestion === null ? `There are ${listNames(names)}.` : `Did you mean ${suggestion}?`;
  throw new UserError('unknown-task', `There is no task ${quote(name)}. ${help}`, { details: { name, suggestion } });
}

function notClear(tasks: readonly TaskRecord[]): UserError {
  const names = tasks.map((task) => task.name);
  const message =
    names.length === 0
      ? 'There is no task yet. Make one: /task create name:support labels:"billing, bug, praise"'
      : `Which task? There are ${listNames(names)}. Add task:${names[0]}, for instance.`;
  return new UserError('unknown-task', message, { details: { tasks: names } });
}
