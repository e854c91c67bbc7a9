// A clock that tests move by hand.

import type { Clock } from '../../src/bot/clock.js';

export interface FakeClock extends Clock {
  /** Move on, calling what becomes due. */
  advance(ms: number): void;
}

export function createFakeClock(start = Date.UTC(2026, 0, 15, 12)): FakeClock {
  let now = start;
  const pending = new Set<{ readonly at: number; readonly call: () => void }>();
  return {
    now: () => now,
    after: (delayMs, call) => {
      const timer = { at: now + delayMs, call };
      pending.add(timer);
      return () => pending.delete(timer);
    },
    advance: (ms) => {
      now += ms;
      for (const timer of [...pending].filter(({ at }) => at <= now)) {
        pending.delete(timer);
        timer.call();
      }
    },
  };
}
