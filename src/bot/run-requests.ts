// Runs that somebody asked for and that have not ended yet, kept in the store: a stop or a crash puts them back in the queue.

import { z } from 'zod';
import { METHOD_NAMES, type Store } from '../engine/index.js';
import type { RunRequest } from './run-types.js';
import { FORGOTTEN_PERSON } from './workspace/types.js';

const requestSchema = z.strictObject({
  by: z.string(),
  method: z.enum(METHOD_NAMES).optional(),
  options: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
  search: z.boolean().optional(),
  encoder: z.string().nullable().optional(),
  budgetSeconds: z.number().optional(),
  /** When it was asked for. */
  at: z.number(),
});

export interface StoredRequest extends RunRequest {
  readonly taskId: string;
}

export interface RunRequests {
  save(task: { readonly id: string; readonly space: string }, request: RunRequest, at: number): Promise<void>;
  delete(task: { readonly id: string; readonly space: string }): Promise<void>;
  /** In the order of asking. */
  list(space: string): Promise<StoredRequest[]>;
  clearSpace(space: string): Promise<void>;
  /** What they asked for stays in the queue, without their id. */
  forgetPerson(space: string, person: string): Promise<void>;
}

export function createRunRequests(store: Store): RunRequests {
  const requestsOf = (space: string) => store.keySpace(`queue/${space}`, requestSchema);
  return {
    save: ({ id, space }, { by, method, options, search, encoder, budgetSeconds }, at) =>
      requestsOf(space).set(id, {
        by,
        at,
        ...(method === undefined ? {} : { method }),
        ...(options === undefined ? {} : { options }),
        ...(search === undefined ? {} : { search }),
        ...(encoder === undefined ? {} : { encoder }),
        ...(budgetSeconds === undefined ? {} : { budgetSeconds }),
      }),
    delete: async ({ id, space }) => void (await requestsOf(space).delete(id)),
    list: async (space) =>
      (await requestsOf(space).entries())
        .sort(([, a], [, b]) => a.at - b.at)
        .map(([taskId, { at: _, ...request }]) => ({ taskId, ...request })),
    clearSpace: async (space) => store.batch([requestsOf(space).clear()]),
    forgetPerson: async (space, person) => {
      const requests = requestsOf(space);
      const theirs = (await requests.entries()).filter(([, { by }]) => by === person);
      await store.batch(theirs.map(([id, request]) => requests.put(id, { ...request, by: FORGOTTEN_PERSON })));
    },
  };
}
