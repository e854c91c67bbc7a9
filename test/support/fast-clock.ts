// A clock that runs faster than time: what waits seconds in the product waits milliseconds in a test over real sockets.

import type { Clock } from '../../src/bot/clock.js';

/** `ahead`: how far the clock was moved on besides, in milliseconds; what waits is not called earlier by it. */
export function createFastClock(speed = 20, ahead: () => number = () => 0): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed + ahead(),
    after: (delayMs, call) => {
      const timer = setTimeout(call, delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}
