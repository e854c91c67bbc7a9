// Exit codes of the command line: 0 done, 2 wrong usage or input, 1 anything else; and the sentence that goes with them.

import { isUserError, type UserError } from '../../engine/index.js';

export type ExitCode = 0 | 1 | 2;

const NOT_THE_USERS_FAULT: ReadonlySet<UserError['code']> = new Set([
  'training-failed',
  'language-model',
  'store',
  'damaged',
  'cancelled',
]);

export function exitCodeFor(error: unknown): ExitCode {
  return isUserError(error) && !NOT_THE_USERS_FAULT.has(error.code) ? 2 : 1;
}

export function explain(error: unknown): string {
  if (isUserError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
