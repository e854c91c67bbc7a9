// A bounded cache in front of an encoder: the same text is encoded once. Least recently used texts leave first.

import type { Encoder } from './encoder.js';

export interface CachedEncoder extends Encoder {
  readonly cachedTexts: number;
}

/** `maxBytes` bounds the vectors held; a text that is asked for twice in one call is encoded once. */
export function cached(encoder: Encoder, maxBytes: number): CachedEncoder {
  const { dimensions } = encoder;
  const capacity = Math.max(1, Math.floor(maxBytes / (4 * dimensions)));
  const held = new Map<string, Float32Array>();
  return {
    name: encoder.name,
    dimensions,
    get cachedTexts() {
      return held.size;
    },
    async encode(texts) {
      // Taken out before anything is awaited: another call may push a held text out meanwhile.
      const vectors = new Map(texts.map((text) => [text, held.get(text)]));
      const missing = [...vectors].flatMap(([text, vector]) => (vector === undefined ? [text] : []));
      const fresh = missing.length === 0 ? new Float32Array(0) : await encoder.encode(missing);
      missing.forEach((text, i) => {
        vectors.set(text, fresh.slice(i * dimensions, (i + 1) * dimensions));
      });
      const out = new Float32Array(texts.length * dimensions);
      texts.forEach((text, i) => {
        out.set(vectors.get(text)!, i * dimensions);
      });
      for (const [text, vector] of vectors) {
        held.delete(text);
        held.set(text, vector!);
      }
      for (const text of held.keys()) {
        if (held.size <= capacity) break;
        held.delete(text);
      }
      return out;
    },
  };
}
