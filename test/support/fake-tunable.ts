// A tiny encoder that gradients reach into, with the name and the shape of a vector of use-lite, so that everything above it
// runs in milliseconds: words fall into buckets, two pre-norm transformer layers of width 16 with two heads read them, then
// comes the mean of the words and a tanh layer.

import * as tf from '@tensorflow/tfjs';
import { NO_NEIGHBOURS } from '../../src/engine/data/augment/index.js';
import { type Hooks, plain, type TokenBatch, type TunableEncoder } from '../../src/engine/encoders/encoder.js';
import type { EncoderLibrary } from '../../src/engine/encoders/load.js';
import { makeLinear, type OwnLinear, replaceWeights } from '../../src/engine/encoders/own-weights.js';
import { type AttentionLayout, attend, attentionLayout } from '../../src/engine/nn/attention.js';
import type { LayerNorm } from '../../src/engine/nn/layer-norm.js';
import { multiplyByConstant, unitRows } from '../../src/engine/nn/ops.js';
import type { Prefix } from '../../src/engine/nn/prefix-attention.js';
import { normals } from './numbers.js';

/** Buckets of words, and the width of the layers: a word's vector is 1 at its bucket. */
const WIDTH = 16;
const HEADS = { heads: 2, headSize: WIDTH / 2 };
const HIDDEN = 2 * WIDTH;
/** Later words are dropped. */
const MAX_WORDS = 64;

interface Layer {
  readonly name: string;
  readonly attentionNorm: LayerNorm;
  readonly qkv: OwnLinear;
  readonly output: OwnLinear;
  readonly feedForwardNorm: LayerNorm;
  readonly expand: OwnLinear;
  readonly contract: OwnLinear;
}

interface WordBatch extends TokenBatch {
  /** [words, WIDTH] */
  readonly input: tf.Tensor2D;
  readonly layout: AttentionLayout;
  /** [texts, words]: mean over each text's words; and its transpose. */
  readonly mean: tf.Tensor2D;
  readonly meanTransposed: tf.Tensor2D;
}

interface Parts {
  readonly layers: readonly Layer[];
  readonly tanh: OwnLinear;
  readonly hooks: Hooks;
  readonly release: () => void;
}

/** `size` is the width of each half of a vector; use-lite's is 512. */
export function createFakeTunable({ size = 8 } = {}): TunableEncoder {
  const layers = [fakeLayer('layer0'), fakeLayer('layer1')];
  const tanh = fakeLinear('tanh', WIDTH, size);
  const release = (): void => {
    for (const { attentionNorm, qkv, output, feedForwardNorm, expand, contract } of layers) {
      for (const linear of [qkv, output, expand, contract]) linear.dispose();
      for (const { scale, bias } of [attentionNorm, feedForwardNorm]) tf.dispose([scale, bias]);
    }
    tanh.dispose();
  };
  return fromParts({ layers, tanh, hooks: plain, release });
}

/** A library of one encoder, which answers to any name. */
export const libraryOf = (encoder: TunableEncoder): EncoderLibrary => ({
  tunable: async () => encoder,
  weights: async () => 'fake',
  unknownShare: async () => 0,
  neighbours: async () => NO_NEIGHBOURS,
  encode: async (texts, names) => {
    const data = await encoder.encode(texts);
    return {
      texts,
      vectors: Object.fromEntries(names.map((name) => [name, { dimensions: encoder.dimensions, data }])),
    };
  },
});

function fromParts({ layers, tanh, hooks, release }: Parts): TunableEncoder {
  const size = tanh.weight.shape[1];
  const linears = [...layers.flatMap(({ qkv, output, expand, contract }) => [qkv, output, expand, contract]), tanh];
  const norms = layers.flatMap(({ attentionNorm, feedForwardNorm }) => [attentionNorm, feedForwardNorm]);

  const pooled = (given: TokenBatch, through: Hooks): tf.Tensor2D => {
    const { input, ids, layout, mean, meanTransposed } = given as WordBatch;
    let x = through.embed(input, ids);
    let prompt = through.prompt?.vectors ?? null;
    layers.forEach((layer, index) => {
      let prefix = through.prefix(index);
      if (prompt !== null) {
        const own = runLayer(prompt, { layout: through.prompt!.layout, prefix: null, layer, hooks: through });
        prefix = { keys: own.keys, values: own.values, gate: through.prompt!.gates[index]! };
        prompt = own.output;
      }
      x = runLayer(x, { layout, prefix, layer, hooks: through }).output;
    });
    return multiplyByConstant(mean, meanTransposed, x);
  };

  return {
    name: 'use-lite',
    dimensions: 2 * size,
    outputSize: size,
    outputAt: 0,
    linears,
    norms,
    layers: layers.map(({ name }) => ({ name, inputs: WIDTH, outputs: WIDTH, ...HEADS })),
    batch: async (texts) => wordBatch(texts),
    forward: (batch, through) => tf.tanh(through.linear(pooled(batch, through), tanh)),
    async encode(texts) {
      if (texts.length === 0) return new Float32Array(0);
      const batch = wordBatch(texts);
      const vectors = tf.tidy(() => {
        const pool = pooled(batch, hooks);
        const padded = tf.concat([pool, tf.zeros([texts.length, Math.max(0, size - WIDTH)])], 1);
        const half = tf.slice(padded, [0, 0], [-1, size]) as tf.Tensor2D;
        return tf.concat([unitRows(tf.tanh(hooks.linear(pool, tanh))), unitRows(half)], 1);
      });
      const out = Float32Array.from(await vectors.data());
      vectors.dispose();
      batch.dispose();
      return out;
    },
    withWeights(weights) {
      const replaced = replaceWeights('use-lite', { linears, norms }, weights);
      return fromParts({
        layers: layers.map((layer) => ({
          name: layer.name,
          attentionNorm: replaced.norm(layer.attentionNorm),
          qkv: replaced.linear(layer.qkv),
          output: replaced.linear(layer.output),
          feedForwardNorm: replaced.norm(layer.feedForwardNorm),
          expand: replaced.linear(layer.expand),
          contract: replaced.linear(layer.contract),
        })),
        tanh: replaced.linear(tanh),
        hooks,
        release: replaced.dispose,
      });
    },
    withHooks: (through, releaseHooks) => fromParts({ layers, tanh, hooks: through, release: releaseHooks }),
    dispose: release,
  };
}

