// What a language model's calls cost: counted where they start and end, told in `describe()`.

import type { Clock } from '../clock.js';
import { isUserError } from '../errors.js';
import type { ModelUsage } from './language-model.js';

export interface TokenCounts {
  readonly promptTokens: number;
  readonly generatedTokens: number;
}

export interface UsageMeter {
  /** Runs a call and counts it. One that was cancelled is no failure. */
  count<T extends TokenCounts>(run: () => Promise<T>): Promise<T>;
  read(): ModelUsage;
}

export function createUsageMeter(clock: Clock): UsageMeter {
  let usage: ModelUsage = { calls: 0, failures: 0, promptTokens: 0, generatedTokens: 0, totalMs: 0, lastMs: null };
  return {
    async count(run) {
      const started = clock.now();
      try {
        const result = await run();
        const took = clock.now() - started;
        usage = {
          ...usage,
          calls: usage.calls + 1,
          promptTokens: usage.promptTokens + result.promptTokens,
          generatedTokens: usage.generatedTokens + result.generatedTokens,
          totalMs: usage.totalMs + took,
          lastMs: took,
        };
        return result;
      } catch (error) {
        const failed = isUserError(error) && error.code === 'cancelled' ? 0 : 1;
        usage = {
          ...usage,
          calls: usage.calls + 1,
          failures: usage.failures + failed,
          totalMs: usage.totalMs + clock.now() - started,
        };
        throw error;
      }
    },
    read: () => usage,
  };
}
