// The features that heads read: blocks of encoder vectors and the task's n-grams, side by side. Each block is centred on the
// shots, brought to unit length per text and weighted, so that a whole row has length 1 at most.

import { NGRAMS, sliceOf, type WeightedBlock } from './encoders/blocks.js';
import { fitLexicon, type Lexicon, lexicalRows, type SparseRows } from './encoders/lexical.js';

/** Vectors of some texts by one encoder, row-major [rows, dimensions]. */
export interface Vectors {
  readonly dimensions: number;
  readonly data: Float32Array;
}

/** Raw input of a feature space: the texts and their vectors by encoder name. */
export interface EncodedTexts {
  readonly texts: readonly string[];
  readonly vectors: Readonly<Record<string, Vectors>>;
}

export interface DenseBlock {
  readonly name: string;
  /** [block width]: mean of the shots, times the share of it that is taken off */
  readonly centre: Float32Array;
  /** Length of the block in a row: √(weight / sum of weights). */
  readonly length: number;
}

export interface FeatureSpace {
  readonly dense: readonly DenseBlock[];
  readonly lexicon: Lexicon | null;
  /** Length of the n-grams in a row. */
  readonly lexicalLength: number;
}

export interface Features {
  readonly rows: number;
  /** Width of the dense part. */
  readonly width: number;
  /** [rows, width] */
  readonly dense: Float32Array;
  readonly sparse: SparseRows | null;
}

/** Encoders that a space reads. */
export const encodersOf = ({ dense }: FeatureSpace): string[] => [
  ...new Set(dense.map(({ name }) => sliceOf(name).encoder)),
];

export const rowOf = ({ data, dimensions }: Vectors, row: number): Float32Array =>
  data.subarray(row * dimensions, (row + 1) * dimensions);

/** The rows with these indices. */
export function selectRows(encoded: EncodedTexts, indices: ArrayLike<number>): EncodedTexts {
  const list = Array.from(indices);
  const vectors = Object.entries(encoded.vectors).map(([name, block]) => {
    const data = new Float32Array(list.length * block.dimensions);
    list.forEach((from, to) => {
      data.set(rowOf(block, from), to * block.dimensions);
    });
    return [name, { dimensions: block.dimensions, data }] as const;
  });
  return { texts: list.map((i) => encoded.texts[i]!), vectors: Object.fromEntries(vectors) };
}

/** One list of texts after another; both must be encoded by the same encoders. */
export function joinRows(first: EncodedTexts, second: EncodedTexts): EncodedTexts {
  const vectors = Object.entries(first.vectors).map(([name, { dimensions, data }]) => {
    const more = second.vectors[name]!.data;
    const joined = new Float32Array(data.length + more.length);
    joined.set(data);
    joined.set(more, data.length);
    return [name, { dimensions, data: joined }] as const;
  });
  return { texts: [...first.texts, ...second.texts], vectors: Object.fromEntries(vectors) };
}

/**
 * Learns centres and n-grams of the blocks from the shots; `centring` is the share of the mean that is taken off, `maxNgrams`
 * bounds the n-grams.
 */
export function fitFeatureSpace(
  shots: EncodedTexts,
  blocks: readonly WeightedBlock[],
  centring = 1,
  maxNgrams = Number.POSITIVE_INFINITY,
): FeatureSpace {
  const total = blocks.reduce((sum, { weight }) => sum + weight, 0);
  const length = (weight: number): number => Math.sqrt(weight / total);
  const lexical = blocks.find(({ name }) => name === NGRAMS);
  return {
    dense: blocks
      .filter(({ name }) => name !== NGRAMS)
      .map(({ name, weight }) => ({ name, centre: centreOf(name, shots, centring), length: length(weight) })),
    lexicon: lexical === undefined ? null : fitLexicon(shots.texts, maxNgrams),
    lexicalLength: lexical === undefined ? 0 : length(lexical.weight),
  };
}

function centreOf(name: string, { texts, vectors }: EncodedTexts, centring: number): Float32Array {
  const { encoder, start, end: slice } = sliceOf(name);
  const { data, dimensions } = vectors[encoder]!;
  const end = slice ?? dimensions;
  const centre = new Float32Array(end - start);
  for (let row = 0; row < texts.length; row++) {
    for (let d = start; d < end; d++) centre[d - start]! += (centring * data[row * dimensions + d]!) / texts.length;
  }
  return centre;
}

/** The features of texts in a fitted space. */
export function featuresOf(encoded: EncodedTexts, { dense, lexicon, lexicalLength }: FeatureSpace): Features {
  const rows = encoded.texts.length;
  const width = dense.reduce((sum, block) => sum + block.centre.length, 0);
  const out = new Float32Array(rows * width);
  let column = 0;
  for (const { name, centre, length } of dense) {
    const { encoder, start } = sliceOf(name);
    const { data, dimensions } = encoded.vectors[encoder]!;
    for (let row = 0; row < rows; row++) {
      const from = row * dimensions + start;
      let square = 0;
      for (let d = 0; d < centre.length; d++) square += (data[from + d]! - centre[d]!) ** 2;
      const factor = square > 1e-12 ? length / Math.sqrt(square) : 0;
      const at = row * width + column;
      for (let d = 0; d < centre.length; d++) out[at + d] = (data[from + d]! - centre[d]!) * factor;
    }
    column += centre.length;
  }
  return {
    rows,
    width,
    dense: out,
    sparse: lexicon === null ? null : lexicalRows(encoded.texts, lexicon, lexicalLength),
  };
}
