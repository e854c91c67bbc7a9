// Changes of words: replaced, dropped, exchanged. EDA's synonym replacement, random deletion and random swap (Wei & Zou, 2019,
// https://arxiv.org/abs/1901.11196), but what carries the label (kept-words.ts) stays.

import type { Rng } from '../../random.js';
import { isKept, isReplaceable, negated } from './kept-words.js';
import type { Neighbours } from './neighbours.js';
import { changes } from './options.js';
import { joinChanged, type Piece, tidy, wordsOf } from './pieces.js';

/** Some words replaced by one of the words that may stand for them; null where no word has one. */
export function replaceWords(
  pieces: readonly Piece[],
  strength: number,
  rng: Rng,
  neighbours: Neighbours,
): string | null {
  const words = wordsOf(pieces);
  const wanted = changes(words.length, strength);
  const out = pieces.map(({ text }) => text);
  let replaced = 0;
  const held = negated(pieces);
  for (const index of rng.shuffle(words.filter((index) => !held[index] && isReplaceable(pieces[index]!.text)))) {
    if (replaced === wanted) break;
    const word = pieces[index]!.text;
    const others = neighbours.of(word.toLowerCase());
    if (others.length === 0) continue;
    out[index] = sameCase(word, others[rng.integer(others.length)]!);
    replaced++;
  }
  return replaced === 0 ? null : out.join('');
}

/** Some words left out, one word at least stays; null where there is none to leave out. */
export function dropWords(pieces: readonly Piece[], strength: number, rng: Rng): string | null {
  const words = wordsOf(pieces);
  const held = negated(pieces);
  const free = words.filter((index) => !held[index] && !isKept(pieces[index]!.text));
  const count = Math.min(free.length, words.length - 1, changes(words.length, strength));
  if (count <= 0) return null;
  const dropped = new Set(rng.shuffle(free).slice(0, count));
  return tidy(joinChanged(pieces.filter((_, index) => !dropped.has(index))));
}

/** How far a word may go: near words change places with less harm (Lample et al., 2018, https://arxiv.org/abs/1711.00043). */
const REACH = 3;

/**
 * Pairs of near words change places, marks and blanks stay; null where there are not two that may. Both are of one run: no mark,
 * negation, number or question word stands between them.
 */
export function swapWords(pieces: readonly Piece[], strength: number, rng: Rng): string | null {
  const runs = runsOf(pieces);
  const starts = runs.flatMap((run) => run.slice(0, -1).map((_, at) => ({ run, at })));
  if (starts.length === 0) return null;
  const out = [...pieces];
  const moved = new Set<number>();
  const wanted = Math.max(2, changes(wordsOf(pieces).length, strength));
  for (const { run, at } of rng.shuffle(starts)) {
    if (moved.size > 0 && moved.size + 2 > wanted) break;
    const a = run[at]!;
    const b = run[Math.min(run.length - 1, at + 1 + rng.integer(REACH))]!;
    if (moved.has(a) || moved.has(b)) continue;
    moved.add(a).add(b);
    [out[a], out[b]] = [out[b]!, out[a]!];
  }
  return joinChanged(out);
}

/** Words that may move, with nothing but blanks between them. */
function runsOf(pieces: readonly Piece[]): number[][] {
  const held = negated(pieces);
  const runs: number[][] = [[]];
  pieces.forEach(({ text, word }, index) => {
    if (word && !held[index] && !isKept(text)) runs.at(-1)!.push(index);
    else if (word || text.trim() !== '') runs.push([]);
  });
  return runs;
}

function sameCase(model: string, word: string): string {
  if (model.length > 1 && model === model.toUpperCase()) return word.toUpperCase();
  const first = [...model][0]!;
  return first === first.toLowerCase() ? word : word.charAt(0).toUpperCase() + word.slice(1);
}
