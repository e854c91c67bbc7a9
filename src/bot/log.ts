// What the operator reads: one JSON object a line (pino). Lines hold ids and numbers, never texts of people, labels, names of
// tasks or secrets; a mistake of ours has an id that the person in the chat sees too. Every line is written before the call
// returns, so that nothing is lost at the exit.

import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { destination, pino, stdTimeFunctions } from 'pino';
import { isUserError } from '../engine/index.js';
import type { LogLevel } from './config.js';
import { REDACTED, redact, SECRET_FIELDS } from './redact.js';

/** Ids and numbers. */
export type Facts = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  /** Write down a bug; returns its id. */
  bug(where: string, error: unknown): string;
  warn(event: string, facts?: Facts): void;
  info(event: string, facts?: Facts): void;
  debug(event: string, facts?: Facts): void;
}

export interface LogOptions {
  readonly level?: LogLevel;
  /** Values that must never be written, wherever they turn up. */
  readonly secrets?: readonly string[];
}

/** `write` gets every line without its line break. */
export function createLog(write: (line: string) => void, { level = 'info', secrets = [] }: LogOptions = {}): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: [...SECRET_FIELDS], censor: REDACTED },
    },
    { write: (line) => write(redact(line.trimEnd(), secrets)) },
  );
  return {
    bug: (where, error) => {
      const id = randomBytes(3).toString('hex');
      logger.error({ id, where, cause: causeOf(error) }, 'bug');
      return id;
    },
    warn: (event, facts = {}) => logger.warn(facts, event),
    info: (event, facts = {}) => logger.info(facts, event),
    debug: (event, facts = {}) => logger.debug(facts, event),
  };
}

/**
 * The log of the local chat: what went wrong, in a file that only its owner reads. Where it cannot be written, standard error
 * gets the line.
 */
export function createFileLog(file: string, options: LogOptions = {}): Log {
  const write = (line: string): void => {
    try {
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      process.stderr.write(`${line}\n`);
    }
  };
  return createLog(write, { level: 'warn', ...options });
}

/** The log of a service: standard output (file descriptor 1), for whatever collects it. */
export function createStreamLog({ fd = 1, ...options }: LogOptions & { readonly fd?: number } = {}): Log {
  const stream = destination({ dest: fd, sync: true });
  // Whoever read the log is gone: Handful goes on without it.
  stream.on('error', () => {});
  return createLog((line) => stream.write(`${line}\n`), options);
}

/** An error with its causes. Messages of UserErrors and of parsers quote what people wrote: of those only the place is told. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return error === undefined ? 'undefined' : `a thrown ${typeof error}`;
  const cause = error.cause === undefined ? '' : `\ncaused by ${causeOf(error.cause)}`;
  if (isUserError(error)) return `UserError ${error.code}${framesOf(error)}${cause}`;
  if (error instanceof SyntaxError) return `SyntaxError${framesOf(error)}${cause}`;
  return (error.stack ?? `${error.name}: ${error.message}`) + cause;
}

function framesOf({ message, stack = '' }: Error): string {
  const afterMessage = stack.slice(stack.indexOf(message) + message.length);
  const start = afterMessage.search(/^ {4}at /m);
  return start < 0 ? '' : `\n${afterMessage.slice(start)}`;
}
