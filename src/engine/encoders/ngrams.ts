// What the lexical and the hashing encoder count: word and character n-grams of a text.

/** Scripts written without spaces: their characters are the units. The long vowel mark of katakana belongs to no script. */
const UNSPACED_SCRIPTS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}`;
const UNSPACED = new RegExp(`[${UNSPACED_SCRIPTS}]`, 'u');
/** A run of unspaced characters, a word of other letters and digits, or a single sign. */
const PIECES = new RegExp(
  String.raw`[${UNSPACED_SCRIPTS}]+|(?:(?![${UNSPACED_SCRIPTS}])[\p{L}\p{M}\p{N}])+|[^\s\p{L}\p{M}\p{N}]`,
  'gu',
);

/**
 * Words and word pairs, character 3- and 4-grams inside words (with their borders); for unspaced scripts character 1- to
 * 3-grams. Repeats are kept: counting is the caller's.
 */
export function ngrams(text: string): string[] {
  const pieces = text.normalize('NFKC').toLowerCase().match(PIECES) ?? [];
  const out: string[] = [];
  let previous = '';
  for (const piece of pieces) {
    if (UNSPACED.test(piece)) {
      const characters = [...piece];
      for (let size = 1; size <= 3; size++) {
        for (let start = 0; start + size <= characters.length; start++)
          out.push(`c ${characters.slice(start, start + size).join('')}`);
      }
      previous = '';
      continue;
    }
    out.push(`w ${piece}`);
    if (previous !== '') out.push(`w ${previous} ${piece}`);
    previous = piece;
    if (/^[\p{L}\p{M}\p{N}]/u.test(piece)) {
      const characters = [...` ${piece} `];
      for (let size = 3; size <= 4; size++) {
        for (let start = 0; start + size <= characters.length; start++)
          out.push(`c ${characters.slice(start, start + size).join('')}`);
      }
    }
  }
  return out;
}
