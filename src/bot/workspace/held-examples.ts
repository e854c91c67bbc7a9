// The examples of a task in memory: by id, in order, and by what counts as the same text. The store stays the truth; this is
// filled from it once and follows every change after that change is on disk.

import { duplicateKey } from '../../engine/index.js';
import type { Example } from './types.js';

export interface HeldExamples {
  readonly size: number;
  /** In the order of submission. */
  all(): readonly Example[];
  get(id: string): Example | undefined;
  /** The example whose text has this `duplicateKey`. */
  withKey(key: string): Example | undefined;
  apply(change: { readonly puts: Iterable<Example>; readonly drops: Iterable<string> }): void;
}

export function holdExamples(examples: Iterable<Example>): HeldExamples {
  const byId = new Map<string, Example>();
  for (const example of examples) byId.set(example.id, example);
  let ordered: readonly Example[] | undefined;
  // Most tasks are read more often than they are taught: the keys are made when the first text comes.
  let idByKey: Map<string, string> | undefined;

  return {
    get size() {
      return byId.size;
    },
    all: () => {
      ordered ??= [...byId.values()].sort((a, b) => Number(a.id) - Number(b.id));
      return ordered;
    },
    get: (id) => byId.get(id),
    withKey: (key) => {
      idByKey ??= new Map([...byId.values()].map((example) => [duplicateKey(example.text), example.id]));
      const id = idByKey.get(key);
      return id === undefined ? undefined : byId.get(id);
    },
    apply: ({ puts, drops }) => {
      for (const id of drops) {
        const example = byId.get(id);
        if (example !== undefined) idByKey?.delete(duplicateKey(example.text));
        byId.delete(id);
      }
      for (const example of puts) {
        byId.set(example.id, example);
        idByKey?.set(duplicateKey(example.text), example.id);
      }
      ordered = undefined;
    },
  };
}

/** Examples of the tasks that were used last, at most `most` examples in all (and always those of the latest task). */
export interface ExampleCache {
  get(task: string): HeldExamples | undefined;
  set(task: string, examples: HeldExamples): void;
  delete(task: string): void;
}

export function createExampleCache(most: number): ExampleCache {
  // A Map keeps the order of insertion: the first is the one not used for longest.
  const held = new Map<string, HeldExamples>();
  const shrink = (): void => {
    let total = 0;
    for (const examples of held.values()) total += examples.size;
    for (const [task, examples] of held) {
      if (total <= most || held.size === 1) return;
      held.delete(task);
      total -= examples.size;
    }
  };
  const set = (task: string, examples: HeldExamples): void => {
    held.delete(task);
    held.set(task, examples);
    shrink();
  };
  return {
    get: (task) => {
      const examples = held.get(task);
      if (examples !== undefined) set(task, examples);
      return examples;
    },
    set,
    delete: (task) => void held.delete(task),
  };
}
