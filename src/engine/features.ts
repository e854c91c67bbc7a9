// The features that heads read: blocks of encoder vectors, each centred and scaled on the shots, and the task's n-grams.

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

/** Name of the block of n-grams; every other block is named after its encoder. */
export const NGRAMS = 'ngrams';

export interface DenseBlock {
  readonly name: string;
  readonly dimensions: number;
  /** [dimensions]: mean of the shots */
  readonly centre: Float32Array;
  /** Makes the shots' mean square norm 1. */
  readonly scale: number;
}

export interface FeatureSpace {
  readonly dense: readonly DenseBlock[];
  readonly lexicon: Lexicon | null;
}

export interface Features {
  readonly rows: number;
  /** Width of the dense part. */
  readonly width: number;
  /** [rows, width] */
  readonly dense: Float32Array;
  readonly sparse: SparseRows | null;
}

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

/** Learns centre, scale and n-grams of the named blocks from the shots. */
export function fitFeatureSpace(shots: EncodedTexts, blocks: readonly string[]): FeatureSpace {
  return {
    dense: blocks
      .filter((name) => name !== NGRAMS)
      .map((name) => fitBlock(name, shots.vectors[name]!, shots.texts.length)),
    lexicon: blocks.includes(NGRAMS) ? fitLexicon(shots.texts) : null,
  };
}

function fitBlock(name: string, vectors: Vectors, rows: number): DenseBlock {
  const { dimensions, data } = vectors;
  const centre = new Float32Array(dimensions);
  for (let i = 0; i < data.length; i++) centre[i % dimensions]! += data[i]! / rows;
  let square = 0;
  for (let i = 0; i < data.length; i++) square += (data[i]! - centre[i % dimensions]!) ** 2;
  return { name, dimensions, centre, scale: square > 0 ? 1 / Math.sqrt(square / rows) : 1 };
}

/** The features of texts in a fitted space. */
export function featuresOf(encoded: EncodedTexts, { dense, lexicon }: FeatureSpace): Features {
  const rows = encoded.texts.length;
  const width = dense.reduce((sum, block) => sum + block.dimensions, 0);
  const out = new Float32Array(rows * width);
  let column = 0;
  for (const { name, dimensions, centre, scale } of dense) {
    const vectors = encoded.vectors[name]!;
    for (let row = 0; row < rows; row++) {
      const at = row * width + column;
      for (let d = 0; d < dimensions; d++) out[at + d] = (vectors.data[row * dimensions + d]! - centre[d]!) * scale;
    }
    column += dimensions;
  }
  return { rows, width, dense: out, sparse: lexicon === null ? null : lexicalRows(encoded.texts, lexicon) };
}
