// What goes wrong with a store file, as sentences that say what to do.

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UserError } from '../errors.js';

/** A path as people write it: `~` for the home folder. */
export function displayPath(file: string): string {
  const home = homedir();
  return file.startsWith(home + path.sep) ? `~${file.slice(home.length)}` : file;
}

/** Turns an error of libsql or of the file system into a UserError; anything else comes back as it is. */
export function storeProblem(error: unknown, file: string): unknown {
  const sentence = sentenceFor(error, file);
  return sentence === undefined ? error : new UserError('store', sentence, { details: { file }, cause: error });
}

/** Runs `work` and turns what it throws into sentences about `file`. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeProblem(error, file);
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

/** Whether another connection holds a lock that was asked for. */
export const isBusy = (error: unknown): boolean => primaryCode(error) === SQLITE.busy;

/** libsql names only some of the extended codes (1544 is UNKNOWN_SQLITE_ERROR_1544); their low byte is the primary one. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  // An open that fails has no code at all: ConnectionFailed("Unable to open connection to local database …: 14").
  return error.message.startsWith('ConnectionFailed') ? SQLITE.cannotOpen : undefined;
}

function sentenceFor(error: unknown, file: string): string | undefined {
  const shown = displayPath(file);
  switch (primaryCode(error) ?? fileSystemCode(error)) {
    case SQLITE.full:
      return `The disk is full: nothing was saved in ${shown}. Free some space and try again.`;
    case SQLITE.readOnly:
      return `${shown} cannot be written (${isWritable(path.dirname(file)) ? 'it' : displayPath(path.dirname(file))} is read-only). ${HELP}`;
    case SQLITE.corrupt:
    case SQLITE.notADatabase:
      return `${shown} is damaged. Put a copy of it back in its place, or move it away to start with an empty one.`;
    case SQLITE.busy:
    case SQLITE.locked:
      return `${shown} is busy: another program is writing it. Close that program and try again.`;
    case SQLITE.ioError:
      return `${shown} could not be read or written (disk error). Check the disk, then start Handful again.`;
    case SQLITE.cannotOpen:
      return `${shown} cannot be opened (${whyNot(file)}). ${HELP}`;
    default:
      return undefined;
  }
}

const HELP = 'Give this user the right to write there, or set HANDFUL_HOME to another folder.';

/** Making the folder fails with codes of the file system. */
function fileSystemCode(error: unknown): number | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  return error.code === 'ENOSPC' ? SQLITE.full : SQLITE.cannotOpen;
}

function whyNot(file: string): string {
  if (isFolder(file)) return 'it is a folder';
  let above = path.dirname(file);
  while (!existsSync(above)) above = path.dirname(above);
  if (!isFolder(above)) return `${displayPath(above)} is not a folder`;
  if (!isWritable(above)) return `${displayPath(above)} is read-only`;
  return 'the system refused it';
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    // Missing, or below something that is no folder.
    return false;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // That it throws is the answer.
    return false;
  }
}
