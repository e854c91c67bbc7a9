// One process at a time on a store file. The lock is an exclusive SQLite lock on an empty file beside it: the system lets go of
// it when the process ends, however it ends, so a killed process leaves nothing stale behind and no process id is ever trusted
// to say whether the lock holds. The id that is shown comes from the store itself, which other processes may read.

import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { z } from 'zod';
import { UserError } from '../errors.js';
import { displayPath, guarded, isBusy, storeProblem } from './problems.js';

export interface ProcessLock {
  release(): void;
}

/** Where the holder writes its process id. */
export const HOLDER = { namespace: 'process', key: 'holder', schema: z.object({ pid: z.int() }) };

/** A process that is just ending may hold the lock for a moment more. */
const PATIENCE_MS = 300;

export async function lockForThisProcess(file: string): Promise<ProcessLock> {
  const lock = guarded(file, () => new Database(`${realPath(file)}.lock`, { timeout: PATIENCE_MS }));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw storeProblem(error, file);
    const pid = await holderOf(file);
    throw new UserError(
      'store',
      `Another Handful${pid === undefined ? '' : ` (process ${pid})`} uses ${displayPath(file)}. ` +
        'Stop it, or set HANDFUL_HOME to another folder.',
      { details: { file, pid }, cause: error },
    );
  }
  return {
    release: () => {
      if (!lock.open) return;
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}

/** One file has one lock, whichever link leads to it. */
function realPath(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  return path.join(realpathSync(path.dirname(file)), path.basename(file));
}

/** The living process that wrote itself into the store last; the holder writes it a moment after it has the lock. */
async function holderOf(file: string): Promise<number | undefined> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const pid = readHolder(file);
    if (pid !== undefined && isAlive(pid)) return pid;
    await sleep(50);
  }
  return undefined;
}

function readHolder(file: string): number | undefined {
  let database: InstanceType<typeof Database> | undefined;
  try {
    database = new Database(file, { timeout: PATIENCE_MS });
    const row = database
      .prepare('SELECT value FROM entries WHERE namespace = ? AND key = ?')
      .raw()
      .get(HOLDER.namespace, HOLDER.key) as [string] | undefined;
    return row === undefined ? undefined : HOLDER.schema.parse(JSON.parse(row[0])).pid;
  } catch {
    // The holder is still making the file, or it is not a store: the sentence does without the number.
    return undefined;
  } finally {
    database?.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
