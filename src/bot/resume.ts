// The start: what was asked for goes back into the queue, and what became due while nothing ran starts by itself. With many
// spaces this goes on beside the chat, a few milliseconds at a time.

import { setImmediate } from 'node:timers/promises';
import type { Log } from './log.js';
import type { Runs } from './runs.js';
import type { Workspace } from './workspace/types.js';

/** Work between two turns of the event loop. */
const TURN_MS = 8;

export interface Resume {
  /** How many tasks of the space train by themselves now, beside the runs that were put back. */
  resume(space: string): Promise<number>;
  /** The same for many spaces, one after another; one that fails does not keep the others waiting. */
  resumeAll(spaces: readonly string[]): Promise<number>;
}

export interface ResumeParts {
  readonly workspace: Workspace;
  readonly runs: Runs;
  readonly log: Log;
}

export function createResume({ workspace, runs, log }: ResumeParts): Resume {
  const resumeWith = async (space: string, breathe: () => Promise<void>): Promise<number> => {
    const tasks = await workspace.tasks(space);
    await runs.putBack(space, tasks);
    let due = 0;
    for (const task of tasks) {
      if (await runs.consider(task)) due++;
      await breathe();
    }
    return due;
  };
  return {
    resume: (space) => resumeWith(space, async () => {}),
    resumeAll: async (spaces) => {
      const breathe = breather();
      let due = 0;
      for (const space of spaces) {
        try {
          due += await resumeWith(space, breathe);
        } catch (error) {
          log.bug('resume', error);
        }
        await breathe();
      }
      return due;
    },
  };
}

/** Lets the event loop turn when enough was done since the last time. */
function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
