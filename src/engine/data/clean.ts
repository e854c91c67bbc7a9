// What people type, made safe to store, compare and print: composed (NFC), one kind of line break, nothing invisible that could
// hide words or turn the direction of what is printed after it. ZWJ, ZWNJ and variation selectors stay: emoji, Persian and
// Indic scripts need them.

import { UserError } from '../errors.js';
import { MAX_DESCRIPTION_LENGTH, MAX_LABEL_LENGTH, MAX_TEXT_LENGTH } from './limits.js';

/** CR LF, CR, vertical tab, form feed, next line, line and paragraph separator. */
const LINE_BREAK = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/** C0 and C1 controls, soft hyphen, zero-width space, direction embeddings and isolates, word joiner, byte order mark, lone surrogates. */
const INVISIBLE =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

/** Unicode tag characters can spell invisible sentences; the flags of regions (a black flag and up to 7 tags) are their honest use. */
const TAGS = /(\u{1f3f4}?)([\u{e0000}-\u{e007f}]+)/gu;
const MAX_FLAG_TAGS = 7;

const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u;

/** What cleaning does not change: printable ASCII and line feeds, no blank at either end. */
const ALREADY_CLEAN = /^[!-~](?:[\n -~]*[!-~])?$/;

/** Composing cannot make a text this many times shorter; longer ones are refused before the work is done. */
const MAX_SHRINKING = 8;

/**
 * The text as it is stored and answered: NFC, line breaks as `\n`, tabs as blanks, no control or hidden characters, trimmed.
 * Cleaning twice is cleaning once. Throws a UserError `bad-input` when nothing visible is left, `limit` over
 * MAX_TEXT_LENGTH; its `details` hold `expected` and `found`.
 */
export const cleanText = (text: string): string => clean(text, 'a text', MAX_TEXT_LENGTH);

/** A label's description, cleaned like a text, at most MAX_DESCRIPTION_LENGTH characters. Throws like `cleanText`. */
export const cleanDescription = (text: string): string => clean(text, 'a description', MAX_DESCRIPTION_LENGTH);

/**
 * A label's name as it is stored: one line, cleaned like a text, blanks inside as single spaces. Throws a UserError `bad-input`
 * (nothing visible, a line break) or `limit` (over MAX_LABEL_LENGTH); its `details` hold `expected` and `found`.
 */
export function cleanLabel(name: string): string {
  const label = clean(name, 'a label', MAX_LABEL_LENGTH);
  if (label.includes('\n')) throw wrong('bad-input', 'a label on one line', `a line break in ${quote(label)}`);
  return label.replace(/\s+/gu, ' ');
}

/** A text in quotation marks for a message: on one line, at most 40 characters. */
export function quote(text: string): string {
  const characters = [...text.slice(0, 200).replace(/\s+/gu, ' ')];
  return `"${characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : characters.join('')}"`;
}

function clean(text: string, what: string, limit: number): string {
  const cleaned = text.length > limit * MAX_SHRINKING ? text : normalise(text);
  if (!VISIBLE.test(cleaned)) throw wrong('bad-input', what, describeNothing(text));
  const length = cleaned.length <= limit ? cleaned.length : countCharacters(cleaned);
  if (length > limit) throw wrong('limit', `${what} of at most ${limit} characters`, String(length));
  return cleaned;
}

function normalise(text: string): string {
  if (ALREADY_CLEAN.test(text)) return text;
  return text
    .replace(LINE_BREAK, '\n')
    .replaceAll('\t', ' ')
    .replace(INVISIBLE, '')
    .replace(TAGS, (all, flag: string, tags: string) => (flag && tags.length <= 2 * MAX_FLAG_TAGS ? all : flag))
    .normalize('NFC')
    .trim();
}

/** Unicode code points, so that an emoji is not two. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

const describeNothing = (text: string): string =>
  text === '' ? 'nothing' : text.trim() === '' ? 'only blanks' : 'only invisible characters';

const wrong = (code: 'bad-input' | 'limit', expected: string, found: string): UserError =>
  new UserError(code, `Expected ${expected}, found ${found}.`, { details: { expected, found } });
