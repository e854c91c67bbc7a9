// Who was told what happens to texts that they teach, and when: kept at a person's first teaching in a space, together with the
// sentence that they read then.

import { z } from 'zod';
import type { Store } from '../engine/index.js';
import { textPart } from './parts.js';
import type { Reply } from './reply.js';
import type { Context, Services } from './services.js';

/** Grows with the meaning of the sentence `consent.notice`: then everybody reads the new one at their next teaching. */
export const NOTICE = 1;

export interface ConsentRecord {
  readonly at: number;
  /** Which sentence it was. */
  readonly notice: number;
}

export interface Consent {
  get(space: string, person: string): Promise<ConsentRecord | null>;
  set(space: string, person: string, record: ConsentRecord): Promise<void>;
  forgetPerson(space: string, person: string): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

const schema: z.ZodType<ConsentRecord> = z.strictObject({ at: z.number(), notice: z.int().positive() });

export function createConsent(store: Store): Consent {
  const people = (space: string) => store.keySpace(`consent/${space}`, schema);
  return {
    get: async (space, person) => (await people(space).get(person)) ?? null,
    set: (space, person, record) => people(space).set(person, record),
    forgetPerson: async (space, person) => void (await people(space).delete(person)),
    clearSpace: (space) => store.batch([people(space).clear()]),
  };
}

/** The reply to a command that teaches; the first one that saved something of this person says what happens to it. */
export async function withNotice(
  { consent, clock }: Pick<Services, 'consent' | 'clock'>,
  { space, person, say }: Pick<Context, 'space' | 'person' | 'say'>,
  reply: Reply,
): Promise<Reply> {
  if (!hasTaught(reply)) return reply;
  const told = await consent.get(space, person);
  if (told !== null && told.notice >= NOTICE) return reply;
  await consent.set(space, person, { at: clock.now(), notice: NOTICE });
  const notice = say('consent.notice');
  const parts = reply.parts === undefined ? {} : { parts: [...reply.parts, textPart(notice)] };
  return { ...reply, text: `${reply.text}\n${notice}`, ...parts };
}

function hasTaught(reply: Reply): boolean {
  if (reply.kind !== 'taught') return reply.taught === true;
  return reply.outcomes.some(({ kind }) => kind === 'taught' || kind === 'relabelled');
}
