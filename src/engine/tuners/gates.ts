// Gates of attention to trained vectors: one for each head of each layer, 0 at the start. What a head reads is added times
// tanh(gate), see nn/prefix-attention.ts.

import type * as tf from '@tensorflow/tfjs';
import type { LayerShape } from '../encoders/encoder.js';
import { copyOf, zeroVariable } from './tensors.js';
import type { FloatTensor, TrainedParameter } from './tuner.js';

/** Nothing behind a closed gate learns, so gates learn faster than what they let through. */
const GATE_RATE = 5;

/** [heads] of each layer. */
export const closedGates = (layers: readonly LayerShape[]): tf.Variable<tf.Rank.R1>[] =>
  layers.map(({ heads }) => zeroVariable<tf.Rank.R1>([heads]));

export const gateParameters = (gates: readonly tf.Variable<tf.Rank.R1>[]): TrainedParameter[] =>
  gates.map((variable) => ({ variable: variable as tf.Variable, rate: GATE_RATE }));

/** The gate through which `strength` times as much gets. */
export async function shrunkGate(gate: tf.Variable<tf.Rank.R1>, strength: number): Promise<FloatTensor> {
  const { shape, data } = await copyOf(gate);
  // tanh of a gate that is wide open is 1, from which there is no way back.
  return { shape, data: strength === 1 ? data : data.map((x) => Math.atanh(strength * Math.tanh(x))) };
}
