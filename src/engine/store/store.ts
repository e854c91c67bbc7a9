// What the rest of Handful sees of its storage: spaces of keys (Keyv namespaces), and batches that happen wholly or not at all.

import type { z } from 'zod';

/** One change of a batch. */
export type Write =
  | {
      readonly kind: 'put';
      readonly namespace: string;
      readonly key: string;
      readonly value: unknown;
      /** Milliseconds after which it is gone; left out: it stays. */
      readonly ttlMs?: number | undefined;
    }
  | { readonly kind: 'drop'; readonly namespace: string; readonly key: string }
  | { readonly kind: 'clear'; readonly namespace: string };

/**
 * The keys of one namespace; values are parsed by its schema on the way out (`damaged` when they do not fit). What was stored
 * with a time to live is gone when that is over; it goes on while no process runs.
 */
export interface KeySpace<V> {
  readonly namespace: string;
  get(key: string): Promise<V | undefined>;
  set(key: string, value: V, ttlMs?: number): Promise<void>;
  /** Whether there was something to delete. */
  delete(key: string): Promise<boolean>;
  /** In ascending order of their UTF-8 bytes; with a prefix, those that begin with it, without reading the others. */
  keys(prefix?: string): Promise<string[]>;
  /** In the order of `keys`; never reads another namespace. */
  entries(prefix?: string): Promise<[key: string, value: V][]>;
  /** Changes for `Store.batch`. */
  put(key: string, value: V, ttlMs?: number): Write;
  drop(key: string): Write;
  clear(): Write;
}

export interface Store {
  /** `memory:` or the path of the file. */
  readonly location: string;
  /** Values are JSON, or a Uint8Array, which is kept as it is. */
  keySpace<V>(namespace: string, schema: z.ZodType<V>): KeySpace<V>;
  /** The namespaces that begin with a prefix and hold anything, in ascending order of their UTF-8 bytes. */
  namespaces(prefix: string): Promise<string[]>;
  /** Applies the changes in order, all or nothing; on disk when it resolves. */
  batch(writes: readonly Write[]): Promise<void>;
  /** Deletes for good what has outlived its time; happens by itself when a store opens. How much it was. */
  sweep(): Promise<number>;
  /** Rewrites what deletions left behind in the log, so that deleted text is in no file any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}
