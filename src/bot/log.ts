// What the operator reads when something is our fault: one JSON object a line, with an id that the person in the chat sees too.
// Never holds texts of people or secrets.

import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';

export interface Log {
  /** Write down a bug; returns its id. */
  bug(where: string, error: unknown): string;
}

export function createLog(write: (line: string) => void): Log {
  return {
    bug: (where, error) => {
      const id = randomBytes(3).toString('hex');
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      write(JSON.stringify({ at: new Date().toISOString(), level: 'error', id, where, cause }));
      return id;
    },
  };
}

/** A log that grows in a file; where the file cannot be written, standard error gets the line. */
export function createFileLog(file: string): Log {
  return createLog((line) => {
    try {
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      process.stderr.write(`${line}\n`);
    }
  });
}
