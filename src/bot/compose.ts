// The composition root: everything that the faces work with, wired once. Tests hand in another engine, store and clock.

import { randomBytes } from 'node:crypto';
import type { Engine, Store } from '../engine/index.js';
import { createAnswers } from './answer.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { createDispatch, type Dispatch } from './dispatch.js';
import type { Log } from './log.js';
import { createRunMemory } from './run-memory.js';
import { createRuns } from './runs.js';
import type { Services } from './services.js';
import { createSessions } from './sessions.js';
import { createSettings } from './settings.js';
import { createWorkspace } from './workspace/index.js';

export interface Parts {
  readonly config: Config;
  readonly engine: Engine;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Handful {
  readonly services: Services;
  readonly dispatch: Dispatch;
  /** Runs of a space that became due while nothing was running; how many tasks may train. */
  resume(space: string): Promise<number>;
  /** Stop runs, the engine and the store, in this order; nothing that was answered for is lost. */
  close(): Promise<void>;
}

const newId = (): string => randomBytes(8).toString('hex');

export function composeHandful(parts: Parts): Handful {
  const { config, engine, store, clock, log } = parts;
  const workspace = createWorkspace({ store, clock, ids: newId });
  const answers = createAnswers({ engine, workspace });
  const memory = createRunMemory(store);
  const { training, seed, budgetSeconds } = config;
  const runs = createRuns({ engine, workspace, answers, memory, clock, log, training, seed, budgetSeconds });
  const services: Services = {
    config,
    engine,
    workspace,
    answers,
    runs,
    memory,
    sessions: createSessions(),
    settings: createSettings(store),
    clock,
    log,
  };
  return {
    services,
    dispatch: createDispatch(services),
    resume: async (space) => {
      const due = await Promise.all((await workspace.tasks(space)).map((task) => runs.consider(task)));
      return due.filter((started) => started).length;
    },
    close: async () => {
      await runs.close();
      await engine.close();
      await store.close();
    },
  };
}
