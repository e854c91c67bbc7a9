// What Handful last asked a person: the choices they may answer with, and the texts a review has already passed over. Kept in
// memory, for the people who spoke last; a restart only forgets a question.

import type { Choice } from './reply.js';

export interface Sessions {
  get(space: string, person: string): Session;
  forgetPerson(space: string, person: string): void;
  clearSpace(space: string): void;
}

export interface Session {
  choices: readonly Choice[];
  /** Ids of examples that this review skipped. */
  readonly skipped: Set<string>;
  /** Ids of the topics that answered the last question about concepts, for one that goes on from it. */
  concepts: readonly string[];
}

const MOST_SESSIONS = 1000;

export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  return {
    get: (space, person) => {
      const key = JSON.stringify([space, person]);
      const session = sessions.get(key) ?? { choices: [], skipped: new Set<string>(), concepts: [] };
      sessions.delete(key);
      sessions.set(key, session);
      if (sessions.size > MOST_SESSIONS) sessions.delete(sessions.keys().next().value!);
      return session;
    },
    forgetPerson: (space, person) => void sessions.delete(JSON.stringify([space, person])),
    clearSpace: (space) => {
      for (const key of sessions.keys()) if (JSON.parse(key)[0] === space) sessions.delete(key);
    },
  };
}
