import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { gelu } from '../../../src/engine/nn/gelu.js';
import { expectSameGradients, randomValues } from '../../support/gradients.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose } from '../../support/numbers.js';

/** x · Φ(x) by Simpson's rule over the density, in double precision. */
function exact(x: number): number {
  const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const steps = 2000;
  const width = x / steps;
  let area = 0.5;
  for (let i = 0; i < steps; i++) {
    area += (width / 6) * (density(i * width) + 4 * density((i + 0.5) * width) + density((i + 1) * width));
  }
  return x * area;
}

const POINTS = Float32Array.from({ length: 1401 }, (_, i) => (i - 700) / 87.3);

describe('gelu', () => {
  it('has the gradient of the formula written in plain operations', () =>
    expectSameGradients({
      operation: () => gelu,
      plain: (x: tf.Tensor2D) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
      inputs: [randomValues([8, 16], 'x')],
    }));

  it.each(['wasm', 'cpu'] as const)('is x · Φ(x) from −8 to 8 and far beyond on the backend %s', async (backend) => {
    await startBackend(backend);
    expectClose(await gelu(tf.tensor2d(POINTS, [1, POINTS.length])).data(), Array.from(POINTS, exact), 1e-6);
    expectClose(await gelu(tf.tensor2d([-1e6, -50, 50, 1e6], [2, 2])).data(), [0, 0, 50, 1e6], 1e-6);
  });

  it('has the slope 0 far below zero and 1 far above it', async () => {
    await startBackend('wasm');
    const slope = tf.grad((x: tf.Tensor) => gelu(x as tf.Tensor2D))(tf.tensor2d([-1e6, -7, 7, 1e6], [1, 4]));
    expectClose(await slope.data(), [0, 0, 1, 1], 1e-6);
  });

  it.each(['wasm', 'cpu'] as const)('lets a number that is none through on the backend %s', async (backend) => {
    await startBackend(backend);
    expect((await gelu(tf.tensor2d([Number.NaN], [1, 1])).data())[0]).toBeNaN();
  });

  it('leaves no tensor behind', async () => {
    await startBackend('wasm');
    await expectNoLeak(() =>
      tf.tidy(() => {
        tf.grad((x: tf.Tensor) => gelu(x as tf.Tensor2D))(tf.tensor2d(POINTS, [1, POINTS.length]));
      }),
    );
  });
});
