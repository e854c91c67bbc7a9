// A text as a row of pieces that give the text again when they are joined: words, and what stands between them.

export interface Piece {
  readonly text: string;
  /** Addresses, mentions, marks, blanks and emoji are no words: they are never moved, dropped or replaced. */
  readonly word: boolean;
}

/** Scripts written without blanks between the words. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const SPACED_LETTER = String.raw`(?![${UNSPACED}])[\p{L}\p{M}\p{N}]`;

/**
 * In this order: an address, Discord's markup, a name or a channel, a cut-off `'s`, an unspaced run, a word (`don't`, `wi-fi`, `3.14`,
 * `C++`), any sign.
 */
const PARTS = new RegExp(
  [
    String.raw`(?<whole>https?:\/\/[^\s${UNSPACED}]+|<[@#:a][^<>\s]*>|[@#][\w.-]+|['’](?:s|d|m|t|re|ve|ll)\b|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)`,
    `(?<run>[${UNSPACED}]+)`,
    String.raw`(?<word>(?:${SPACED_LETTER})+(?:['’._\-/](?:${SPACED_LETTER})+)*(?:\+\+|#(?!\w))?)`,
    String.raw`(?<sign>\s+|[^])`,
  ].join('|'),
  'gu',
);

const SEGMENTER = new Intl.Segmenter('zh', { granularity: 'word' });

/** Words of Chinese, Japanese and Thai by the platform's dictionary (Unicode TR29, ICU), of other scripts by their borders. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const match of text.matchAll(PARTS)) {
    const { run, word } = match.groups ?? {};
    if (run === undefined) pieces.push({ text: match[0], word: word !== undefined });
    else
      for (const { segment, isWordLike } of SEGMENTER.segment(run))
        pieces.push({ text: segment, word: isWordLike === true });
  }
  return pieces;
}

export const joinPieces = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

/** The same after words were dropped or moved: what were two words or numbers must not become one (从1180降到768). */
export const joinChanged = (pieces: readonly Piece[]): string =>
  pieces
    .map(({ text }, index) =>
      BORDERS.test(`${pieces[index - 1]?.text.slice(-1) ?? ''}${text.charAt(0)}`) ? ` ${text}` : text,
    )
    .join('');

const BORDERS = /^[\p{Script=Latin}\p{N}]{2}$/u;

/** Indices of the pieces that are words. */
export const wordsOf = (pieces: readonly Piece[]): number[] =>
  pieces.flatMap(({ word }, index) => (word ? [index] : []));

/** Blanks left by a change: none at an end, no two in a row, none before a closing mark. */
export const tidy = (text: string): string =>
  text
    .replace(/ {2,}/g, ' ')
    .replace(/ (?=[，。；！？、])/g, '')
    .trim();
