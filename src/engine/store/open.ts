// Opens a store by its URL, and wraps one database as a Store.

import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { type Clock, systemClock } from '../clock.js';
import { UserError } from '../errors.js';
import { openDatabase, type SqliteDatabase } from './database.js';
import { createEntryTable } from './keyv-sqlite.js';
import { displayPath, guarded } from './problems.js';
import { HOLDER, lockForThisProcess, type ProcessLock } from './process-lock.js';
import type { KeySpace, Store } from './store.js';

/** `memory:` (gone when it closes) or the path of an SQLite file, which is made when it is missing and locked for this process. */
export async function openStore(url: string, { clock = systemClock }: { clock?: Clock } = {}): Promise<Store> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase() ?? 'file';
  switch (scheme) {
    case 'memory':
      return createStore(openDatabase(':memory:'), { location: 'memory:', clock });
    case 'file':
      return openFile(resolvePath(url.replace(/^file:(\/\/)?/i, '')), clock);
    default:
      // The URL itself may hold a password.
      throw new UserError(
        'bad-configuration',
        `HANDFUL_STORE: ${scheme}: is not supported. Expected memory: or the path of an SQLite file.`,
        { details: { scheme } },
      );
  }
}

/** A Store over an open database, which it closes (and `lock` with it). */
export function createStore(
  database: SqliteDatabase,
  { location, clock = systemClock, lock }: { location: string; clock?: Clock; lock?: ProcessLock },
): Store {
  const table = createEntryTable(database, location, clock);
  const inMemory = location === 'memory:';
  const checkpointLog = (): void => {
    if (!inMemory) database.pragma('wal_checkpoint(TRUNCATE)');
  };

  const keySpace = <V>(namespace: string, schema: z.ZodType<V>): KeySpace<V> => {
    const keyv = table.keyv(namespace);
    const parse = (key: string, value: unknown): V => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      throw new UserError(
        'damaged',
        `${displayPath(location)} holds a record that cannot be read: ${namespace} ${key}.`,
        {
          details: { location, namespace, key },
          cause: parsed.error,
        },
      );
    };
    return {
      namespace,
      get: async (key) => {
        const value = await keyv.get<unknown>(key);
        return value === undefined ? undefined : parse(key, value);
      },
      set: async (key, value, ttlMs) => {
        if (ttlMs === undefined) await keyv.set(key, value);
        else table.batch([{ kind: 'put', namespace, key, value, ttlMs }]);
      },
      delete: (key) => keyv.delete(key),
      keys: async (prefix) => table.keys(namespace, prefix),
      entries: async (prefix) => {
        const entries: [string, V][] = [];
        for await (const [key, value] of table.entries(namespace, prefix)) entries.push([key, parse(key, value)]);
        return entries;
      },
      put: (key, value, ttlMs) => ({ kind: 'put', namespace, key, value, ttlMs }),
      drop: (key) => ({ kind: 'drop', namespace, key }),
      clear: () => ({ kind: 'clear', namespace }),
    };
  };

  return {
    location,
    keySpace,
    namespaces: async (prefix) => table.namespaces(prefix),
    batch: async (writes) => table.batch(writes),
    sweep: async () => table.sweep(),
    settle: async () => guarded(location, checkpointLog),
    close: async () => {
      if (!database.open) return;
      try {
        guarded(location, checkpointLog);
      } finally {
        database.close();
        lock?.release();
      }
    },
  };
}

async function openFile(file: string, clock: Clock): Promise<Store> {
  guarded(file, () => mkdirSync(path.dirname(file), { recursive: true }));
  const lock = await lockForThisProcess(file);
  try {
    const store = createStore(
      guarded(file, () => openDatabase(file)),
      { location: file, clock, lock },
    );
    await store.keySpace(HOLDER.namespace, HOLDER.schema).set(HOLDER.key, { pid: process.pid });
    await store.sweep();
    return store;
  } catch (error) {
    lock.release();
    throw error;
  }
}

const resolvePath = (file: string): string =>
  path.resolve(file.startsWith('~/') || file === '~' ? path.join(homedir(), file.slice(1)) : file);
