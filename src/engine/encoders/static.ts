// static-en-zh: a table of token vectors for English and Chinese (data/encoders/static-en-zh/README.md: origin, licence).
// A text's vector is the unit-length sum of its tokens' vectors; no network, about 10,000 texts a second.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Encoder } from './encoder.js';
import { createUnigram } from './unigram.js';
import { shareOfUnknown } from './unknown-share.js';

/** The token of whatever the table does not hold. */
const UNKNOWN = 0;

const FOLDER = fileURLToPath(new URL('../../../data/encoders/static-en-zh/', import.meta.url));

const configSchema = z.object({
  name: z.string(),
  dim: z.number().int(),
  entries: z.number().int(),
  bits: z.literal(4),
});
const tokenizerSchema = z.object({ model: z.object({ vocab: z.array(z.tuple([z.string(), z.number()])) }) });
const headerSchema = z.record(
  z.string(),
  z.object({ data_offsets: z.tuple([z.number(), z.number()]) }).or(z.record(z.string(), z.string())),
);

export interface StaticEncoder extends Encoder {
  /** Share of the tokens of these texts that the table does not hold. */
  unknownShare(texts: readonly string[]): number;
}

/** Reads the table (7 MB). */
export async function createStaticEncoder(): Promise<StaticEncoder> {
  const [config, tokenizer, table] = await Promise.all([
    readFile(path.join(FOLDER, 'config.json'), 'utf8').then((text) => configSchema.parse(JSON.parse(text))),
    readFile(path.join(FOLDER, 'tokenizer.json'), 'utf8').then((text) => tokenizerSchema.parse(JSON.parse(text))),
    readFile(path.join(FOLDER, 'model.safetensors')),
  ]);
  const part = safetensors(table);
  const nibbles = part('vectors');
  const halves = part('scale');
  const vocabulary = tokenizer.model.vocab;
  const scale = Float32Array.from(vocabulary, (_, id) => fromHalf(halves.readUInt16LE(2 * id)));
  const lowest = vocabulary.reduce((low, [, score]) => Math.min(low, score), 0);
  const split = createUnigram({
    vocabulary,
    reserved: 1,
    unknownScore: lowest - 10,
    unknownId: UNKNOWN,
    zeroMeansUnreached: false,
    unknownOnlyWithoutMatch: false,
  });
  const size = config.dim;

  /** Adds 4-bit rows: value = (nibble − 7.5) · scale, low nibble first. */
  const add = (text: string, out: Float32Array, offset: number): void => {
    for (const word of words(text)) {
      for (const id of split(word)) {
        if (id === UNKNOWN) continue;
        const factor = scale[id]!;
        const row = (id * size) >> 1;
        for (let k = 0; k < size >> 1; k++) {
          const byte = nibbles[row + k]!;
          out[offset + 2 * k]! += ((byte & 15) - 7.5) * factor;
          out[offset + 2 * k + 1]! += ((byte >> 4) - 7.5) * factor;
        }
      }
    }
  };

  return {
    name: config.name,
    dimensions: size,
    unknownShare: (texts) =>
      shareOfUnknown(texts, { tokenize: (text) => [...words(text)].flatMap(split), unknownId: UNKNOWN }),
    async encode(texts) {
      const out = new Float32Array(texts.length * size);
      texts.forEach((text, i) => {
        add(text, out, i * size);
        normalise(out.subarray(i * size, (i + 1) * size));
      });
      return out;
    },
  };
}

function* words(text: string): Generator<string> {
  const trimmed = text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  // The mark of a word's start may lie in the text itself; at its very start it is the mark that would be added.
  const normalised = trimmed.replace(/^▁/u, '').replaceAll('▁', ' ');
  if (normalised !== '') for (const word of normalised.split(' ')) yield `▁${word}`;
}

function normalise(row: Float32Array): void {
  let square = 0;
  for (const x of row) square += x * x;
  if (square > 0) {
    const inverse = 1 / Math.sqrt(square);
    for (let k = 0; k < row.length; k++) row[k]! *= inverse;
  }
}

/** The named tensors of a safetensors file as bytes (https://github.com/huggingface/safetensors#format). */
function safetensors(file: Buffer): (name: string) => Buffer {
  const headerSize = Number(file.readBigUInt64LE(0));
  const header = headerSchema.parse(JSON.parse(file.toString('utf8', 8, 8 + headerSize)));
  return (name) => {
    const entry = header[name];
    if (entry === undefined || !Array.isArray(entry.data_offsets))
      throw new Error(`model.safetensors has no tensor named ${name}`);
    const [start, end] = entry.data_offsets as [number, number];
    return file.subarray(8 + headerSize + start, 8 + headerSize + end);
  };
}

/** IEEE 754 half precision → number. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
