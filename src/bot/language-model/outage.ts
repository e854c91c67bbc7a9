// Asking a language model while a person waits: not longer than a deadline, not again for a while after a failure, and a failure is
// told once an outage, in each space. One for all that ask the same model.

import { isUserError, UserError } from '../../engine/index.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

/** The model does not answer, and why. */
export interface OffNotice {
  readonly kind: 'off';
  readonly message: string;
}

export type Attempt<T> =
  | { readonly answered: true; readonly value: T }
  /** `notice`: for the person who asks; null when their space was told. */
  | { readonly answered: false; readonly notice: OffNotice | null };

export interface Outage {
  /** Runs `work` unless the model is left alone; `work` must heed the signal. */
  attempt<T>(space: string, work: (signal: AbortSignal) => Promise<T>): Promise<Attempt<T>>;
}

export interface OutageOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** A person does not wait longer than this for a language model. */
  readonly deadlineMs?: number | undefined;
  /** After a failure the model is left alone so long. */
  readonly pauseMs?: number | undefined;
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 15_000;

export function createOutage(options: OutageOptions): Outage {
  const { clock, log, deadlineMs = DEADLINE_MS, pauseMs = PAUSE_MS } = options;
  let failure: { readonly message: string; readonly at: number } | null = null;
  /** Spaces that know of the outage. */
  let told = new Set<string>();

  const tell = (space: string, message: string): Attempt<never> => {
    const isNew = !told.has(space);
    told.add(space);
    return { answered: false, notice: isNew ? { kind: 'off', message } : null };
  };

  const inTime = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const late = new AbortController();
    const stop = clock.after(deadlineMs, () => late.abort());
    try {
      return await work(late.signal);
    } catch (error) {
      if (late.signal.aborted) throw tookTooLong(deadlineMs);
      throw error;
    } finally {
      stop();
    }
  };

  return {
    async attempt(space, work) {
      if (failure !== null && clock.now() - failure.at < pauseMs) return tell(space, failure.message);
      try {
        const value = await inTime(work);
        if (failure !== null) told = new Set();
        failure = null;
        return { answered: true, value };
      } catch (error) {
        const message = explain(error, log);
        // A text that is too long says nothing about the model: others may be asked.
        if (isUserError(error) && error.code === 'limit') return { answered: false, notice: { kind: 'off', message } };
        if (failure === null && isUserError(error)) log.warn('language-model', { code: error.code });
        failure = { message, at: clock.now() };
        return tell(space, message);
      }
    },
  };
}

const tookTooLong = (deadlineMs: number): UserError =>
  new UserError('language-model', `It took longer than ${deadlineMs / 1000} seconds.`);

const explain = (error: unknown, log: Log): string =>
  isUserError(error) ? error.message : `error ${log.bug('language-model', error)}`;
