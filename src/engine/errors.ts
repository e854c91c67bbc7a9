// Errors that people see. A UserError is a mistake that a person can mend: its message says what was expected, what came and
// what to do. Everything else that is thrown is a bug or a broken machine, and is logged as such.

/** Machine-readable reasons; tests and faces match on these, never on messages. */
export type ErrorCode =
  | 'unknown-command'
  | 'unknown-task'
  | 'unknown-label'
  | 'unknown-method'
  | 'unknown-version'
  | 'unknown-example'
  | 'bad-input'
  | 'bad-file'
  | 'bad-configuration'
  | 'too-few-examples'
  | 'limit'
  | 'conflict'
  | 'store'
  | 'damaged'
  | 'cancelled'
  /** Not for this person: moderators do it. */
  | 'forbidden'
  /** Too often: `details.retryAfterSeconds` says when again. */
  | 'too-often'
  | 'language-model'
  | 'training-failed';

export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: ErrorCode;
  /** Facts behind the message, for programs. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

export const isUserError = (error: unknown): error is UserError => error instanceof UserError;
