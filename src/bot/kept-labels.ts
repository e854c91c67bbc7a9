// Labels that somebody looked at and found right though the doctor doubted them: such an example is not shown again unless it
// gets another label. Ids and labels only, no text and no person.
//
//   kept-label/SPACE   TASK/EXAMPLE → the label that holds

import { z } from 'zod';
import type { Store } from '../engine/index.js';
import type { Keeper } from './erase.js';
import type { Example, Task } from './workspace/types.js';

type TaskName = Pick<Task, 'id' | 'space'>;

export interface KeptLabels extends Keeper {
  keep(task: TaskName, example: Pick<Example, 'id' | 'label'>): Promise<void>;
  /** Id of an example → the label that was found right. */
  of(task: TaskName): Promise<ReadonlyMap<string, string>>;
}

export function createKeptLabels(store: Store): KeptLabels {
  const kept = (space: string) => store.keySpace(`kept-label/${space}`, z.string());
  return {
    keep: async ({ id, space }, example) => {
      if (example.label !== null) await kept(space).set(keyOf(id, example.id), example.label);
    },
    of: async ({ id, space }) => {
      const prefix = keyOf(id);
      const entries = await kept(space).entries(prefix);
      return new Map(entries.map(([key, label]) => [key.slice(prefix.length), label]));
    },
    forgetTask: async (space, task) => {
      const keys = await kept(space).keys(keyOf(task));
      if (keys.length > 0) await store.batch(keys.map((key) => kept(space).drop(key)));
    },
    clearSpace: async (space) => {
      await store.batch([kept(space).clear()]);
    },
  };
}

const keyOf = (task: string, example = ''): string => `${task}/${example}`;
