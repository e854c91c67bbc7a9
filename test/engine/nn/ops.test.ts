import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import {
  frozenLinear,
  type Linear,
  matMul,
  multiplyByConstant,
  takeRows,
  trainedLinear,
  unitRows,
} from '../../../src/engine/nn/ops.js';
import { expectSameGradients, type GradientCase, randomValues } from '../../support/gradients.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose, normals } from '../../support/numbers.js';

const WEIGHT = normals(12, 'weight');
const BIAS = normals(3, 'bias');

/** [4, 3] on the current backend. */
function linear(bias: boolean): Linear {
  const weight = tf.tensor2d(WEIGHT, [4, 3]);
  return {
    name: 'layer',
    weight,
    weightTransposed: tf.transpose(weight),
    bias: bias ? tf.tensor1d(BIAS) : null,
  };
}

const cases: readonly (readonly [string, GradientCase])[] = [
  [
    'frozenLinear with a bias',
    {
      operation: () => {
        const layer = linear(true);
        return (x: tf.Tensor2D) => frozenLinear(x, layer);
      },
      plain: (x: tf.Tensor2D) => tf.add(tf.matMul(x, tf.tensor2d(WEIGHT, [4, 3])), tf.tensor1d(BIAS)),
      inputs: [randomValues([5, 4], 'x')],
    },
  ],
  [
    'frozenLinear without a bias',
    {
      operation: () => {
        const layer = linear(false);
        return (x: tf.Tensor2D) => frozenLinear(x, layer);
      },
      plain: (x: tf.Tensor2D) => tf.matMul(x, tf.tensor2d(WEIGHT, [4, 3])),
      inputs: [randomValues([5, 4], 'x')],
    },
  ],
  [
    'trainedLinear with a bias',
    {
      operation: () => trainedLinear,
      plain: (x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D) => tf.add(tf.matMul(x, weight), bias),
      inputs: [randomValues([5, 4], 'x'), randomValues([4, 3], 'weight'), randomValues([3], 'bias')],
    },
  ],
  [
    'trainedLinear without a bias',
    {
      operation: () => (x: tf.Tensor2D, weight: tf.Tensor2D) => trainedLinear(x, weight, null),
      plain: tf.matMul,
      inputs: [randomValues([5, 4], 'x'), randomValues([4, 3], 'weight')],
    },
  ],
  [
    'matMul',
    { operation: () => matMul, plain: tf.matMul, inputs: [randomValues([5, 4], 'a'), randomValues([4, 3], 'b')] },
  ],
  [
    'matMul of a variable twice',
    {
      operation: () => (a: tf.Tensor2D) => matMul(matMul(a, a), a),
      plain: (a: tf.Tensor2D) => tf.matMul(tf.matMul(a, a), a),
      inputs: [{ shape: [3, 3], data: normals(9, 'a').map((x) => x / 2) }],
    },
  ],
  [
    'multiplyByConstant',
    {
      operation: () => {
        const constant = tf.tensor2d(WEIGHT, [3, 4]);
        const transposed = tf.transpose(constant);
        return (x: tf.Tensor2D) => multiplyByConstant(constant, transposed, x);
      },
      plain: (x: tf.Tensor2D) => tf.matMul(tf.tensor2d(WEIGHT, [3, 4]), x),
      inputs: [randomValues([4, 2], 'x')],
    },
  ],
  [
    'unitRows',
    {
      operation: () => unitRows,
      plain: (x: tf.Tensor2D) => tf.div(x, tf.norm(x, 2, 1, true)),
      inputs: [randomValues([5, 4], 'x')],
    },
  ],
];

describe('the gradient', () => {
  it.each(cases)('of %s equals the automatic one and finite differences', (_, one) => expectSameGradients(one));

  it.each(cases)('of %s leaves no tensor behind', async (_, { operation, inputs }) => {
    await startBackend('cpu');
    const created = operation();
    await expectNoLeak(() =>
      tf.tidy(() => {
        tf.grads(created)(inputs.map(({ shape, data }) => tf.tensor(data, [...shape])));
      }),
    );
  });
});

describe.each(['wasm', 'cpu'] as const)('on the backend %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('trainedLinear gives the bits of frozenLinear', async () => {
    for (const bias of [true, false]) {
      const layer = linear(bias);
      const x = tf.tensor2d(normals(20, 'x'), [5, 4]);
      const trained = trainedLinear(x, layer.weight, layer.bias);
      expect(await trained.data()).toEqual(await frozenLinear(x, layer).data());
    }
  });

  it('frozenLinear asks for transposed weights only when a gradient needs them', () => {
    const layer = linear(true);
    let asked = 0;
    const lazy: Linear = {
      ...layer,
      get weightTransposed() {
        asked++;
        return layer.weightTransposed;
      },
    };
    asked = 0;
    const x = tf.ones<tf.Rank.R2>([2, 4]);
    frozenLinear(x, lazy);
    expect(asked).toBe(0);
    tf.grad((input: tf.Tensor) => frozenLinear(input as tf.Tensor2D, lazy))(x);
    expect(asked).toBe(1);
  });

  it('takeRows gives rows by index, also repeated ones, and none', async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(await takeRows(x, Int32Array.from([2, 0, 2, 1])).array()).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
      [3, 4],
    ]);
    expect(takeRows(x, new Int32Array(0)).shape).toEqual([0, 2]);
  });

  it('unitRows gives rows of length 1 and leaves a row of zeros as it is', async () => {
    const rows = unitRows(tf.tensor2d([3, 4, 0, 0, -8, 6], [3, 2]));
    expectClose(await rows.data(), [0.6, 0.8, 0, 0, -0.8, 0.6], 1e-6);
  });

  it('the gradient of unitRows is finite at a row of zeros', async () => {
    const gradient = tf.grad((x: tf.Tensor) => unitRows(x as tf.Tensor2D))(tf.tensor2d([0, 0, 1, 0], [2, 2]));
    expect((await gradient.data()).every(Number.isFinite)).toBe(true);
  });
});
