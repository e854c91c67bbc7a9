// When two texts are the same text: equal keys.

/** Punctuation that only sets words apart; `#`, `%`, `&` and `@` carry meaning (C#, 100 %, R&D) and stay. */
const SEPARATORS = /(?:(?![#%&@])[\p{P}\s])+/gu;
const APOSTROPHES = /['’‘`´]/g;
/** A blank beside a Chinese or Japanese character says nothing. */
const BLANK_BESIDE_IDEOGRAPH =
  /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]) | (?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;

/**
 * The key of a text: equal keys mean the same text. Case, punctuation, blanks, full and half width, typographic
 * variants (NFKC) and invisible characters are folded; what has no words (`?!`, emoji) keeps its signs.
 */
export function duplicateKey(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  const words = folded.replace(APOSTROPHES, '').replace(SEPARATORS, ' ').trim().replace(BLANK_BESIDE_IDEOGRAPH, '');
  return words === '' ? folded.replace(/\s+/gu, '') : words;
}
