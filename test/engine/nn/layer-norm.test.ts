import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { layerNorm, trainedLayerNorm } from '../../../src/engine/nn/layer-norm.js';
import { expectSameGradients, type Operation, randomValues } from '../../support/gradients.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose, normals } from '../../support/numbers.js';

const SCALE = normals(6, 'scale');
const BIAS = normals(6, 'bias');
const EPSILON = 1e-6;

const trained: Operation = (x: tf.Tensor2D, scale: tf.Tensor1D, bias: tf.Tensor1D) =>
  trainedLayerNorm(x, scale, bias, EPSILON);

/** The formula in plain operations. */
const plain = (x: tf.Tensor2D, scale: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor => {
  const { mean, variance } = tf.moments(x, 1, true);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), scale), bias);
};

/** Scale and bias on the current backend. */
function createNorm(): (x: tf.Tensor2D) => tf.Tensor {
  const norm = { scale: tf.tensor1d(SCALE), bias: tf.tensor1d(BIAS), epsilon: EPSILON };
  return (x) => layerNorm(x, norm);
}

describe('layerNorm', () => {
  it('has the gradient of the formula written in plain operations', () =>
    expectSameGradients({
      operation: createNorm,
      plain: (x: tf.Tensor2D) => plain(x, tf.tensor1d(SCALE), tf.tensor1d(BIAS)),
      inputs: [randomValues([4, 6], 'x')],
    }));

  it('gives mean 0 and variance 1 a row under scale 1 and bias 0', async () => {
    await startBackend('cpu');
    const x = tf.tensor2d([1, 2, 3, 4, 100, -100, 7, 7], [2, 4]);
    const out = layerNorm(x, { scale: tf.ones([4]), bias: tf.zeros([4]), epsilon: EPSILON });
    const { mean, variance } = tf.moments(out, 1);
    expectClose(await mean.data(), [0, 0], 1e-5);
    expectClose(await variance.data(), [1, 1], 1e-5);
  });

  it('gives the bias where all values of a row are equal', async () => {
    await startBackend('cpu');
    const ours = createNorm();
    const x = tf.tensor2d(new Float32Array(6).fill(3), [1, 6]);
    expectClose(await ours(x).data(), BIAS, 1e-6);
    const gradient = tf.grad((input: tf.Tensor) => ours(input as tf.Tensor2D))(x);
    expect((await gradient.data()).every(Number.isFinite)).toBe(true);
  });

  it('leaves no tensor behind', async () => {
    await startBackend('cpu');
    const ours = createNorm();
    await expectNoLeak(() =>
      tf.tidy(() => {
        tf.grad((input: tf.Tensor) => ours(input as tf.Tensor2D))(tf.tensor2d(normals(24, 'x'), [4, 6]));
      }),
    );
  });
});

describe('trainedLayerNorm', () => {
  it('has the gradients of the formula written in plain operations, of x, scale and bias', () =>
    expectSameGradients({
      operation: () => trained,
      plain,
      inputs: [randomValues([4, 6], 'x'), { shape: [6], data: SCALE }, { shape: [6], data: BIAS }],
    }));

  it.each(['wasm', 'cpu'] as const)('gives the bits of layerNorm on the backend %s', async (backend) => {
    await startBackend(backend);
    const x = tf.tensor2d(normals(24, 'x'), [4, 6]);
    const value = trained(x, tf.tensor1d(SCALE), tf.tensor1d(BIAS));
    expect(await value.data()).toEqual(await createNorm()(x).data());
  });

  it('leaves no tensor behind', async () => {
    await startBackend('cpu');
    await expectNoLeak(() =>
      tf.tidy(() => {
        tf.grads(trained)([tf.tensor2d(normals(24, 'x'), [4, 6]), tf.tensor1d(SCALE), tf.tensor1d(BIAS)]);
      }),
    );
  });
});
