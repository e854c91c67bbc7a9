// Words that may stand for a word, from the embedded table of word vectors: the nearest by cosine, without a network.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Encoder } from '../../encoders/encoder.js';
import { readUseLiteWeights } from '../../encoders/use-lite-weights.js';
import { isReplaceable } from './kept-words.js';
import type { Neighbours } from './neighbours.js';
import { isOfAKind, isUsable } from './same-kind.js';

/**
 * Chosen by reading the neighbours of 62 English and 54 Chinese words. From 0.6 on most are synonyms (picture: photo; 公司: 企业)
 * or close (crash: accident; 学校: 校园), a few only related (dog: animal; 医生: 医学). At 0.5 most are merely of the same topic
 * (battery: atom; 总统: 官员). The price: 46 of those English and 23 of those Chinese words have none.
 */
const NEAR = 0.6;
const MOST = 2;

const VOCABULARY = new URL('../../../../data/encoders/static-en-zh/tokenizer.json', import.meta.url);
const vocabularySchema = z.object({ model: z.object({ vocab: z.array(z.tuple([z.string(), z.number()])) }) });

/** Words of one script with their vectors of unit length. */
interface WordTable {
  readonly words: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly dimensions: number;
  /** [words, dimensions] */
  readonly vectors: Float32Array;
}

type WordEncoder = Pick<Encoder, 'dimensions' | 'encode'>;

/**
 * Reads the words of the table and encodes them with its encoder (`createStaticEncoder`). The vectors (15 MB) live as long as what
 * it returns; a word is looked up when it is first asked for, in a few milliseconds.
 */
export async function loadNearestWords(encoder: WordEncoder): Promise<Neighbours> {
  const { english, chinese } = await readWords();
  const tables = [await createTable(english, encoder), await createTable(chinese, encoder)];
  const asked = new Map<string, readonly string[]>();
  return {
    of(word) {
      const held = asked.get(word);
      if (held !== undefined) return held;
      const table = tables.find(({ indexOf }) => indexOf.has(word));
      if (table === undefined) return [];
      const found = nearest(table, table.indexOf.get(word)!);
      asked.set(word, found);
      return found;
    },
  };
}

/**
 * Entries that are whole words: a sum of pieces is not near what the word means. The Latin part of the table comes from many
 * languages (work: travail, jobb), the vocabulary of USE lite from English alone, so that English words are those of both.
 */
async function readWords(): Promise<{ readonly english: string[]; readonly chinese: string[] }> {
  const [{ model }, useLite] = await Promise.all([
    readFile(VOCABULARY, 'utf8').then((text) => vocabularySchema.parse(JSON.parse(text))),
    readUseLiteWeights(),
  ]);
  const pieces = new Set(model.vocab.map(([piece]) => piece));
  // `▁` marks the beginning of a word.
  const english = useLite.vocabulary.flatMap(([piece]) =>
    /^▁[a-z]+$/.test(piece) && pieces.has(piece) ? [piece.slice(1)] : [],
  );
  return { english, chinese: [...pieces].filter((piece) => /^\p{Script=Han}+$/u.test(piece)) };
}

async function createTable(entries: readonly string[], encoder: WordEncoder): Promise<WordTable> {
  const words = entries.filter((word) => isUsable(word) && isReplaceable(word));
  return {
    words,
    indexOf: new Map(words.map((word, index) => [word, index])),
    dimensions: encoder.dimensions,
    vectors: await encoder.encode(words),
  };
}

function nearest({ words, dimensions, vectors }: WordTable, index: number): string[] {
  const word = words[index]!;
  const own = vectors.subarray(index * dimensions, (index + 1) * dimensions);
  const found: { other: string; cosine: number }[] = [];
  words.forEach((other, row) => {
    let cosine = 0;
    for (let d = 0, at = row * dimensions; d < dimensions; d++) cosine += own[d]! * vectors[at + d]!;
    if (cosine >= NEAR && isOfAKind(word, other)) found.push({ other, cosine });
  });
  return differing(found.sort((a, b) => b.cosine - a.cosine).map(({ other }) => other));
}

/** The first few, without forms of one that is already among them (movie: film, films). */
function differing(sorted: readonly string[]): string[] {
  const chosen: string[] = [];
  for (const word of sorted) {
    if (chosen.length === MOST) break;
    if (chosen.every((other) => isOfAKind(other, word))) chosen.push(word);
  }
  return chosen;
}
