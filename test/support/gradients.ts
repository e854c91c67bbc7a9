// Checks an operation with a hand-written gradient against the same function in plain TensorFlow.js operations (whose gradient
// is automatic, on the JavaScript backend) and against finite differences.

import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../src/engine/backend.js';
import { createRng } from '../../src/engine/random.js';
import { dot, expectClose, normals } from './numbers.js';

export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

// biome-ignore lint/suspicious/noExplicitAny: the operations take tensors of the ranks they declare
export type Operation = (...inputs: any[]) => tf.Tensor;

export const randomValues = (shape: readonly number[], ...seed: readonly (number | string)[]): Values => ({
  shape,
  data: normals(
    shape.reduce((a, b) => a * b, 1),
    ...seed,
  ),
});

export interface GradientCase {
  /** Creates the operation on the current backend: what it closes over must outlive the forward pass. */
  readonly operation: () => Operation;
  /** The same function of the same inputs in plain operations. */
  readonly plain: Operation;
  readonly inputs: readonly Values[];
}

/** Of the value and of each gradient against the plain operations: float32 sums in another order. */
const TOLERANCE = 2e-5;

/** Of a gradient against finite differences with steps of 1e-2 in float32. */
const DIFFERENCE_TOLERANCE = 5e-3;
const STEP = 1e-2;

export async function expectSameGradients({ operation, plain, inputs }: GradientCase): Promise<void> {
  await startBackend('cpu');
  const expected = await valueAndGradients(plain, inputs);
  for (const backend of ['cpu', 'wasm'] as const) {
    await startBackend(backend);
    const actual = await valueAndGradients(operation(), inputs);
    expectClose(actual.value, expected.value, TOLERANCE, `the value on ${backend}`);
    inputs.forEach((_, i) => {
      expectClose(actual.gradients[i]!, expected.gradients[i]!, TOLERANCE, `gradient ${i} on ${backend}`);
    });
  }
  await startBackend('cpu');
  const rng = createRng('coordinates');
  for (const [i, { data }] of inputs.entries()) {
    for (let n = 0; n < 5; n++) {
      const at = rng.integer(data.length);
      const slope = await finiteDifference(operation(), inputs, i, at, expected.upstream);
      expectClose([expected.gradients[i]![at]!], [slope], DIFFERENCE_TOLERANCE, `slope of input ${i} at ${at}`);
    }
  }
}

/** The value and the gradient of Σ upstream · value with respect to each input, on the current backend. */
export async function valueAndGradients(operation: Operation, inputs: readonly Values[]) {
  const tensors = toTensors(inputs);
  const value = tf.tidy(() => operation(...tensors));
  const upstream = normals(value.size, 'upstream');
  const dy = tf.tensor(upstream, value.shape);
  const gradients = tf.grads(operation)(tensors, dy);
  const read = async (tensor: tf.Tensor): Promise<Float32Array> => Float32Array.from(await tensor.data());
  const result = { upstream, value: await read(value), gradients: await Promise.all(gradients.map(read)) };
  tf.dispose([...tensors, value, dy, ...gradients]);
  return result;
}

async function finiteDifference(
  operation: Operation,
  inputs: readonly Values[],
  input: number,
  at: number,
  upstream: Float32Array,
): Promise<number> {
  const lossAt = async (step: number): Promise<number> => {
    const moved = inputs.map(({ shape, data }, i) => {
      const copy = Float32Array.from(data);
      if (i === input) copy[at]! += step;
      return { shape, data: copy };
    });
    const tensors = toTensors(moved);
    const value = tf.tidy(() => operation(...tensors));
    const sum = dot(await value.data(), upstream);
    tf.dispose([...tensors, value]);
    return sum;
  };
  return ((await lossAt(STEP)) - (await lossAt(-STEP))) / (2 * STEP);
}

const toTensors = (inputs: readonly Values[]): tf.Tensor[] =>
  inputs.map(({ shape, data }) => tf.tensor(data, [...shape]));
