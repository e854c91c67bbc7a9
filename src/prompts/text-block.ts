// Texts of people are data. In a prompt each stands where it cannot end its own place: on one line, or between fence lines that
// no text of the prompt holds. Tokens that a model reads as control are broken up by the language model itself.

/** Whatever a model or a tokenizer may take for the end of a line. */
const LINE_BREAKS = /[\s\p{Zl}\p{Zp}\p{Cc}]+/gu;

/** Invisible characters that turn the reading direction or hide what stands there. */
const HIDDEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

export const oneLine = (text: string): string => text.replace(HIDDEN, '').replace(LINE_BREAKS, ' ').trim();

/** `"""`, or a longer one when a text holds that. */
export function fenceFor(texts: readonly string[]): string {
  let longest = 0;
  for (const text of texts) for (const run of text.match(/"+/g) ?? []) longest = Math.max(longest, run.length);
  return '"'.repeat(Math.max(3, longest + 1));
}

export const fenced = (text: string, fence: string): string => `${fence}\n${text.replace(HIDDEN, '')}\n${fence}`;
