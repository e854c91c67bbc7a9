// How often somebody may ask for something: enough for every person and for a busy community, too little for a script that
// keeps everybody else waiting. Counted in memory in fixed windows, by whoever speaks and where; a window that is over is
// forgotten, and a restart forgets all of them.

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { isUserError } from '../engine/index.js';
import { fail } from './fail.js';
import type { Context, Role } from './services.js';

export interface Limits {
  /** Run a command; throws a UserError `too-often` when it is one too many. */
  run<T>(context: Context, command: string, work: () => Promise<T>): Promise<T>;
}

interface Limit {
  readonly most: number;
  readonly seconds: number;
  /** Who shares it: one person of a space, or everybody in it. */
  readonly per: 'person' | 'space';
  /** How many times as often moderators may. */
  readonly moderators: number;
  /** A command that was refused for another reason does not count. */
  readonly onlyDone: boolean;
}

type LimitName = 'ask' | 'watch' | 'file' | 'train' | 'other' | 'all';

/**
 * `ask`: one person reads no more than an answer every two seconds for long, though thirty at once are fine. `other`: a person
 * who types or clicks fast, all day. `file`: one holds up to 100,000 examples. `train`: with the usual budget six runs are three
 * hours of the machine, which every community shares. `all`: 20 a second of one community, 200 members at the same moment
 * included.
 */
const LIMITS: Readonly<Record<LimitName, Limit>> = {
  ask: { most: 30, seconds: 60, per: 'person', moderators: 1, onlyDone: false },
  watch: { most: 30, seconds: 60, per: 'person', moderators: 1, onlyDone: false },
  other: { most: 60, seconds: 60, per: 'person', moderators: 2, onlyDone: false },
  file: { most: 6, seconds: 60, per: 'person', moderators: 2, onlyDone: false },
  train: { most: 6, seconds: 3600, per: 'space', moderators: 1, onlyDone: true },
  all: { most: 1200, seconds: 60, per: 'space', moderators: 1, onlyDone: false },
};

/** What `run` counts messages of watched channels as: chatting there leaves one's own questions alone. */
export const WATCHED = 'a watched message';

/** Commands with limits of their own; for the others it is `other`. The space counts last: who is refused costs it nothing. */
export const LIMITED: Readonly<Record<string, readonly LimitName[]>> = {
  ask: ['ask'],
  line: ['ask'],
  'concept ask': ['ask'],
  review: ['ask'],
  why: ['ask'],
  'prompt show': ['ask'],
  'concept add': ['file'],
  'concept edit': ['file'],
  'teach-file': ['file'],
  'task import': ['file'],
  'model train': ['other', 'train'],
};

export function createLimits(): Limits {
  const counters = new Map<string, RateLimiterMemory>();
  const counterOf = (name: LimitName, role: Role): { counter: RateLimiterMemory; limit: Limit } => {
    const limit = LIMITS[name];
    const points = role === 'moderator' ? limit.most * limit.moderators : limit.most;
    const id = `${name} ${points}`;
    const counter = counters.get(id) ?? new RateLimiterMemory({ keyPrefix: name, points, duration: limit.seconds });
    counters.set(id, counter);
    return { counter, limit };
  };

  return {
    run: async (context, command, work) => {
      if (context.role === 'owner') return work();
      const taken: (() => Promise<unknown>)[] = [];
      const own = command === WATCHED ? (['watch'] as const) : (LIMITED[command] ?? ['other']);
      for (const name of [...own, 'all'] as const) {
        const { counter, limit } = counterOf(name, context.role);
        const key = JSON.stringify(limit.per === 'person' ? [context.space, context.person] : [context.space]);
        await counter.consume(key).catch((refusal: unknown) => {
          throw refusal instanceof RateLimiterRes ? tooOften(context, name, refusal) : refusal;
        });
        if (limit.onlyDone) taken.push(() => counter.reward(key));
      }
      try {
        return await work();
      } catch (error) {
        if (isUserError(error)) for (const giveBack of taken) await giveBack();
        throw error;
      }
    },
  };
}

function tooOften({ say, format }: Context, name: LimitName, { msBeforeNext }: RateLimiterRes) {
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  const sentence = say(`limit.${name === 'watch' ? 'ask' : name}`, { time: format.duration(retryAfterSeconds) });
  return fail(say, 'too-often', sentence, { limit: name, retryAfterSeconds });
}
