// Reordering: two sentences change places, or two clauses of one sentence. What divides clauses stays where it is; the mark that
// ends a sentence goes with it, because a question stays a question.

import type { Rng } from '../../random.js';
import { changes } from './options.js';
import { joinPieces, type Piece, tidy } from './pieces.js';

const DIVIDES_SENTENCES = /^[.!?…。！？\n]/u;
const DIVIDES_CLAUSES = /^[,;，；]/u;
/** A full stop after one of these, or after a single letter, ends nothing. */
const ABBREVIATION = /^(?:\p{L}|mr|mrs|ms|dr|st|vs|etc|no|prof|jr|sr|inc|approx|e\.g|i\.e)$/iu;

/** Words that open a clause of their own without a mark before them. `and` and `和` also join nouns, so they do not count. */
const OPENERS: ReadonlySet<string> = new Set([
  ...['because', 'although', 'though', 'when', 'while', 'if', 'unless', 'until', 'but'],
  ...['因为', '由于', '虽然', '但是', '但', '不过', '可是', '而且', '并且', '所以', '如果', '要是', '因此', '然后'],
]);

/** What a text is divided into: `between` has one more item than `parts`, no part is empty. */
interface Division {
  readonly parts: readonly (readonly Piece[])[];
  readonly between: readonly string[];
}

/** The text with pairs of clauses or of sentences exchanged; null where it has one clause. */
export function reorderClauses(pieces: readonly Piece[], strength: number, rng: Rng): string | null {
  const sentences = divide(pieces, (index) => endsSentence(pieces, index));
  const clauses = sentences.parts.map(divideClauses);
  const divisible = clauses.flatMap(({ parts }, index) => (parts.length < 2 ? [] : [index]));
  const choices = divisible.length + (sentences.parts.length < 2 ? 0 : 1);
  if (choices === 0) return null;
  const choice = divisible[rng.integer(choices)];
  const texts = sentences.parts.map(joinPieces);
  if (choice === undefined) return join(exchange(texts, sentences.between, strength, rng));
  const { parts, between } = clauses[choice]!;
  texts[choice] = join({ parts: permute(parts.map(joinPieces), strength, rng), between });
  return join({ parts: texts, between: sentences.between });
}

/** Sentences that all have their mark take it along. */
function exchange(texts: readonly string[], between: readonly string[], strength: number, rng: Rng): Joinable {
  const last = between.length - 1;
  if (between.slice(1).some((mark) => mark.trim() === '')) return { parts: permute(texts, strength, rng), between };
  const marked = texts.map((text, index) => text + between[index + 1]!.trim());
  const gaps = between.map((mark, index) => (index === 0 || index === last ? '' : mark.slice(mark.trimEnd().length)));
  return { parts: permute(marked, strength, rng), between: [between[0]!, ...gaps.slice(1)] };
}

function permute(parts: readonly string[], strength: number, rng: Rng): string[] {
  const order = rng.shuffle(parts.map((_, index) => index));
  const out = [...parts];
  const pairs = Math.max(1, Math.floor(changes(parts.length, strength) / 2));
  for (let pair = 0; pair < pairs; pair++) {
    const [a, b] = [order[2 * pair]!, order[2 * pair + 1]!];
    [out[a], out[b]] = [out[b]!, out[a]!];
  }
  return out;
}

interface Joinable {
  readonly parts: readonly string[];
  readonly between: readonly string[];
}

const join = ({ parts, between }: Joinable): string =>
  tidy(between.map((mark, index) => mark + (parts[index] ?? '')).join(''));

function divideClauses(pieces: readonly Piece[]): Division {
  let words = 0;
  return divide(pieces, (index) => {
    const { text, word } = pieces[index]!;
    if (!word && DIVIDES_CLAUSES.test(text) && !isInside(pieces, index)) {
      words = 0;
      return 'mark';
    }
    if (!word) return null;
    // "stop when done" has no clause before `when`: two words make one, and one follows.
    const opens = words >= 2 && OPENERS.has(text.toLowerCase()) && pieces.slice(index + 1).some((piece) => piece.word);
    words = opens ? 1 : words + 1;
    return opens ? 'before' : null;
  });
}

/** Cuts where `cut` says: at a mark, which then stands between, or before a word. */
function divide(pieces: readonly Piece[], cut: (index: number) => 'mark' | 'before' | null): Division {
  const parts: Piece[][] = [];
  const between = [''];
  let part: Piece[] = [];
  const close = (): void => {
    const [start, end] = [part.findIndex(isVisible), part.findLastIndex(isVisible) + 1];
    if (start < 0) between[between.length - 1] += joinPieces(part);
    else {
      between[between.length - 1] += joinPieces(part.slice(0, start));
      parts.push(part.slice(start, end));
      between.push(joinPieces(part.slice(end)));
    }
    part = [];
  };
  pieces.forEach((piece, index) => {
    const where = cut(index);
    if (where !== null) close();
    if (where === 'mark') between[between.length - 1] += piece.text;
    else part.push(piece);
  });
  close();
  return { parts, between };
}

const isVisible = ({ text }: Piece): boolean => text.trim() !== '';

function endsSentence(pieces: readonly Piece[], index: number): 'mark' | null {
  const { text, word } = pieces[index]!;
  if (word || !DIVIDES_SENTENCES.test(text) || isInside(pieces, index)) return null;
  const before = pieces[index - 1];
  return text === '.' && before?.word === true && ABBREVIATION.test(before.text) ? null : 'mark';
}

/** Whether a mark stands inside a number or a name (3.5, 1,000, file.txt): a letter or digit follows it at once. */
function isInside(pieces: readonly Piece[], index: number): boolean {
  const next = pieces[index + 1]?.text ?? '';
  return /^[,.;!?]/.test(pieces[index]!.text) && /^[\p{L}\p{N}]/u.test(next) && !/^\p{Script=Han}/u.test(next);
}
