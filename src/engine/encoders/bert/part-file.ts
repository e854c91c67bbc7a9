// The unfinished part of a download. Only one process or thread writes to it: whoever renames it to a name of its own has it.
// What a killed process left behind is found by the process id in that name.

import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { threadId } from 'node:worker_threads';

export interface PartFile {
  readonly path: string;
  /** Bytes that are already there. */
  readonly bytes: number;
  /** Whole and checked: the file takes its place, at once or not at all. */
  finish(): Promise<void>;
  /** Left for a later try. */
  keep(): Promise<void>;
  drop(): Promise<void>;
}

let claims = 0;

/** A name that no other process, thread or call has: begins with the process id. */
export const ownSuffix = (): string => `${process.pid}-${threadId}-${claims++}`;

/** `version` tells contents apart: a part of another version is not gone on with. */
export async function claimPart(target: string, version: string): Promise<PartFile> {
  const shared = `${target}.${version}.part`;
  const own = `${shared}-${ownSuffix()}`;
  for (const candidate of [shared, ...(await orphans(shared))]) {
    if (await tryRename(candidate, own)) break;
  }
  const bytes = await stat(own).then(
    ({ size }) => size,
    () => 0,
  );
  return {
    path: own,
    bytes,
    finish: () => rename(own, target),
    keep: async () => {
      await tryRename(own, shared);
    },
    drop: () => rm(own, { force: true }),
  };
}

async function orphans(shared: string): Promise<string[]> {
  const folder = path.dirname(shared);
  const start = `${path.basename(shared)}-`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(start));
  return names
    .filter((name) => !isAlive(Number(name.slice(start.length).split('-')[0])))
    .map((name) => path.join(folder, name));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
