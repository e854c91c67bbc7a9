// Runs other programs, and says in one sentence what is missing.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Something that the person at the keyboard can mend. */
export class Problem extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const WINDOWS = process.platform === 'win32';

/** Shows what the program prints; true when it ended well. */
export const runs = (program, args, options = {}) =>
  start(program, args, { stdio: 'inherit', ...options }).status === 0;

/** What the program prints; null when it is not there or fails. */
export function output(program, args, options = {}) {
  const { status, stdout } = start(program, args, { encoding: 'utf8', ...options });
  return status === 0 ? stdout.trim() : null;
}

/** Everything the program prints, and whether it ended well. */
export function captured(program, args, options = {}) {
  const { status, stdout, stderr, error } = start(program, args, { encoding: 'utf8', ...options });
  return { ok: status === 0, printed: `${stdout ?? ''}\n${stderr ?? ''}\n${error === undefined ? '' : String(error)}` };
}

function start(program, args, options) {
  // npm is a script on Windows, which only a shell can start.
  const shell = WINDOWS && program === 'npm';
  return spawnSync(program, args, { cwd: root, shell, ...options });
}
