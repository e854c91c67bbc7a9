// A workspace with a clock and ids that tests know.

import { createWorkspace, type Workspace } from '../../../src/bot/workspace/index.js';
import type { CascadeRecord } from '../../../src/engine/index.js';
import { openStore } from '../../../src/engine/store/open.js';
import type { Store } from '../../../src/engine/store/store.js';

export interface Bench {
  readonly store: Store;
  readonly workspace: Workspace;
  /** A second workspace on the same store, with nothing in memory: what a restart sees. */
  reopened(): Workspace;
}

export async function openBench({ url = 'memory:', keepVersions = 20 } = {}): Promise<Bench> {
  const store = await openStore(url);
  let time = 1000;
  let id = 0;
  const open = (): Workspace =>
    createWorkspace({ store, clock: { now: () => time++ }, ids: () => `task${++id}`, keepVersions });
  return { store, workspace: open(), reopened: open };
}

export function cascadeRecord({ labels = ['billing', 'bug'], worst = [] as readonly string[] } = {}): CascadeRecord {
  return {
    encoder: 'hashing',
    backend: 'cpu',
    seed: 0,
    target: 0.9,
    labels,
    examples: 12,
    fingerprint: 'f',
    rungs: [
      {
        method: 'lora',
        status: 'measured',
        reason: null,
        measurement: {
          examples: 12,
          folds: 3,
          accuracy: 0.8,
          interval: [0.5, 0.9],
          macroF1: 0.8,
          logLoss: 0.5,
          ece: 0.1,
          temperature: 1,
          confusion: [
            [5, 1],
            [1, 5],
          ],
          worst: worst.map((text) => ({ text, label: 'bug', answered: 'billing', probability: 0.9 })),
        },
        comparison: null,
        measureSeconds: 1,
        trainSeconds: 1,
      },
    ],
    chosen: 'lora',
    stopped: 'target-met',
    seconds: 2,
    blocks: [],
  };
}
