// The answerers that a thread holds ready. Least recently used ones leave when there are too many, but never while they answer.

import type { Answerer } from '../answerers/answerer.js';

interface Entry {
  readonly answerer: Promise<Answerer>;
  users: number;
  evicted: boolean;
}

export interface AnswererCache {
  has(key: string): boolean;
  /** Runs with the answerer of this key, loading it when needed; a failed load is forgotten. */
  use<T>(key: string, load: () => Promise<Answerer>, run: (answerer: Answerer) => Promise<T>): Promise<T>;
}

export function createAnswererCache(capacity: number): AnswererCache {
  const entries = new Map<string, Entry>();
  const release = (entry: Entry): void => {
    if (entry.evicted && entry.users === 0) entry.answerer.then((answerer) => answerer.dispose()).catch(() => {});
  };
  const evict = (key: string, entry: Entry): void => {
    entries.delete(key);
    entry.evicted = true;
    release(entry);
  };
  return {
    has: (key) => entries.has(key),
    async use(key, load, run) {
      const entry = entries.get(key) ?? { answerer: load(), users: 0, evicted: false };
      entries.delete(key);
      entries.set(key, entry);
      entry.users++;
      for (const [oldest, held] of entries) {
        if (entries.size <= capacity) break;
        evict(oldest, held);
      }
      try {
        const answerer = await entry.answerer.catch((error: unknown) => {
          if (entries.get(key) === entry) entries.delete(key);
          throw error;
        });
        return await run(answerer);
      } finally {
        entry.users--;
        release(entry);
      }
    },
  };
}
