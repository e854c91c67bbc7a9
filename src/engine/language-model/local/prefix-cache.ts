// Prompts that begin alike (the demonstrations of one task, question after question) share what the model read of them. Bounded
// by bytes; the least recently used leaves first.

import { bytesOf, cut, isFlexible, type Past } from './past.js';

export interface PrefixCache {
  /** The past of the longest known beginning of `ids`, of at most `limit` tokens; null where none is worth it. */
  find(ids: readonly number[], limit: number): Past | null;
  /** Remembers the past of `ids`, in place of what it mostly repeats; false where it stays the caller's. */
  keep(ids: readonly number[], past: Past): boolean;
  /** Bytes held. */
  size(): number;
  clear(): void;
}

interface Entry {
  readonly ids: readonly number[];
  readonly past: Past;
  readonly bytes: number;
}

/** Reading fewer tokens again is as fast as copying. */
const WORTHWHILE = 8;

export function createPrefixCache(maxBytes: number): PrefixCache {
  /** Least recently used first. */
  let entries: Entry[] = [];
  const total = (): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    find(ids, limit) {
      let best: Entry | null = null;
      let length = 0;
      for (const entry of entries) {
        const shared = Math.min(limit, sharedPrefix([entry.ids, ids]));
        if (shared > length) [best, length] = [entry, shared];
      }
      if (best === null || length < WORTHWHILE) return null;
      const used = best;
      entries = [...entries.filter((entry) => entry !== used), used];
      return cut(used.past, length);
    },
    keep(ids, past) {
      if (!isFlexible(past)) return false;
      const bytes = bytesOf(past);
      if (bytes > maxBytes) return false;
      // The next question after the same demonstrations takes the place of the last one.
      entries = entries.filter((entry) => sharedPrefix([entry.ids, ids]) < entry.ids.length / 2);
      entries.push({ ids: [...ids], past, bytes });
      while (total() > maxBytes) entries.shift();
      return true;
    },
    size: total,
    clear() {
      entries = [];
    },
  };
}

/** Number of leading tokens that all lists share. */
export function sharedPrefix(lists: readonly (readonly number[])[]): number {
  const [first = []] = lists;
  const shortest = Math.min(first.length, ...lists.map(({ length }) => length));
  let shared = 0;
  while (shared < shortest && lists.every((list) => list[shared] === first[shared])) shared++;
  return shared;
}
