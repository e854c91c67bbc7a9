// Time as an argument: the bot asks a clock, tests give it one that they move by hand.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Call once after a delay; the returned function calls it off. */
  after(delayMs: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};
