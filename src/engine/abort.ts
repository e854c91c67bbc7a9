// Abort signals that many jobs listen to.

import { setMaxListeners } from 'node:events';

/** Aborts when one of them does. Node warns at eleven listeners; a run has one a job. */
export function anySignal(...signals: AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any(signals);
  setMaxListeners(0, signal);
  return signal;
}
