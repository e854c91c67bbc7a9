// Abort signals that many jobs listen to, and what a run that was called off ends with.

import { setMaxListeners } from 'node:events';
import { UserError } from './errors.js';

/** Aborts when one of them does. Node warns at eleven listeners; a run has one a job. */
export function anySignal(...signals: AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any(signals);
  setMaxListeners(0, signal);
  return signal;
}

/** What the promise gives, or a rejection with the signal's reason as soon as it aborts. */
export function untilAborted<T>(running: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return running;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

export const runCancelled = (cause: unknown): UserError =>
  new UserError('cancelled', 'The run was cancelled; nothing was changed.', { cause });
