// What Handful last asked a person: the choices they may answer with, and the texts a review has already passed over. Kept in
// memory, for the people who spoke last; a restart only forgets a question.

import type { Choice } from './reply.js';

export interface Sessions {
  get(space: string, person: string): Session;
}

export interface Session {
  choices: readonly Choice[];
  /** Ids of examples that this review skipped. */
  readonly skipped: Set<string>;
}

const MOST_SESSIONS = 1000;

export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  return {
    get: (space, person) => {
      const key = JSON.stringify([space, person]);
      const session = sessions.get(key) ?? { choices: [], skipped: new Set<string>() };
      sessions.delete(key);
      sessions.set(key, session);
      if (sessions.size > MOST_SESSIONS) sessions.delete(sessions.keys().next().value!);
      return session;
    },
  };
}
