// What goes wrong between Handful and Discord without anybody's fault: a connection that breaks off, a server error. It is tried
// again after a pause; everything else comes back at once.

import { DiscordAPIError, HTTPError } from 'discord.js';
import { pause } from './pause.js';

/** discord.js repeats a server error three times at once before it tells; these pauses come after that. */
const PAUSES_MS = [200, 1000, 4000];

const BROKEN = /^(UND_ERR_|ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)/;

/** A connection that breaks off may lose only the answer: what was asked for may have happened. */
export function isTransient(error: unknown): boolean {
  if (error instanceof DiscordAPIError) return false;
  if (error instanceof HTTPError) return error.status >= 500;
  if (!(error instanceof Error)) return false;
  return error.name === 'AbortError' || BROKEN.test(String((error as { code?: unknown }).code ?? ''));
}

/** Repeat what may happen twice without harm. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      await pause(pauseMs);
    }
  }
  return work();
}
