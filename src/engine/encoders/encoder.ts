// The contracts of encoders. An encoder maps texts to vectors; a tunable encoder also lets gradients reach inside, so that a
// tuner can change it a little.

import type * as tf from '@tensorflow/tfjs';
import { frozenLinear, type Linear } from '../nn/ops.js';

export interface Encoder {
  /** Names the encoder and its weights: part of every cache key and of every checkpoint. */
  readonly name: string;
  readonly dimensions: number;
  /** Texts → row-major [texts, dimensions]. Any string is fine, the empty one too. */
  encode(texts: readonly string[]): Promise<Float32Array>;
}

/**
 * How a tuner takes part in an encoder's forward pass. Every linear layer and every dropout goes through it; `plain` leaves
 * the encoder as it is.
 */
export interface Adapter {
  /** The layer's output for x, with whatever the tuner adds. [N, in] → [N, out] */
  linear(x: tf.Tensor2D, layer: Linear): tf.Tensor2D;
  /** Called on the output of each residual branch. [N, D] → [N, D] */
  dropout(x: tf.Tensor2D): tf.Tensor2D;
}

/** The adapter that changes nothing. */
export const plain: Adapter = { linear: frozenLinear, dropout: (x) => x };

/** A batch that is tokenised and laid out for the forward pass; dispose it when done. */
export interface TokenBatch {
  readonly texts: number;
  dispose(): void;
}

export interface TunableEncoder extends Encoder {
  /** The layers that a tuner may change. */
  readonly linears: readonly Linear[];
  /** Width of what `forward` gives. */
  readonly outputSize: number;
  batch(texts: readonly string[]): Promise<TokenBatch>;
  /** The differentiable forward pass, to be called inside tf.tidy or a gradient: [texts, outputSize], not normalised. */
  forward(batch: TokenBatch, adapter: Adapter): tf.Tensor2D;
  /** The same encoder with some linear weights replaced (by name, row-major [in, out]); owns only the replaced ones. */
  withWeights(weights: ReadonlyMap<string, Float32Array>): TunableEncoder;
  dispose(): void;
}
