// Variables and stored tensors, as every tuner makes and reads them.

import * as tf from '@tensorflow/tfjs';
import { UserError } from '../errors.js';
import type { Rng } from '../random.js';
import type { FloatTensor, TunerState } from './tuner.js';

/** Drawn from a normal distribution around 0. */
export function randomVariable<R extends tf.Rank>(shape: tf.ShapeMap[R], deviation: number, rng: Rng): tf.Variable<R> {
  const size = shape.reduce((product, length) => product * length, 1);
  const start = Float32Array.from({ length: size }, () => rng.normal() * deviation);
  return tf.tidy(() => tf.variable(tf.tensor<R>(start, shape)));
}

export const zeroVariable = <R extends tf.Rank>(shape: tf.ShapeMap[R]): tf.Variable<R> =>
  tf.tidy(() => tf.variable(tf.zeros<R>(shape)));

/** A copy of the values as they are now, times `factor`. */
export async function copyOf(tensor: tf.Tensor, factor = 1): Promise<FloatTensor> {
  return { shape: tensor.shape, data: Float32Array.from(await tensor.data(), (x) => factor * x) };
}

export const toTensor = <R extends tf.Rank>({ shape, data }: FloatTensor): tf.Tensor<R> =>
  tf.tensor<R>(data, [...shape] as tf.ShapeMap[R]);

/** Throws a UserError `damaged` where there is no tensor of that name. */
export function storedAt({ kind, tensors }: TunerState, name: string): FloatTensor {
  const stored = tensors[name];
  if (stored !== undefined) return stored;
  throw new UserError('damaged', `The checkpoint is damaged (its ${kind} weights lack ${name}).`, {
    details: { kind, name },
  });
}

/** Throws where a tensor's name, without its last part, is none of the encoder. */
export function expectOwners(
  { kind, tensors }: TunerState,
  { encoder, owners }: { readonly encoder: string; readonly owners: readonly string[] },
): void {
  for (const name of Object.keys(tensors)) {
    const owner = name.slice(0, name.lastIndexOf('/'));
    if (!owners.includes(owner)) throw new Error(`${encoder} has no ${owner}, which the ${kind} weights change`);
  }
}