interface LayerInput {
  readonly layout: AttentionLayout;
  readonly prefix: Prefix | null;
  readonly layer: Layer;
  readonly hooks: Hooks;
}

function runLayer(x: tf.Tensor2D, { layout, prefix, layer, hooks }: LayerInput) {
  const qkv = hooks.linear(hooks.norm(x, layer.attentionNorm), layer.qkv);
  const context = attend(qkv, layout, prefix, HEADS);
  const attended = hooks.branch(hooks.linear(context, layer.output), `${layer.name}/attention`);
  const x1 = tf.add(x, attended) as tf.Tensor2D;
  const hidden = tf.relu(hooks.linear(hooks.norm(x1, layer.feedForwardNorm), layer.expand));
  const fed = hooks.branch(hooks.linear(hidden, layer.contract), `${layer.name}/feed-forward`);
  const part = (at: number): tf.Tensor2D => tf.slice(qkv, [0, at * WIDTH], [-1, WIDTH]);
  return { output: tf.add(x1, fed) as tf.Tensor2D, keys: part(1), values: part(2) };
}

function wordBatch(texts: readonly string[]): WordBatch {
  const words = texts.map(bucketsOf);
  const lengths = words.map(({ length }) => Math.max(1, length));
  const ids = Int32Array.from(words.flatMap((text) => (text.length === 0 ? [0] : text)));
  const input = new Float32Array(ids.length * WIDTH);
  ids.forEach((id, row) => {
    input[row * WIDTH + id] = 1;
  });
  const mean = new Float32Array(texts.length * ids.length);
  let start = 0;
  words.forEach((text, row) => {
    // A text without words has one of no weight.
    for (let i = 0; i < text.length; i++) mean[row * ids.length + start + i] = 1 / text.length;
    start += lengths[row]!;
  });
  const layout = attentionLayout(lengths);
  const tensors = tf.tidy(() => {
    const means = tf.tensor2d(mean, [texts.length, ids.length]);
    return { input: tf.tensor2d(input, [ids.length, WIDTH]), mean: means, meanTransposed: tf.transpose(means) };
  });
  const dispose = (): void => {
    tf.dispose(Object.values(tensors));
    layout.dispose();
  };
  return { ...tensors, layout, texts: texts.length, ids, dispose };
}

/** A word's bucket is the sum of its characters. */
const bucketsOf = (text: string): number[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .slice(0, MAX_WORDS)
    .map((word) => [...word].reduce((sum, character) => sum + character.codePointAt(0)!, 0) % WIDTH);

function fakeLayer(name: string): Layer {
  const norm = (part: string): LayerNorm => ({
    name: `${name}/${part}`,
    scale: tf.tensor1d(normals(WIDTH, name, part, 'scale').map((x) => 1 + 0.1 * x)),
    bias: tf.tensor1d(normals(WIDTH, name, part, 'bias').map((x) => 0.1 * x)),
    epsilon: 1e-6,
  });
  return {
    name,
    attentionNorm: norm('attention-norm'),
    qkv: fakeLinear(`${name}/qkv`, WIDTH, 3 * WIDTH),
    output: fakeLinear(`${name}/output`, WIDTH, WIDTH),
    feedForwardNorm: norm('feed-forward-norm'),
    expand: fakeLinear(`${name}/expand`, WIDTH, HIDDEN),
    contract: fakeLinear(`${name}/contract`, HIDDEN, WIDTH),
  };
}

const fakeLinear = (name: string, inputs: number, outputs: number): OwnLinear =>
  makeLinear(
    name,
    normals(inputs * outputs, name).map((x) => x / Math.sqrt(inputs)),
    [inputs, outputs],
    normals(outputs, name, 'bias').map((x) => 0.1 * x),
  );
