// Loads encoders by name, each once a thread. Pending loads are shared; a failed one is forgotten, so that the next call tries again.

import { loadNearestWords, type Neighbours } from '../data/augment/index.js';
import type { EncodedTexts } from '../features.js';
import type { EncoderFiles } from '../types.js';
import { createBertEncoder, createTunableBert, fetchBert } from './bert/index.js';
import { cached } from './cache.js';
import type { Encoder, TunableEncoder } from './encoder.js';
import { createHashingEncoder } from './hashing.js';
import { createStaticEncoder } from './static.js';
import { createUseLite } from './use-lite.js';

export interface EncoderLibrary {
  /** Vectors of the texts by each named encoder. */
  encode(texts: readonly string[], names: readonly string[]): Promise<EncodedTexts>;
  /** The encoder as a function that gradients reach into; owned by the library. */
  tunable(name: string): Promise<TunableEncoder>;
  /** Names the weights of an encoder that lies in files. */
  weights(name: string): Promise<string>;
  /** Share of the tokens of texts that the embedded table does not know. */
  unknownShare(texts: readonly string[]): Promise<number>;
  /** Words that may stand for a word, from the embedded table. */
  neighbours(): Promise<Neighbours>;
}

/**
 * `cacheBytes` bounds the cached vectors of each encoder; `nativeThreads` those that ONNX Runtime computes with beside this one,
 * null: as it likes.
 */
export function createEncoderLibrary(
  cacheBytes: number,
  files: EncoderFiles,
  nativeThreads: number | null = null,
): EncoderLibrary {
  const tunables = shared(async (name): Promise<TunableEncoder> => {
    if (name === 'use-lite') return createUseLite();
    if (name === 'hashing' || name === 'static-en-zh') throw new Error(`encoder ${name} has nothing to tune`);
    return createTunableBert(await fetchBert(name, files));
  });
  const create = async (name: string): Promise<Encoder> => {
    switch (name) {
      case 'hashing':
        return createHashingEncoder();
      case 'static-en-zh':
        return table('');
      case 'use-lite':
        return tunables(name);
      default:
        return createBertEncoder(
          await fetchBert(name, files),
          nativeThreads === null ? {} : { threads: nativeThreads },
        );
    }
  };
  const encoders = shared(async (name): Promise<Encoder> => cached(await create(name), cacheBytes));
  const table = shared(async () => createStaticEncoder());
  const nearestWords = shared(async () => loadNearestWords(await table('')));
  return {
    tunable: tunables,
    weights: async (name) => (await fetchBert(name, files)).fingerprint,
    unknownShare: async (texts) => (await table('')).unknownShare(texts),
    neighbours: () => nearestWords(''),
    async encode(texts, names) {
      const vectors: Record<string, { dimensions: number; data: Float32Array }> = {};
      for (const name of names) {
        const encoder = await encoders(name);
        vectors[name] = { dimensions: encoder.dimensions, data: await encoder.encode(texts) };
      }
      return { texts, vectors };
    },
  };
}

function shared<T>(load: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const pending = new Map<string, Promise<T>>();
  return (name) => {
    const held = pending.get(name);
    if (held !== undefined) return held;
    const promise = load(name);
    pending.set(name, promise);
    promise.catch(() => pending.delete(name));
    return promise;
  };
}
