// Which of two near words may stand for the other: one that is a form of it, or written in another script or language, may not.

import { distance } from 'fastest-levenshtein';

/** Pieces of the table that are no words: particles stuck to one, and what only stands before others. */
const NOT_A_WORD =
  /^[的地得了着过在是很这那等个们和与或及为被把将对从到向以于其之所有会能可要想就也都还又再才只最更太并而且等您你我他她它一两几]|[的地得了着过在是们和与或及为于其之所并而等您你我他她它]$/u;

const isHan = (word: string): boolean => /^\p{Script=Han}+$/u.test(word);

/**
 * The characters of GB 2312 (6,763, two bytes from B0 A1 to F7 FE): simplified Chinese. The table also holds traditional Chinese
 * and Japanese words, which are near and must not get into a simplified text.
 */
const simplified: ReadonlySet<string> = (() => {
  const bytes: number[] = [];
  for (let row = 0xb0; row <= 0xf7; row++) for (let cell = 0xa1; cell <= 0xfe; cell++) bytes.push(row, cell);
  return new Set(new TextDecoder('gb18030').decode(Uint8Array.from(bytes)));
})();
const isSimplified = (word: string): boolean => [...word].every((character) => simplified.has(character));

/** Whether an entry of the table is a word that may be put into a text. */
export const isUsable = (entry: string): boolean =>
  isHan(entry) ? entry.length >= 2 && entry.length <= 4 && !NOT_A_WORD.test(entry) : /^[a-z]{3,}$/.test(entry);

/** Whether `other` may stand for `word`, as far as the letters tell. */
export function isOfAKind(word: string, other: string): boolean {
  if (word === other || word.includes(other) || other.includes(word)) return false;
  if (isHan(word)) return isSimplified(word) === isSimplified(other);
  return !sharesStem(word, other);
}

/**
 * Forms of one word (`payment` and `payer`), the same word of another language (`house` and `haus`) and chance likeness
 * (`fast` and `fart`): more than half of the letters in their places, or a common beginning of four letters.
 */
function sharesStem(word: string, other: string): boolean {
  const longer = Math.max(word.length, other.length);
  return word.slice(0, 4) === other.slice(0, 4) || distance(word, other) <= longer / 2;
}
