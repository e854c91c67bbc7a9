// Rate limits: a window per route and channel, guild or webhook, and one for everything that carries the bot's token.

import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.js';
import type { DiscordOptions } from './types.js';
import { recordViolation, type World } from './world.js';

const WINDOW_MS = 1_000;
/** A bot that goes on so far over the limit does not listen to Retry-After. */
const FAR_OVER = 2;

export interface Verdict {
  readonly headers: OutgoingHttpHeaders;
  /** The answer when the request is one too many. */
  readonly refusal: { readonly message: string; readonly retry_after: number; readonly global: boolean } | null;
}

interface Window {
  used: number;
  endsAt: number;
}

export interface Limits {
  check(bucket: string, authenticated: boolean): Verdict;
  refused(): number;
}

export function createLimits(world: World, { globalLimit, routeLimit }: Required<DiscordOptions>): Limits {
  const routes = new Map<string, Window>();
  const everything: Window = { used: 0, endsAt: 0 };
  let refusals = 0;

  const use = (window: Window, lengthMs: number): number => {
    const now = performance.now();
    if (now >= window.endsAt) {
      window.used = 0;
      window.endsAt = now + lengthMs;
    }
    window.used++;
    return (window.endsAt - now) / 1_000;
  };

  const refuse = (headers: OutgoingHttpHeaders, retryAfter: number, global: boolean): Verdict => {
    refusals++;
    return {
      headers: {
        ...headers,
        'retry-after': String(Math.ceil(retryAfter)),
        'x-ratelimit-scope': global ? 'global' : 'user',
        ...(global ? { 'x-ratelimit-global': 'true' } : {}),
      },
      refusal: { message: 'You are being rate limited.', retry_after: Number(retryAfter.toFixed(3)), global },
    };
  };

  const insist = (used: number, limit: number, where: string): void => {
    if (used === limit * FAR_OVER + 1)
      recordViolation(world, new ApiError(429, 0, `${used} requests where ${limit} are allowed`), where);
  };

  return {
    check: (bucket, authenticated) => {
      if (authenticated && globalLimit !== false) {
        const wait = use(everything, WINDOW_MS);
        insist(everything.used, globalLimit, 'global rate limit');
        if (everything.used > globalLimit) return refuse({}, wait, true);
      }
      let window = routes.get(bucket);
      if (window === undefined) {
        window = { used: 0, endsAt: 0 };
        routes.set(bucket, window);
      }
      const wait = use(window, routeLimit.windowMs);
      insist(window.used, routeLimit.limit, `rate limit of ${bucket}`);
      const headers = {
        'x-ratelimit-limit': routeLimit.limit,
        'x-ratelimit-remaining': Math.max(0, routeLimit.limit - window.used),
        'x-ratelimit-reset': ((Date.now() + wait * 1_000) / 1_000).toFixed(3),
        'x-ratelimit-reset-after': wait.toFixed(3),
        // Discord's bucket names the route, not the channel.
        'x-ratelimit-bucket': createHash('sha256')
          .update(bucket.split(' ').slice(0, 2).join(' '))
          .digest('hex')
          .slice(0, 32),
      };
      return window.used > routeLimit.limit ? refuse(headers, wait, false) : { headers, refusal: null };
    },
    refused: () => refusals,
  };
}
