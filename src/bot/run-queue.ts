// Who trains next: one run of each space in turn, and within a space in the order of asking, so that a busy community does not
// keep the others waiting.

export interface FairQueue<T extends { readonly space: string }> {
  readonly size: number;
  push(item: T): void;
  /** Take the next one out. */
  next(): T | undefined;
  /** The one of a space that comes last. */
  last(space: string): T | undefined;
  /** Those of a space, in their order. */
  of(space: string): readonly T[];
  remove(item: T): void;
}

export function createFairQueue<T extends { readonly space: string }>(): FairQueue<T> {
  // A Map keeps the order of insertion: the first space is the one whose turn it is.
  const spaces = new Map<string, T[]>();
  /** The space that had the last turn: it may have asked again before the others did. */
  let served: string | undefined;
  return {
    get size() {
      let size = 0;
      for (const items of spaces.values()) size += items.length;
      return size;
    },
    push: (item) => {
      const items = spaces.get(item.space);
      if (items === undefined) spaces.set(item.space, [item]);
      else items.push(item);
    },
    next: () => {
      const [first, second] = spaces.keys();
      const space = first === served ? (second ?? first) : first;
      if (space === undefined) return undefined;
      const items = spaces.get(space)!;
      const item = items.shift();
      spaces.delete(space);
      if (items.length > 0) spaces.set(space, items);
      served = space;
      return item;
    },
    last: (space) => spaces.get(space)?.at(-1),
    of: (space) => [...(spaces.get(space) ?? [])],
    remove: (item) => {
      const items = spaces.get(item.space)?.filter((held) => held !== item) ?? [];
      if (items.length > 0) spaces.set(item.space, items);
      else spaces.delete(item.space);
    },
  };
}
