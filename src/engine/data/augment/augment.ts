// Augmentation: new texts out of the shots, with the shots' labels. Only shots go in, so that nothing of a held-out fold gets out.

import type { Rng } from '../../random.js';
import { MAX_TEXT_LENGTH } from '../limits.js';
import { reorderClauses } from './clauses.js';
import type { Neighbours } from './neighbours.js';
import type { Augmentation, AugmentOptions } from './options.js';
import { type Piece, piecesOf } from './pieces.js';
import { changeSyntax } from './syntax.js';
import { dropWords, replaceWords, swapWords } from './words.js';

export interface Augmented {
  readonly texts: string[];
  /** For each text, the row that it came from. */
  readonly from: Int32Array;
}

/** Rounds of all kinds for each copy: a copy that came out as a text already there is tried again with another draw. */
const TRIES = 2;

type Change = (pieces: readonly Piece[], strength: number, rng: Rng, neighbours: Neighbours) => string | null;

/** Null where the kind has nothing to change in a text. */
const CHANGES: Readonly<Record<Augmentation, Change>> = {
  synonyms: replaceWords,
  reorder: reorderClauses,
  dropout: dropWords,
  swap: swapWords,
  syntax: changeSyntax,
};

/**
 * New texts with the row they came from, each by one of the kinds. Never one of the originals again (of no label, so that a copy
 * cannot contradict a shot), never the same twice, never empty, never longer than a text may be; texts that cannot be changed give
 * fewer.
 */
export function augment(
  texts: readonly string[],
  { kinds, copies, strength }: AugmentOptions,
  rng: Rng,
  neighbours: Neighbours,
): Augmented {
  const taken = new Set(texts.map((text) => text.trim()));
  const out: string[] = [];
  const from: number[] = [];
  texts.forEach((text, row) => {
    const pieces = piecesOf(text);
    let made = 0;
    // Each kind has its turn before one comes again.
    for (const kind of Array.from({ length: TRIES * copies }, () => rng.shuffle(kinds)).flat()) {
      if (made === copies) break;
      const copy = CHANGES[kind](pieces, strength, rng, neighbours)?.trim();
      if (copy === undefined || copy === '' || taken.has(copy) || [...copy].length > MAX_TEXT_LENGTH) continue;
      taken.add(copy);
      out.push(copy);
      from.push(row);
      made++;
    }
  });
  return { texts: out, from: Int32Array.from(from) };
}
