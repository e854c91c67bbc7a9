// The last run of every task, kept in the store, so that a restart does not train again on what was measured already.

import { z } from 'zod';
import type { CascadeRecord, Store } from '../engine/index.js';
import type { LastRun, RunMemory } from './run-types.js';
import { quoting } from './workspace/staleness.js';

const lastRunSchema: z.ZodType<LastRun> = z.strictObject({
  revision: z.number(),
  examples: z.number(),
  labels: z.array(z.string()),
  endedAt: z.number(),
  // Only shown; records of older versions must stay readable.
  record: z
    .looseObject({ labels: z.array(z.string()), rungs: z.array(z.looseObject({ method: z.string() })) })
    .transform((record) => record as unknown as CascadeRecord)
    .nullable(),
});

export function createRunMemory(store: Store): RunMemory {
  const runs = store.keySpace('run', lastRunSchema);
  return {
    last: async (taskId) => (await runs.get(taskId)) ?? null,
    save: (taskId, run) => runs.set(taskId, run),
    forgetTexts: async (taskId, texts) => {
      const last = await runs.get(taskId);
      if (last === undefined) return;
      const mayQuote = (text: string): boolean => texts !== undefined && !texts.includes(text);
      await runs.set(taskId, { ...last, record: last.record && quoting(last.record, mayQuote) });
    },
    delete: async (taskId) => void (await runs.delete(taskId)),
  };
}
