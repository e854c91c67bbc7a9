// Loads encoders by name, each once a thread. Pending loads are shared; a failed one is forgotten, so that the next call tries again.

import type { EncodedTexts } from '../features.js';
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
}

/** `cacheBytes` bounds the cached vectors of each encoder. */
export function createEncoderLibrary(cacheBytes: number): EncoderLibrary {
  const tunables = shared(async (name): Promise<TunableEncoder> => {
    if (name === 'use-lite') return createUseLite();
    throw new Error(`encoder ${name} has nothing to tune`);
  });
  const encoders = shared(async (name): Promise<Encoder> => {
    if (name === 'hashing') return cached(createHashingEncoder(), cacheBytes);
    return cached(name === 'static-en-zh' ? await createStaticEncoder() : await tunables(name), cacheBytes);
  });
  return {
    tunable: tunables,
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
