// Feature hashing (Weinberger et al., 2009, https://arxiv.org/abs/0902.2206) of word and character n-grams: deterministic, no
// weights, any language. The floor under every other encoder, and the encoder that tests use.

import type { Encoder } from './encoder.js';
import { ngrams } from './ngrams.js';

const DIMENSIONS = 1024;

export function createHashingEncoder(): Encoder {
  return {
    name: 'hashing',
    dimensions: DIMENSIONS,
    async encode(texts) {
      const out = new Float32Array(texts.length * DIMENSIONS);
      texts.forEach((text, i) => {
        const row = out.subarray(i * DIMENSIONS, (i + 1) * DIMENSIONS);
        for (const gram of ngrams(text)) {
          const hash = fnv1a(gram);
          row[hash % DIMENSIONS]! += hash & 0x80000000 ? -1 : 1;
        }
        let square = 0;
        for (const x of row) square += x * x;
        if (square > 0) for (let k = 0; k < DIMENSIONS; k++) row[k]! /= Math.sqrt(square);
      });
      return out;
    },
  };
}

/** FNV-1a over UTF-16 units with a final mix, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
