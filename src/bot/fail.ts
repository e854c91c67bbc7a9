// Errors in the person's own language. Messages of the layers below are English; dispatch puts a sentence of the catalogue
// before those when the person reads another language.

import { type ErrorCode, UserError } from '../engine/index.js';
import type { Say } from './catalogue/index.js';

export function fail(say: Say, code: ErrorCode, message: string, details: Record<string, unknown> = {}): UserError {
  return new UserError(code, message, { details: { ...details, language: say.language } });
}

/** The message of a UserError as this person should read it. */
export function messageFor(error: UserError, say: Say): string {
  if (say.language === 'en' || error.details.language === say.language) return error.message;
  return say(`error.${error.code}`, { message: error.message });
}
