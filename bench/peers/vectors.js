// Sentence vectors of unit length by the encoders that Handful's default uses: USE lite for English, the static table for Chinese.

import { areChinese } from './tokens.js';

const CACHE_BYTES = 4 * 1024 * 1024;

/** @param {readonly { text: string }[]} examples */
export async function encoderFor(examples) {
  const { startBackend } = await import('../../dist/engine/backend.js');
  const { createEncoderLibrary } = await import('../../dist/engine/encoders/load.js');
  const { sliceOf } = await import('../../dist/engine/encoders/blocks.js');
  await startBackend('auto');
  const library = createEncoderLibrary(CACHE_BYTES, { home: '', hub: null });
  const name = areChinese(examples) ? 'static-en-zh' : 'use-lite';
  const { encoder, start, end } = sliceOf(name);
  return {
    async encode(texts) {
      const { vectors } = await library.encode(texts, [encoder]);
      const { data, dimensions } = vectors[encoder];
      return texts.map((_, row) => unit(data.slice(row * dimensions + start, row * dimensions + (end ?? dimensions))));
    },
  };
}

function unit(vector) {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return length > 0 ? vector.map((x) => x / length) : vector;
}
