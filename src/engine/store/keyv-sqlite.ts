// A Keyv storage adapter over libsql: one adapter object per namespace over one shared table, because Keyv writes its namespace
// into the adapter it is given. Keyv's own key prefixes are off (they skip keys that already begin with the namespace); the
// namespace is a column. Keyv's JSON is off too: JSON values are text here and Uint8Array values are blobs, without base64.

import { Keyv, type KeyvStoreAdapter } from 'keyv';
import type { SqliteDatabase } from './database.js';
import { inTransaction } from './database.js';
import { guarded } from './problems.js';
import type { Write } from './store.js';

/** What Keyv hands to a store and expects back when it does not serialise. */
interface Envelope {
  readonly value: unknown;
  readonly expires?: number | undefined;
}

type Row = [key: string, value: string | Uint8Array, expires: number | null];

const PAGE_ROWS = 1000;

/** The table of a database, read and written by namespace and key. */
export interface EntryTable {
  /** A Keyv that sees one namespace. */
  keyv(namespace: string): Keyv;
  keys(namespace: string): string[];
  batch(writes: readonly Write[]): void;
}

export function createEntryTable(database: SqliteDatabase, file: string): EntryTable {
  const statements = prepareStatements(database);

  const put = (namespace: string, key: string, { value, expires }: Envelope): void => {
    statements.put.run(namespace, checked(key), encode(value), expires ?? null);
  };
  const apply = (write: Write): void => {
    switch (write.kind) {
      case 'put':
        put(write.namespace, write.key, { value: write.value });
        return;
      case 'drop':
        statements.drop.run(write.namespace, write.key);
        return;
      case 'clear':
        statements.clear.run(write.namespace);
        return;
      default:
        throw write satisfies never;
    }
  };

  /** Page by page, so that writes between two pages never meet an open cursor. */
  async function* pages(namespace: string): AsyncGenerator<[string, Envelope], void> {
    for (let after = ''; ; ) {
      const rows = guarded(file, () => statements.page.all(namespace, after, PAGE_ROWS) as Row[]);
      for (const [key, value, expires] of rows) yield [key, decode(value, expires)];
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      after = last[0];
    }
  }

  const adapter = (namespace: string): KeyvStoreAdapter => {
    const self = {
      // Keyv offers an iterator only for the dialects it knows.
      opts: { dialect: 'sqlite', url: file },
      // Errors are thrown, never emitted.
      on: () => self,
      get: async (key: string) =>
        guarded(file, () => {
          const row = statements.get.get(namespace, key) as Row | undefined;
          return row === undefined ? undefined : decode(row[1], row[2]);
        }),
      getMany: (keys: string[]) => Promise.all(keys.map((key) => self.get(key))),
      set: async (key: string, envelope: Envelope) => guarded(file, () => put(namespace, key, envelope)),
      setMany: async (entries: { key: string; value: Envelope }[]) =>
        guarded(file, () =>
          inTransaction(database, () => {
            for (const { key, value } of entries) put(namespace, key, value);
          }),
        ),
      delete: async (key: string) => guarded(file, () => statements.drop.run(namespace, key).changes > 0),
      deleteMany: async (keys: string[]) =>
        guarded(file, () => {
          let deleted = 0;
          inTransaction(database, () => {
            for (const key of keys) deleted += statements.drop.run(namespace, key).changes;
          });
          return deleted > 0;
        }),
      clear: async () => guarded(file, () => void statements.clear.run(namespace)),
      iterator: () => pages(namespace),
    };
    // Keyv's types say that a store reads and writes the text of its own serialisation, which is off here.
    return self as unknown as KeyvStoreAdapter;
  };

  return {
    keyv: (namespace) => {
      const keyv = new Keyv({
        store: adapter(checked(namespace)),
        namespace,
        useKeyPrefix: false,
        throwOnErrors: true,
        emitErrors: false,
      });
      keyv.serialize = undefined;
      keyv.deserialize = undefined;
      return keyv;
    },
    keys: (namespace) => guarded(file, () => statements.keys.all(namespace).map((row) => (row as [string])[0])),
    batch: (writes) => guarded(file, () => inTransaction(database, () => writes.forEach(apply))),
  };
}

function prepareStatements(database: SqliteDatabase) {
  return {
    get: database.prepare('SELECT key, value, expires FROM entries WHERE namespace = ? AND key = ?').raw(),
    put: database.prepare(
      `INSERT INTO entries (namespace, key, value, expires) VALUES (?, ?, ?, ?)
       ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
    ),
    drop: database.prepare('DELETE FROM entries WHERE namespace = ? AND key = ?'),
    clear: database.prepare('DELETE FROM entries WHERE namespace = ?'),
    keys: database.prepare('SELECT key FROM entries WHERE namespace = ? ORDER BY key').raw(),
    page: database
      .prepare('SELECT key, value, expires FROM entries WHERE namespace = ? AND key > ? ORDER BY key LIMIT ?')
      .raw(),
  };
}

/** SQLite's text ends at U+0000, and half a surrogate pair becomes U+FFFD: two keys would become one. */
function checked(key: string): string {
  if (key === '' || /[\0\ud800-\udfff]/u.test(key)) throw new TypeError(`Not a key: ${JSON.stringify(key)}`);
  return key;
}

function encode(value: unknown): string | Uint8Array {
  if (value instanceof Uint8Array) return value;
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('Only JSON values and bytes can be stored');
  return text;
}

function decode(value: string | Uint8Array, expires: number | null): Envelope {
  const decoded: unknown =
    typeof value === 'string' ? JSON.parse(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return expires === null ? { value: decoded } : { value: decoded, expires };
}
