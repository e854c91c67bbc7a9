// Time as an argument: nothing in the engine reads the clock by itself.

export interface Clock {
  /** Milliseconds; only differences mean something. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
