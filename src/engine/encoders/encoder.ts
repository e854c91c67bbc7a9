// The contracts of encoders. An encoder maps texts to vectors; a tunable encoder also lets gradients reach inside, so that a
// tuner can change it a little.

import type * as tf from '@tensorflow/tfjs';
import type { AttentionLayout } from '../nn/attention.js';
import { type LayerNorm, layerNorm } from '../nn/layer-norm.js';
import { frozenLinear, type Linear } from '../nn/ops.js';
import type { Prefix } from '../nn/prefix-attention.js';

export interface Encoder {
  /** Names the encoder and its weights: part of every cache key and of every checkpoint. */
  readonly name: string;
  readonly dimensions: number;
  /** Texts → row-major [texts, dimensions]. Any string is fine, the empty one too. */
  encode(texts: readonly string[]): Promise<Float32Array>;
}

/** Trained vectors that stand before every text. They see only each other, so they run through the layers once a batch. */
export interface SoftPrompt {
  /** [P, D]: D is the width of what enters the first layer. */
  readonly vectors: tf.Tensor2D;
  /** The layout of one text of P tokens. */
  readonly layout: AttentionLayout;
  /** [heads] of each layer: how much the texts see of the vectors; 0 at the start. */
  readonly gates: readonly tf.Tensor1D[];
}

/** How a tuner takes part in an encoder's forward pass; `plain` leaves the encoder as it is. */
export interface Hooks {
  /** Token vectors with whatever the tuner adds, before anything else is done with them. [N, D], [N] → [N, D] */
  embed(x: tf.Tensor2D, ids: Int32Array): tf.Tensor2D;
  /** The layer's output for x, with whatever the tuner adds. [N, in] → [N, out] */
  linear(x: tf.Tensor2D, layer: Linear): tf.Tensor2D;
  norm(x: tf.Tensor2D, layer: LayerNorm): tf.Tensor2D;
  /** The output of a residual branch before it is added; named like `layer0/attention`, `layer0/feed-forward`. [N, D] → [N, D] */
  branch(x: tf.Tensor2D, name: string): tf.Tensor2D;
  /** Keys and values that the texts see in this layer (from 0) besides their own. */
  prefix(layer: number): Prefix | null;
  readonly prompt: SoftPrompt | null;
}

/** The hooks that change nothing. */
export const plain: Hooks = {
  embed: (x) => x,
  linear: frozenLinear,
  norm: layerNorm,
  branch: (x) => x,
  prefix: () => null,
  prompt: null,
};

/** A batch that is tokenised and laid out for the forward pass; dispose it when done. */
export interface TokenBatch {
  readonly texts: number;
  /** Token ids of all texts, packed. */
  readonly ids: Int32Array;
  dispose(): void;
}

/** The shape of one transformer layer. */
export interface LayerShape {
  /** `layer0`, … */
  readonly name: string;
  /** Width of what enters, and of what each residual branch gives. */
  readonly inputs: number;
  readonly outputs: number;
  readonly heads: number;
  readonly headSize: number;
}

export interface TunableEncoder extends Encoder {
  /**
   * The linear layers that a tuner may change, from input to output: `layer0/qkv`, `layer0/output`, `layer0/expand`,
   * `layer0/contract`, … and what comes after the last transformer layer (`tanh`).
   */
  readonly linears: readonly Linear[];
  /** The layer norms, from input to output: `layer0/attention-norm`, `layer0/feed-forward-norm`, … */
  readonly norms: readonly LayerNorm[];
  /** The transformer layers, first to last. */
  readonly layers: readonly LayerShape[];
  /** Width of what `forward` gives. */
  readonly outputSize: number;
  /** Where in a vector of `encode` the output of `forward` lies, brought to unit length. */
  readonly outputAt: number;
  batch(texts: readonly string[]): Promise<TokenBatch>;
  /** The differentiable forward pass, to be called inside tf.tidy or a gradient: [texts, outputSize], not normalised. */
  forward(batch: TokenBatch, hooks: Hooks): tf.Tensor2D;
  /**
   * The same encoder with some weights replaced, by the names of `parametersOf`, row-major; owns only the replaced ones.
   * Unknown names are an error.
   */
  withWeights(weights: ReadonlyMap<string, Float32Array>): TunableEncoder;
  /** The same encoder whose `encode` goes through the hooks; `dispose` of it calls `release` and frees nothing else. */
  withHooks(hooks: Hooks, release: () => void): TunableEncoder;
  dispose(): void;
}

/** A trainable weight of an encoder as it stands there. */
export interface Parameter {
  /** `layer0/qkv/weight`, `layer0/qkv/bias`, `layer0/attention-norm/scale`, … */
  readonly name: string;
  /** Name of the linear layer or norm that it belongs to. */
  readonly owner: string;
  readonly value: tf.Tensor;
}

/** Every weight of the layers and norms, embeddings left out. */
export function parametersOf({ linears, norms }: Pick<TunableEncoder, 'linears' | 'norms'>): Parameter[] {
  return [
    ...linears.flatMap(({ name, weight, bias }) => [
      { name: `${name}/weight`, owner: name, value: weight },
      ...(bias === null ? [] : [{ name: `${name}/bias`, owner: name, value: bias }]),
    ]),
    ...norms.flatMap(({ name, scale, bias }) => [
      { name: `${name}/scale`, owner: name, value: scale },
      { name: `${name}/bias`, owner: name, value: bias },
    ]),
  ];
}

/** Number of the transformer layer that a weight or branch belongs to; null for what comes after them. */
export function layerOf(name: string): number | null {
  const match = /^layer(\d+)\//.exec(name);
  return match === null ? null : Number(match[1]);
}
