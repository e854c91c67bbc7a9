// LoRA (Hu et al., 2021, https://arxiv.org/abs/2106.09685): next to a frozen weight W [in, out] two small matrices learn a
// change of low rank, x · W + scaling · (x · A) · B with A [in, rank] random and B [rank, out] zero at the start.

import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { TunableEncoder } from '../encoders/encoder.js';
import { frozenLinear, type Linear, matMul } from '../nn/ops.js';
import type { Rng } from '../random.js';
import type { Tuner } from './tuner.js';

/** What a trained LoRA is: kilobytes next to the encoder's megabytes. */
export interface LoraState {
  /** alpha / rank, times the strength with which the change is applied */
  readonly scaling: number;
  /** a [in, rank], b [rank, out] */
  readonly pairs: readonly {
    readonly layer: string;
    readonly rank: number;
    readonly a: Float32Array;
    readonly b: Float32Array;
  }[];
}

export interface LoraTuner extends Tuner {
  /** `strength` shrinks the change: 1 is all of it, 0 none. */
  state(strength: number): Promise<LoraState>;
}

export const loraConfigSchema = z.strictObject({
  /** Rank r of the change. */
  rank: z.number().int().min(1).max(256).default(8),
  /** The change is scaled by alpha / rank. */
  alpha: z.number().positive().default(16),
  /** Layers that get one, by name; those that the encoder does not have are ignored. */
  targets: z.array(z.string()).min(1).default(['layer0/qkv', 'layer0/output', 'layer1/qkv', 'layer1/output', 'tanh']),
  /** Share of each residual branch's output that is dropped while training. */
  dropout: z.number().min(0).max(0.9).default(0.1),
});
export type LoraConfig = z.infer<typeof loraConfigSchema>;

interface Pair {
  readonly layer: Linear;
  readonly a: tf.Variable<tf.Rank.R2>;
  readonly b: tf.Variable<tf.Rank.R2>;
}

/** Throws when none of the targets is a layer of the encoder. */
export function createLora(encoder: TunableEncoder, config: LoraConfig, rng: Rng): LoraTuner {
  const scaling = config.alpha / config.rank;
  const pairs = new Map<string, Pair>();
  for (const layer of encoder.linears) {
    if (!config.targets.includes(layer.name)) continue;
    const [inputs, outputs] = layer.weight.shape;
    const deviation = 1 / Math.sqrt(inputs);
    const start = Float32Array.from({ length: inputs * config.rank }, () => rng.normal() * deviation);
    pairs.set(layer.name, {
      layer,
      a: tf.tidy(() => tf.variable(tf.tensor2d(start, [inputs, config.rank]))),
      b: tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R2>([config.rank, outputs]))),
    });
  }
  if (pairs.size === 0) {
    const names = encoder.linears.map((layer) => layer.name).join(', ');
    throw new Error(`LoRA targets ${config.targets.join(', ')} are no layers of ${encoder.name}, which has ${names}`);
  }
  return {
    variables: [...pairs.values()].flatMap(({ a, b }) => [a, b]),
    linear(x, layer) {
      const base = frozenLinear(x, layer);
      const pair = pairs.get(layer.name);
      return pair === undefined ? base : tf.add(base, tf.mul(matMul(matMul(x, pair.a), pair.b), scaling));
    },
    dropout(x) {
      if (config.dropout === 0) return x;
      const keep = 1 - config.dropout;
      const mask = Float32Array.from({ length: x.size }, () => (rng.uniform() < keep ? 1 / keep : 0));
      return tf.mul(x, tf.tensor2d(mask, x.shape));
    },
    async state(strength) {
      const state: { layer: string; rank: number; a: Float32Array; b: Float32Array }[] = [];
      for (const [layer, { a, b }] of pairs) {
        const [dataA, dataB] = await Promise.all([a.data(), b.data()]);
        state.push({ layer, rank: config.rank, a: Float32Array.from(dataA), b: Float32Array.from(dataB) });
      }
      return { scaling: scaling * strength, pairs: state };
    },
    dispose() {
      for (const { a, b } of pairs.values()) tf.dispose([a, b]);
    },
  };
}

/** The encoder with the learned change folded into its weights, for serving. The encoder itself is never written. */
export async function mergeLora(encoder: TunableEncoder, { scaling, pairs }: LoraState): Promise<TunableEncoder> {
  const merged = new Map<string, Float32Array>();
  for (const { layer: name, rank, a, b } of pairs) {
    const layer = encoder.linears.find((linear) => linear.name === name);
    if (layer === undefined) throw new Error(`${encoder.name} has no layer ${name}, which the LoRA weights change`);
    const [inputs, outputs] = layer.weight.shape;
    const weight = tf.tidy(() => {
      const change = tf.matMul(tf.tensor2d(a, [inputs, rank]), tf.tensor2d(b, [rank, outputs]));
      return tf.add(layer.weight, tf.mul(change, scaling));
    });
    merged.set(name, Float32Array.from(await weight.data()));
    weight.dispose();
  }
  return encoder.withWeights(merged);
}
