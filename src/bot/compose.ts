// The composition root: everything that the faces work with, wired once. Tests hand in another engine, store and clock.

import { randomBytes } from 'node:crypto';
import type { Engine, LanguageModel, Store } from '../engine/index.js';
import { createAnswers } from './answer.js';
import { createAsked } from './asked.js';
import type { Clock } from './clock.js';
import { createCommunities } from './community.js';
import { createConcepts } from './concepts/base.js';
import { createGrounder } from './concepts/grounded.js';
import type { Config } from './config.js';
import { createConsent } from './consent.js';
import { createDispatch, type Dispatch } from './dispatch.js';
import { createErasure } from './erase.js';
import { createFeedback } from './feedback.js';
import { createJournal } from './journal.js';
import { createKeptLabels } from './kept-labels.js';
import { createOutage } from './language-model/outage.js';
import { createPromptAnswers } from './language-model/prompt-answers.js';
import { createPrompter } from './language-model/prompter.js';
import { waysFor } from './language-model/ways.js';
import { createLimits } from './limits.js';
import type { Log } from './log.js';
import { createResume, type Resume } from './resume.js';
import { createRetention } from './retention.js';
import { createRunMemory } from './run-memory.js';
import { createRunRequests } from './run-requests.js';
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
  /** Closed with Handful; left out: none is configured. */
  readonly languageModel?: LanguageModel | null | undefined;
}

export interface Handful extends Resume {
  readonly store: Store;
  readonly services: Services;
  readonly dispatch: Dispatch;
  /** Stop runs, the engine and the store, in this order; nothing that was answered for is lost. */
  close(): Promise<void>;
}

const newId = (): string => randomBytes(8).toString('hex');
const newAnswerId = (): string => randomBytes(9).toString('base64url');

export function composeHandful(parts: Parts): Handful {
  const { config, engine, store, clock, log, languageModel = null } = parts;
  const workspace = createWorkspace({ store, clock, ids: newId });
  const { training, seed, budgetSeconds } = config;
  const prompter =
    languageModel === null
      ? null
      : createPrompter(languageModel, { ways: waysFor(languageModel, config.languageModel) });
  const outage = createOutage({ clock, log });
  const promptAnswers = createPromptAnswers({ prompter, outage, seed });
  const answers = createAnswers({ engine, workspace, promptAnswers });
  const asked = createAsked({ store, clock, log, ids: newAnswerId });
  const feedback = createFeedback(store);
  const keptLabels = createKeptLabels(store);
  const memory = createRunMemory(store);
  const requests = createRunRequests(store);
  const measured = { training, seed, budgetSeconds, prompter };
  const runs = createRuns({ engine, workspace, answers, memory, requests, clock, log, ...measured });
  const sessions = createSessions();
  const settings = createSettings(store);
  const communities = createCommunities(store);
  const consent = createConsent(store);
  const concepts = createConcepts({ engine, store, clock });
  const grounder = languageModel === null ? null : createGrounder({ engine, languageModel, outage });
  // Whoever keeps something of people or spaces is on this list: what is not on it is not erased.
  const keepers = [
    sessions,
    settings,
    communities,
    consent,
    concepts,
    asked,
    feedback,
    keptLabels,
    { clearSpace: runs.cancelSpace, forgetPerson: runs.forgetPerson },
  ];
  const erasure = createErasure({ store, workspace, runs, memory, keepers });
  const services: Services = {
    config,
    engine,
    languageModel,
    workspace,
    answers,
    asked,
    feedback,
    keptLabels,
    runs,
    memory,
    sessions,
    settings,
    communities,
    consent,
    concepts,
    grounder,
    erasure,
    retention: createRetention({ store, erasure, keepDays: config.keepDays, clock, log }),
    journal: createJournal({ log, runs }),
    limits: createLimits(),
    clock,
    log,
  };
  return {
    store,
    services,
    dispatch: createDispatch(services),
    ...createResume({ workspace, runs, log }),
    close: async () => {
      await runs.close();
      await engine.close();
      await languageModel?.close();
      await asked.flush();
      await store.close();
    },
  };
}
