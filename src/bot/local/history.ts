// Typed lines, kept between starts in HANDFUL_HOME/history, newest first as node:readline has them. Readable by their owner only.

import { readFileSync, writeFileSync } from 'node:fs';

export const MOST_LINES = 1000;

export function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .reverse();
  } catch {
    // The first start has no history; one that cannot be read is no reason not to chat.
    return [];
  }
}

/** Returns whether it could be written; the chat goes on without. */
export function writeHistory(file: string, history: readonly string[]): boolean {
  try {
    writeFileSync(
      file,
      [...history.slice(0, MOST_LINES)]
        .reverse()
        .map((line) => `${line}\n`)
        .join(''),
      { mode: 0o600 },
    );
    return true;
  } catch {
    return false;
  }
}
