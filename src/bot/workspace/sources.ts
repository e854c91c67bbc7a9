// Which examples were taken from which message, so that they can go with it. A text counts as long as anything could still show
// it, so an example that was forgotten stays listed while an undo would bring it back.

import type { Store, Write } from '../../engine/index.js';
import { openSources, type UndoRecord } from './records.js';
import type { Example } from './types.js';

/** An example that was taken from a message. */
export interface Taken {
  readonly source: string;
  readonly task: string;
  readonly example: string;
}

export function takenFrom(task: string, examples: Iterable<Example>): Taken[] {
  const taken: Taken[] = [];
  for (const { id, source } of examples) if (source !== undefined) taken.push({ source, task, example: id });
  return taken;
}

/** What a record of the undo log would bring back. */
export const takenInUndo = ({ task, removed }: UndoRecord): Taken[] => takenFrom(task, removed);

/** The writes that list `came` and no longer list `gone`; reads only the messages that are named. */
export async function sourceWrites(
  store: Store,
  space: string,
  { came = [], gone = [] }: { came?: readonly Taken[]; gone?: readonly Taken[] },
): Promise<Write[]> {
  const sources = openSources(store, space);
  const goneNames = new Set(gone.map(nameOf));
  const lists = new Map<string, (readonly [task: string, example: string])[]>();
  for (const source of new Set([...came, ...gone].map((taken) => taken.source))) {
    const before = (await sources.get(source)) ?? [];
    lists.set(
      source,
      before.filter(([task, example]) => !goneNames.has(nameOf({ source, task, example }))),
    );
  }
  for (const { source, task, example } of came) lists.get(source)?.push([task, example]);
  return [...lists].map(([source, list]) => (list.length === 0 ? sources.drop(source) : sources.put(source, list)));
}

/** The writes that list nothing of a task any more. */
export async function sourceWritesWithoutTask(store: Store, space: string, task: string): Promise<Write[]> {
  const sources = openSources(store, space);
  return (await sources.entries()).flatMap(([source, refs]) => {
    const kept = refs.filter(([of]) => of !== task);
    if (kept.length === refs.length) return [];
    return [kept.length === 0 ? sources.drop(source) : sources.put(source, kept)];
  });
}

/** The tasks that something of these messages was taught to; null when nothing was. */
export async function tasksTaughtFrom(
  store: Store,
  space: string,
  messages: readonly string[],
): Promise<ReadonlySet<string> | null> {
  const sources = openSources(store, space);
  const found = await Promise.all(messages.map((message) => sources.get(message)));
  const tasks = new Set(found.flatMap((refs) => (refs ?? []).map(([task]) => task)));
  return tasks.size === 0 ? null : tasks;
}

const nameOf = ({ source, task, example }: Taken): string => JSON.stringify([source, task, example]);
