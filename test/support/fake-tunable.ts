// A tiny encoder that gradients reach into, with the name and the shapes of use-lite, so that everything above it runs in
// milliseconds: counts of hashed words → a linear layer with a residual branch → a tanh layer.

import * as tf from '@tensorflow/tfjs';
import { type Adapter, plain, type TokenBatch, type TunableEncoder } from '../../src/engine/encoders/encoder.js';
import type { EncoderLibrary } from '../../src/engine/encoders/load.js';
import { type Linear, unitRows } from '../../src/engine/nn/ops.js';
import { normals } from './numbers.js';

const WORDS = 16;

interface WordBatch extends TokenBatch {
  /** [texts, WORDS] */
  readonly input: tf.Tensor2D;
}

/** Names of its two layers: both are default targets of LoRA. */
export const FAKE_LAYERS = ['layer0/output', 'tanh'] as const;

/** `size` is the width of each half of a vector; use-lite's is 512. */
export function createFakeTunable({ size = 8 } = {}): TunableEncoder {
  const first = linear('layer0/output', small(WORDS * WORDS, 'first'), [WORDS, WORDS], small(WORDS, 'b1'));
  const tanh = linear('tanh', small(WORDS * size, 'tanh'), [WORDS, size], small(size, 'b2'));
  return fromLayers(first, tanh, [first, tanh]);
}

/** A library of one encoder, which answers to any name. */
export const libraryOf = (encoder: TunableEncoder): EncoderLibrary => ({
  tunable: async () => encoder,
  encode: async (texts, names) => {
    const data = await encoder.encode(texts);
    return {
      texts,
      vectors: Object.fromEntries(names.map((name) => [name, { dimensions: encoder.dimensions, data }])),
    };
  },
});

function fromLayers(first: Linear, tanh: Linear, own: readonly Linear[]): TunableEncoder {
  const size = tanh.weight.shape[1];
  const pool = (batch: TokenBatch, adapter: Adapter): tf.Tensor2D => {
    const x = (batch as WordBatch).input;
    return tf.add(x, adapter.dropout(tf.relu(adapter.linear(x, first)))) as tf.Tensor2D;
  };
  const batch = async (texts: readonly string[]): Promise<WordBatch> => {
    const input = tf.tensor2d(Float32Array.from(texts.flatMap(countWords)), [texts.length, WORDS]);
    return { texts: texts.length, input, dispose: () => input.dispose() };
  };
  return {
    name: 'use-lite',
    dimensions: 2 * size,
    outputSize: size,
    linears: [first, tanh],
    batch,
    forward: (given, adapter) => tf.tanh(adapter.linear(pool(given, adapter), tanh)),
    async encode(texts) {
      if (texts.length === 0) return new Float32Array(0);
      const given = await batch(texts);
      const vectors = tf.tidy(() => {
        const x = pool(given, plain);
        const padded = tf.concat([x, tf.zeros([texts.length, Math.max(0, size - WORDS)])], 1);
        return tf.concat(
          [unitRows(tf.tanh(plain.linear(x, tanh))), unitRows(tf.slice(padded, [0, 0], [-1, size]) as tf.Tensor2D)],
          1,
        );
      });
      const out = Float32Array.from(await vectors.data());
      vectors.dispose();
      given.dispose();
      return out;
    },
    withWeights(weights) {
      const replaced: Linear[] = [];
      const pick = (layer: Linear): Linear => {
        const values = weights.get(layer.name);
        if (values === undefined) return layer;
        const copy = { ...linear(layer.name, values, layer.weight.shape, null), bias: layer.bias };
        replaced.push({ ...copy, bias: null });
        return copy;
      };
      return fromLayers(pick(first), pick(tanh), replaced);
    },
    dispose() {
      for (const { weight, weightTransposed, bias } of own) {
        tf.dispose([weight, weightTransposed, ...(bias === null ? [] : [bias])]);
      }
    },
  };
}

const small = (count: number, seed: string): Float32Array => normals(count, seed).map((x) => x / Math.sqrt(WORDS));

function linear(
  name: string,
  values: Float32Array,
  shape: readonly [number, number],
  bias: Float32Array | null,
): Linear {
  const weight = tf.tensor2d(
    values.map((x) => x),
    [shape[0], shape[1]],
  );
  return { name, weight, weightTransposed: tf.transpose(weight), bias: bias === null ? null : tf.tensor1d(bias) };
}

/** How often words of each bucket come; a word's bucket is the sum of its characters. */
function countWords(text: string): number[] {
  const counts = new Array<number>(WORDS).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    counts[[...word].reduce((sum, character) => sum + character.codePointAt(0)!, 0) % WORDS]! += 1;
  }
  return counts;
}
