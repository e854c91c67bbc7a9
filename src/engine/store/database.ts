// One SQLite database (libsql) that holds every namespace in one table.

import Database from 'libsql';
import { UserError } from '../errors.js';
import { displayPath } from './problems.js';

export type SqliteDatabase = InstanceType<typeof Database>;

/** Grows when the table changes; kept in the file's `user_version`. */
const STORE_FORMAT = 1;

/** How long a writer waits for another program, a backup for instance. */
const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens `:memory:` or a file, and makes the table when it is new.
 *
 * `synchronous=FULL`: each commit is flushed to the disk, so what was acknowledged outlives a power cut as well as a killed
 * process. It costs some 2 ms a commit, which nobody who types notices; imports are one commit.
 * `secure_delete=ON`: what people delete is overwritten, not only unlinked.
 */
export function openDatabase(file: string): SqliteDatabase {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma('journal_mode=WAL');
    database.exec('PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;');
    requireKnownFormat(database, file);
    // Not WITHOUT ROWID: clearing 100,000 rows that lie among large values took 30 s there, 0.1 s here.
    database.exec(`
      CREATE TABLE IF NOT EXISTS entries (
        namespace TEXT NOT NULL, key TEXT NOT NULL, value ANY NOT NULL, expires INTEGER,
        PRIMARY KEY (namespace, key)
      ) STRICT;
      CREATE INDEX IF NOT EXISTS expiring ON entries (expires) WHERE expires IS NOT NULL;
      PRAGMA user_version=${STORE_FORMAT};`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs `work` in one transaction: all of it is on disk afterwards, or nothing. */
export function inTransaction(database: SqliteDatabase, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // A full disk has already rolled back, and a second ROLLBACK would hide the reason (libsql's own `transaction` does).
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function requireKnownFormat(database: SqliteDatabase, file: string): void {
  const [format] = database.prepare('PRAGMA user_version').raw().get() as [number];
  if (format <= STORE_FORMAT) return;
  throw new UserError(
    'store',
    `${displayPath(file)} was written by a newer Handful (store format ${format}, this one knows ${STORE_FORMAT}). Update Handful.`,
    { details: { file, format } },
  );
}
