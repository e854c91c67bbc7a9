// Whole spaces: delete one, export one, forget a person or messages in one.

import type { Store } from '../../engine/index.js';
import { forgetForGood } from './forget.js';
import type { Ledger } from './ledger.js';
import { openSources, openSpace, openUndoLog, toTask } from './records.js';
import { tasksTaughtFrom } from './sources.js';
import { numbersOfExamples, toVersion } from './staleness.js';
import type { Workspace } from './types.js';

export type SpaceMethods = Pick<Workspace, 'deleteSpace' | 'exportSpace' | 'forgetPerson' | 'forgetMessages'>;

export interface SpaceMethodsOptions {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly now: () => number;
}

export function createSpaceMethods({ store, ledger, now }: SpaceMethodsOptions): SpaceMethods {
  return {
    deleteSpace: (space) =>
      ledger.exclusive(space, async () => {
        const tasks = (await ledger.tasks(space)).map(({ id, name }) => ({ space, id, name }));
        const erased = await Promise.all(tasks.map(ledger.erase));
        await store.batch([
          ...erased.flat(),
          ...[openUndoLog, openSources, openSpace].map((open) => open(store, space).clear()),
        ]);
        for (const { id } of tasks) ledger.forgetCached(space, id);
        ledger.forgetCached(space);
        await store.settle();
      }),

    exportSpace: (space) =>
      ledger.exclusive(space, async () => {
        const tasks = [];
        for (const record of await ledger.tasks(space)) {
          const name = { space, id: record.id, name: record.name };
          const held = (await ledger.examples(name)).all();
          const numbers = numbersOfExamples(held);
          const examples = held.map(({ source: _, ...example }) => example);
          const versions = (await ledger.versions(name).list()).map((version) => toVersion(version, numbers));
          tasks.push({ task: toTask(space, record), examples, versions });
        }
        return { format: 'handful-space', formatVersion: 1, space, exportedAt: now(), tasks } as const;
      }),

    forgetPerson: (space, person) =>
      ledger.exclusive(space, async () =>
        forgetForGood({ store, ledger }, space, {
          tasks: await ledger.tasks(space),
          isGone: ({ submittedBy }) => submittedBy === person,
          person,
        }),
      ),

    forgetMessages: (space, messages) =>
      ledger.exclusive(space, async () => {
        const taught = await tasksTaughtFrom(store, space, messages);
        if (taught === null) return [];
        const sources = new Set(messages);
        return forgetForGood({ store, ledger }, space, {
          tasks: (await ledger.tasks(space)).filter(({ id }) => taught.has(id)),
          isGone: ({ source }) => source !== undefined && sources.has(source),
          person: null,
        });
      }),
  };
}
