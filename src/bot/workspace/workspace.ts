// The workspace: everything the spaces hold, over a store.

import type { Store } from '../../engine/index.js';
import { createExampleMethods } from './example-methods.js';
import { createLedger } from './ledger.js';
import { createSpaceMethods } from './space-methods.js';
import { createTaskMethods } from './task-methods.js';
import type { Workspace } from './types.js';
import { createVersionMethods } from './version-methods.js';

export interface WorkspaceOptions {
  readonly store: Store;
  readonly clock: { now(): number };
  /** A new id for every call, never the same twice: letters and digits. */
  readonly ids: () => string;
  /** Versions that a task keeps; default 20. */
  readonly keepVersions?: number;
}

export function createWorkspace({ store, clock, ids, keepVersions }: WorkspaceOptions): Workspace {
  const now = (): number => clock.now();
  const ledger = createLedger({ store, now, keepVersions });
  return {
    ...createTaskMethods({ store, ledger, now, ids }),
    ...createExampleMethods({ store, ledger, now }),
    ...createVersionMethods({ ledger, now }),
    ...createSpaceMethods({ store, ledger, now }),
  };
}
