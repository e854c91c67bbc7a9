// Communities that removed Handful: their data is kept for some days, for those who come back, and then erased.

import { z } from 'zod';
import type { Store } from '../engine/index.js';
import type { Clock } from './clock.js';
import type { Erasure } from './erase.js';
import type { Log } from './log.js';

export interface Retention {
  /** Every space that anything is kept of, whether it has a task or not. */
  spaces(): Promise<string[]>;
  /** Handful is no longer in this space; the first time counts until `present`. */
  left(space: string): Promise<void>;
  /** Handful is in this space: nothing of it is erased. */
  present(space: string): Promise<void>;
  /** Erases what was left long enough ago; which spaces. Call it at the start and now and then. */
  sweep(now?: number): Promise<string[]>;
}

export interface RetentionParts {
  readonly store: Store;
  readonly erasure: Pick<Erasure, 'eraseSpace'>;
  readonly keepDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

const DAY_MS = 86_400_000;

export function createRetention({ store, erasure, keepDays, clock, log }: RetentionParts): Retention {
  const gone = store.keySpace('left', z.strictObject({ at: z.number() }));
  let sweeping: Promise<unknown> = Promise.resolve();

  const eraseDue = async (now: number): Promise<string[]> => {
    const erased: string[] = [];
    for (const [space, { at }] of await gone.entries()) {
      // Somebody may have invited Handful back while another space was erased.
      if (now - at < keepDays * DAY_MS || (await gone.get(space)) === undefined) continue;
      try {
        await erasure.eraseSpace(space);
        await gone.delete(space);
        erased.push(space);
        log.info('space erased', { space, days: Math.floor((now - at) / DAY_MS) });
      } catch (error) {
        // The next sweep tries again; other spaces do not wait for this one.
        log.bug('retention', error);
      }
    }
    return erased;
  };

  return {
    spaces: async () => {
      // Namespaces are KIND/SPACE or KIND/SPACE/TASK; those without a slash belong to no space.
      const names = (await store.namespaces('')).flatMap((namespace) => namespace.split('/')[1] ?? []);
      return [...new Set(names)].sort();
    },
    left: async (space) => {
      if ((await gone.get(space)) === undefined) await gone.set(space, { at: clock.now() });
    },
    present: async (space) => {
      // A start asks this for every community: reading costs nothing, writing waits for the disk.
      if ((await gone.get(space)) !== undefined) await gone.delete(space);
    },
    sweep: (now = clock.now()) => {
      const swept = sweeping.then(() => eraseDue(now));
      sweeping = swept.catch(() => {});
      return swept;
    },
  };
}
