// A long-running Handful stops when it is asked to: the first SIGTERM or SIGINT closes everything in order, a second one or the
// deadline ends the process at once.

import type { Log } from './log.js';

export interface StopOptions {
  readonly log: Pick<Log, 'bug' | 'warn' | 'info'>;
  readonly deadlineMs?: number;
  /** What ends the process; tests look at the code instead. */
  readonly exit?: (code: 0 | 1) => void;
}

/** How long supervisors wait, as a rule, before they kill. */
const DEADLINE_MS = 10_000;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Calls `close` at the first signal and ends the process with 0 when it is done, with 1 when it failed or takes too long. The
 * returned function stops listening.
 */
export function onStop(
  close: (signal: NodeJS.Signals) => Promise<void>,
  { log, deadlineMs = DEADLINE_MS, exit = process.exit }: StopOptions,
): () => void {
  let stopping = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) {
      log.warn('stopped at once', { signal });
      exit(1);
      return;
    }
    stopping = true;
    log.info('stopping', { signal });
    const timer = setTimeout(() => {
      log.warn('stopped too slowly', { deadlineMs });
      exit(1);
    }, deadlineMs);
    close(signal).then(
      () => {
        clearTimeout(timer);
        log.info('stopped');
        exit(0);
      },
      (error: unknown) => {
        clearTimeout(timer);
        log.bug('stop', error);
        exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return () => {
    for (const signal of SIGNALS) process.off(signal, handle);
  };
}
