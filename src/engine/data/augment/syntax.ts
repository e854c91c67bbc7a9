// Syntax: the same said in another form, by the table of the language; trailing punctuation and the case of the first letter too.

import type { Rng } from '../../random.js';
import { changes } from './options.js';
import { joinPieces, type Piece, piecesOf, tidy } from './pieces.js';
import type { Equivalents, Rewrite, SyntaxTable } from './rewrite.js';
import { ENGLISH_SYNTAX } from './syntax-en.js';
import { CHINESE_SYNTAX } from './syntax-zh.js';

/** One change that applies: a function of the text as it is by then. */
type Change = (text: string, rng: Rng) => string;

/** An address at the end stays as it is. */
const changeEnd: Rewrite = (text) =>
  /[\p{L}\p{N}]$/u.test(text) && !/[/@.]\S*$/u.test(text)
    ? `${text}${/\p{Script=Han}$/u.test(text) ? '。' : '.'}`
    : text.replace(/(?<=[\p{L}\p{N}]) *[.!?。！？]+$/u, '');

/** Not of `I`, a name in capitals or an address. */
const changeCase: Rewrite = (text) =>
  text.replace(/^(?!\w+:\/\/)(?:(\p{Ll})|(\p{Lu})(?=\p{Ll}))/u, (letter, lower: string | undefined) =>
    lower === undefined ? letter.toLowerCase() : letter.toUpperCase(),
  );

const GENERAL: readonly Rewrite[] = [changeEnd, changeCase];

const SYNTAX = [ENGLISH_SYNTAX, CHINESE_SYNTAX].map((table) => ({ table, change: equivalentChange(table) }));

/** Some of the changes that apply; null where none does. */
export function changeSyntax(pieces: readonly Piece[], strength: number, rng: Rng): string | null {
  const text = joinPieces(pieces);
  const applying = rng.shuffle(changesOf(text));
  if (applying.length === 0) return null;
  const changed = applying
    .slice(0, changes(applying.length, strength))
    .reduce((current, change) => change(current, rng), text);
  return tidy(changed);
}

function changesOf(text: string): Change[] {
  const tables = SYNTAX.filter(({ table }) => table.script.test(text));
  const rewrites = [...GENERAL, ...tables.flatMap(({ table }) => table.rewrites)];
  return [
    ...tables.flatMap(({ change }) => change(text)),
    ...rewrites.filter((rewrite) => rewrite(text) !== text).map((rewrite): Change => rewrite),
  ];
}

/** The changes of a text by a table of equivalents: one for each member that it contains. */
function equivalentChange({ script, equivalents }: SyntaxTable): (text: string) => Change[] {
  const groups = groupOf(equivalents);
  const unspaced = script.test('中');
  const longestFirst = [...groups.keys()].sort((a, b) => b.length - a.length);
  const phrases = wholePhrase(longestFirst.join('|'), 'giu');
  return (text) => {
    const found = unspaced
      ? piecesOf(text).flatMap((piece) => (groups.has(piece.text) ? [piece.text] : []))
      : [...text.replaceAll('’', "'").matchAll(phrases)].map(([phrase]) => phrase);
    return [...new Set(found)].map((phrase) => (current, rng) => {
      const others = groups.get(phrase.toLowerCase()) ?? [];
      const other = others[rng.integer(others.length)]!;
      return unspaced ? replacePiece(current, phrase, other) : replacePhrase(current, phrase, other);
    });
  };
}

/** Each member with the other members of its group. */
function groupOf(equivalents: Equivalents): ReadonlyMap<string, readonly string[]> {
  return new Map(
    equivalents.flatMap((group) => group.map((member) => [member, group.filter((other) => other !== member)] as const)),
  );
}

/** A phrase, or one of `a|b|c`, that begins and ends with a word and is no part of an address. Its letters need no escaping: the tables hold words and blanks. */
function wholePhrase(phrase: string, flags: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}'/@#._-])(?:${phrase})(?![\p{L}\p{N}'/@_-])`, flags);
}

const replacePiece = (text: string, word: string, other: string): string =>
  piecesOf(text)
    .map((piece) => (piece.text === word ? other : piece.text))
    .join('');

function replacePhrase(text: string, phrase: string, other: string): string {
  const start = text.replaceAll('’', "'").search(wholePhrase(phrase, 'u'));
  if (start < 0) return text;
  const first = phrase.charAt(0);
  // `i` is a capital in English, the first letter is one where the phrase had one.
  const written = other.replace(/\bi\b/g, 'I');
  const cased = first === first.toLowerCase() ? written : written.charAt(0).toUpperCase() + written.slice(1);
  return text.slice(0, start) + cased + text.slice(start + phrase.length);
}
