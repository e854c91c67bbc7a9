// A Keyv storage adapter over libsql: one adapter object per namespace over one shared table, because Keyv writes its namespace
// into the adapter it is given. Keyv's own key prefixes are off (they skip keys that already begin with the namespace); the
// namespace is a column. Keyv's JSON is off too: JSON values are text here and Uint8Array values are blobs, without base64.

import { setImmediate } from 'node:timers/promises';
import { Keyv, type KeyvStoreAdapter } from 'keyv';
import type { Clock } from '../clock.js';
import type { SqliteDatabase } from './database.js';
import { inTransaction } from './database.js';
import { guarded } from './problems.js';
import type { Write } from './store.js';

/** What Keyv hands to a store and expects back when it does not serialise. */
interface Envelope {
  readonly value: unknown;
  readonly expires?: number | undefined;
}

type Row = [key: string, value: string | Uint8Array];

const PAGE_ROWS = 1000;

/** The table of a database, read and written by namespace and key. */
export interface EntryTable {
  /** A Keyv that sees one namespace. */
  keyv(namespace: string): Keyv;
  /** Those that begin with a prefix, or all. */
  keys(namespace: string, prefix?: string): string[];
  entries(namespace: string, prefix?: string): AsyncIterable<[key: string, value: unknown]>;
  namespaces(prefix: string): string[];
  batch(writes: readonly Write[]): void;
  /** Deletes what has expired; how many rows. */
  sweep(): number;
}

export function createEntryTable(database: SqliteDatabase, file: string, clock: Clock): EntryTable {
  const statements = prepareStatements(database);

  const put = (namespace: string, key: string, { value, expires }: Envelope): void => {
    statements.put.run(namespace, checked(key), encode(value), expires ?? null);
  };
  const apply = (write: Write): void => {
    switch (write.kind) {
      case 'put':
        put(write.namespace, write.key, {
          value: write.value,
          expires: write.ttlMs === undefined ? undefined : clock.now() + write.ttlMs,
        });
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
  async function* pages(namespace: string, prefix = ''): AsyncGenerator<[string, Envelope], void> {
    for (let after = ''; ; ) {
      const rows = guarded(file, () => {
        const now = clock.now();
        return after === ''
          ? (statements.firstPage.all(namespace, prefix, prefix, now, PAGE_ROWS) as Row[])
          : (statements.nextPage.all(namespace, after, prefix, now, PAGE_ROWS) as Row[]);
      });
      for (const [key, value] of rows) yield [key, decode(value)];
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE_ROWS) return;
      after = last[0];
      // A large task takes many pages: others get their turn between them.
      await setImmediate();
    }
  }

  async function* entries(namespace: string, prefix?: string): AsyncGenerator<[string, unknown], void> {
    for await (const [key, { value }] of pages(namespace, prefix)) yield [key, value];
  }

  const adapter = (namespace: string): KeyvStoreAdapter => {
    const self = {
      // Keyv offers an iterator only for the dialects it knows.
      opts: { dialect: 'sqlite', url: file },
      // Errors are thrown, never emitted.
      on: () => self,
      get: async (key: string) =>
        guarded(file, () => {
          const row = statements.get.get(namespace, key, clock.now()) as Row | undefined;
          return row === undefined ? undefined : decode(row[1]);
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
    keys: (namespace, prefix = '') =>
      guarded(file, () =>
        statements.keys.all(namespace, prefix, prefix, clock.now()).map((row) => (row as [string])[0]),
      ),
    entries,
    namespaces: (prefix) => guarded(file, () => statements.namespaces.all(prefix).map((row) => (row as [string])[0])),
    batch: (writes) => guarded(file, () => inTransaction(database, () => writes.forEach(apply))),
    sweep: () => guarded(file, () => statements.sweep.run(clock.now()).changes),
  };
}

/** What has expired is not there, whether it was swept already or not. */
const ALIVE = '(expires IS NULL OR expires > ?)';

/** The same without reading the row, where `expires` stands behind a value that may be megabytes. */
const ALIVE_BY_INDEX = 'rowid NOT IN (SELECT rowid FROM entries INDEXED BY expiring WHERE expires <= ?)';

/** Rows of a namespace whose keys come after one key and begin with another text: no byte of UTF-8 is as high as FF. */
const among = (after: '>' | '>='): string => `namespace = ? AND key ${after} ? AND key < ? || x'ff'`;

function prepareStatements(database: SqliteDatabase) {
  const page = (after: '>' | '>=') =>
    database.prepare(`SELECT key, value FROM entries WHERE ${among(after)} AND ${ALIVE} ORDER BY key LIMIT ?`).raw();
  return {
    get: database.prepare(`SELECT key, value FROM entries WHERE namespace = ? AND key = ? AND ${ALIVE}`).raw(),
    put: database.prepare(
      `INSERT INTO entries (namespace, key, value, expires) VALUES (?, ?, ?, ?)
       ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires = excluded.expires`,
    ),
    drop: database.prepare('DELETE FROM entries WHERE namespace = ? AND key = ?'),
    clear: database.prepare('DELETE FROM entries WHERE namespace = ?'),
    keys: database.prepare(`SELECT key FROM entries WHERE ${among('>=')} AND ${ALIVE_BY_INDEX} ORDER BY key`).raw(),
    // Jumps from one namespace to the next in the index instead of reading every row.
    namespaces: database
      .prepare(
        `WITH RECURSIVE found (namespace) AS (
           SELECT min(namespace) FROM entries WHERE namespace >= ?1
           UNION ALL
           SELECT (SELECT min(namespace) FROM entries WHERE namespace > found.namespace)
           FROM found WHERE substr(found.namespace, 1, length(?1)) = ?1
         )
         SELECT namespace FROM found WHERE substr(namespace, 1, length(?1)) = ?1`,
      )
      .raw(),
    firstPage: page('>='),
    nextPage: page('>'),
    sweep: database.prepare('DELETE FROM entries INDEXED BY expiring WHERE expires <= ?'),
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

/** Without `expires`: what has expired is not read at all, and Keyv would go by another clock. */
function decode(value: string | Uint8Array): Envelope {
  const decoded: unknown =
    typeof value === 'string' ? JSON.parse(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return { value: decoded };
}
