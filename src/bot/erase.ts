// Deleting what is kept of people: of one person, of messages that somebody deleted, of a task, of a whole space. Everybody who
// keeps something beside the workspace is on one list here, so that nothing is left behind.

import type { Store } from '../engine/index.js';
import type { RunMemory } from './run-types.js';
import type { Runs } from './runs.js';
import type { Forgotten, Task, Workspace } from './workspace/types.js';

/** Somebody who keeps something of a space and of the people in it. */
export interface Keeper {
  clearSpace(space: string): Promise<void> | void;
  forgetPerson?(space: string, person: string): Promise<void> | void;
  forgetMessages?(space: string, messages: readonly string[]): Promise<void> | void;
  /** The task, by its id, is deleted. */
  forgetTask?(space: string, task: string): Promise<void> | void;
}

/** A task that lost examples for good. */
export interface Loss extends Forgotten {
  /** Version that was trained on some of them and answers all the same; null: none. */
  readonly answering: number | null;
  /** Whether a training without them is on its way. */
  readonly retraining: boolean;
}

export interface Erasure {
  /** A face that keeps something of its own, such as what its buttons do. */
  add(keeper: Keeper): void;
  /** Everything of a person; of the tasks that lost examples, what that means. */
  forgetPerson(space: string, person: string): Promise<Loss[]>;
  /** What was taken from messages that are deleted; cheap when nothing was. */
  forgetMessages(space: string, messages: readonly string[]): Promise<Loss[]>;
  /** A task with all it learned; stops its run. */
  deleteTask(task: Task): Promise<void>;
  /** Everything of a space; stops its runs. */
  eraseSpace(space: string): Promise<void>;
}

export interface ErasureParts {
  readonly store: Pick<Store, 'settle'>;
  readonly workspace: Workspace;
  readonly runs: Runs;
  readonly memory: RunMemory;
  readonly keepers: readonly Keeper[];
}

export function createErasure({ store, workspace, runs, memory, keepers: first }: ErasureParts): Erasure {
  const keepers = [...first];

  /** Stops the run that has seen what is gone now; one that waits its turn will only see what is left. Whether one ran. */
  const stopRunning = async (taskId: string): Promise<boolean> => {
    if (runs.current(taskId)?.state !== 'running') return false;
    runs.cancel(taskId);
    await runs.finished(taskId);
    return true;
  };

  /** The version that answers, when it was trained on something that is gone. */
  const staleAnswerer = async ({ id, space }: Task): Promise<number | null> => {
    const task = (await workspace.tasks(space)).find((candidate) => candidate.id === id);
    const versions = task === undefined ? [] : await workspace.versions(task);
    const active = versions.find(({ number }) => number === task?.activeVersion);
    return active?.stale === true ? active.number : null;
  };

  const follow = async (forgotten: Forgotten): Promise<Loss> => {
    const { task, staleVersions } = forgotten;
    const stopped = await stopRunning(task.id);
    await memory.forgetTexts(task.id);
    const answering = stopped || staleVersions.length > 0 ? await staleAnswerer(task) : null;
    const retraining = (stopped || answering !== null) && (await runs.retrain(task));
    if (!retraining) runs.changed(task);
    return { ...forgotten, answering, retraining };
  };

  const followAll = async (forgotten: readonly Forgotten[]): Promise<Loss[]> => {
    const losses: Loss[] = [];
    for (const one of forgotten) losses.push(await follow(one));
    if (losses.length > 0) await store.settle();
    return losses;
  };

  return {
    add: (keeper) => void keepers.push(keeper),

    forgetPerson: async (space, person) => {
      const losses = await followAll(await workspace.forgetPerson(space, person));
      for (const keeper of keepers) await keeper.forgetPerson?.(space, person);
      await store.settle();
      return losses;
    },

    forgetMessages: async (space, messages) => {
      const losses = await followAll(await workspace.forgetMessages(space, messages));
      for (const keeper of keepers) await keeper.forgetMessages?.(space, messages);
      return losses;
    },

    deleteTask: async (task) => {
      runs.cancel(task.id);
      await workspace.deleteTask(task);
      await stopRunning(task.id);
      await memory.delete(task.id);
      for (const keeper of keepers) await keeper.forgetTask?.(task.space, task.id);
      await store.settle();
    },

    eraseSpace: async (space) => {
      const tasks = await workspace.tasks(space);
      await runs.cancelSpace(space);
      await workspace.deleteSpace(space);
      for (const keeper of keepers) await keeper.clearSpace(space);
      for (const { id } of tasks) await memory.delete(id);
      await store.settle();
    },
  };
}
