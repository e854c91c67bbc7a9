// Whether a line that somebody typed is a question about concepts rather than a text for a task. Pure.

import type { Found } from './find.js';
import { looksLikeQuestion } from './question.js';

/** Where a task could be meant, only a question that is surely about concepts is taken from it. */
export function takesLine(line: string, found: Pick<Found, 'answered' | 'sure'>, hasTask: boolean): boolean {
  return looksLikeQuestion(line) && (hasTask ? found.sure : found.answered);
}
