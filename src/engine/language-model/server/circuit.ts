// A server in trouble is left alone for a while, and the chat does not wait for it: after some failures in a row calls are
// refused at once, then one may try; when it succeeds, all may.

import type { Clock } from '../../clock.js';
import type { CircuitDescription } from '../language-model.js';

export interface CircuitOptions {
  /** Failed calls in a row that open it. */
  readonly failures: number;
  readonly pauseMs: number;
  readonly clock: Clock;
}

export interface Circuit {
  /** Whether a call may go out; each that does ends with one of the three below. */
  enter(): boolean;
  succeeded(): void;
  failed(): void;
  /** Ended without telling anything about the server: the caller gave up. */
  left(): void;
  describe(): CircuitDescription;
}

export function createCircuit({ failures: limit, pauseMs, clock }: CircuitOptions): Circuit {
  let failures = 0;
  let openedAt: number | null = null;
  let trying = false;
  const left = (): number => (openedAt === null ? 0 : Math.max(0, openedAt + pauseMs - clock.now()));
  return {
    enter() {
      if (openedAt === null) return true;
      if (left() > 0 || trying) return false;
      trying = true;
      return true;
    },
    succeeded() {
      failures = 0;
      openedAt = null;
      trying = false;
    },
    failed() {
      failures++;
      trying = false;
      if (failures >= limit) openedAt = clock.now();
    },
    left() {
      trying = false;
    },
    describe: () => ({
      state: openedAt === null ? 'closed' : left() > 0 ? 'open' : 'half-open',
      failures,
      retryInMs: left(),
    }),
  };
}
