import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { createAdamW } from '../../../src/engine/train/adamw.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose } from '../../support/numbers.js';

/** No gradient of these tests is longer. */
const NO_CLIPPING = 1e6;

const variable = (...values: readonly number[]): tf.Variable => tf.variable(tf.tensor1d([...values]));

const step = (
  optimizer: ReturnType<typeof createAdamW>,
  gradients: readonly (readonly [tf.Variable, readonly number[]])[],
  factor = 1,
): void => {
  optimizer.step(Object.fromEntries(gradients.map(([v, values]) => [v.name, tf.tensor1d([...values])])), factor);
};

/** The algorithm of the paper in double precision. */
function adamW(
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  rate: number,
  decay: number,
): number[] {
  const [first, second] = [start.map(() => 0), start.map(() => 0)];
  let values = [...start];
  gradients.forEach((gradient, t) => {
    values = values.map((value, i) => {
      first[i] = 0.9 * first[i]! + 0.1 * gradient[i]!;
      second[i] = 0.999 * second[i]! + 0.001 * gradient[i]! ** 2;
      const [m, v] = [first[i]! / (1 - 0.9 ** (t + 1)), second[i]! / (1 - 0.999 ** (t + 1))];
      return value - rate * (m / (Math.sqrt(v) + 1e-8) + decay * value);
    });
  });
  return values;
}

describe.each(['wasm', 'cpu'] as const)('AdamW on the backend %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('moves the first step by the learning rate against the sign of the gradient', async () => {
    const v = variable(1, 1, 1);
    const optimizer = createAdamW([{ variables: [v], learningRate: 0.1, weightDecay: 0 }], NO_CLIPPING);
    step(optimizer, [[v, [0.5, -200, 0]]]);
    expectClose(await v.data(), [0.9, 1.1, 1], 1e-5);
  });

  it('moves two steps as computed by hand', async () => {
    const v = variable(1, -2);
    const optimizer = createAdamW([{ variables: [v], learningRate: 0.1, weightDecay: 0 }], NO_CLIPPING);
    step(optimizer, [[v, [1, 4]]]);
    step(optimizer, [[v, [3, -4]]]);
    // First value: m = 0.1·0.9 + 0.3 = 0.39, m̂ = 0.39/0.19; v = 0.000999 + 0.009 = 0.009999, v̂ = 0.009999/0.001999.
    const first = 1 - 0.1 - 0.1 * (0.39 / 0.19 / Math.sqrt(0.009999 / 0.001999));
    // Second value: m = 0.4·0.9 − 0.4 = −0.04; v̂ = 16 in both steps.
    const second = -2 - 0.1 - 0.1 * (-0.04 / 0.19 / 4);
    expectClose(await v.data(), [first, second], 1e-5);
  });

  it('follows the algorithm of the paper over ten steps, with weight decay', async () => {
    const gradients = Array.from({ length: 10 }, (_, t) => [Math.sin(t), Math.cos(3 * t), 0.01 * t]);
    const v = variable(1, -2, 3);
    const optimizer = createAdamW([{ variables: [v], learningRate: 0.05, weightDecay: 0.1 }], NO_CLIPPING);
    for (const gradient of gradients) step(optimizer, [[v, gradient]]);
    expectClose(await v.data(), adamW([1, -2, 3], gradients, 0.05, 0.1), 1e-4);
  });

  it('decays weights apart from the gradient', async () => {
    const v = variable(2, -4);
    const optimizer = createAdamW([{ variables: [v], learningRate: 0.1, weightDecay: 0.5 }], NO_CLIPPING);
    step(optimizer, [[v, [0, 0]]]);
    expectClose(await v.data(), [2 * 0.95, -4 * 0.95], 1e-6);
  });

  it('lets each group have a rate and a decay of its own', async () => {
    const [slow, fast] = [variable(1), variable(1)];
    const optimizer = createAdamW(
      [
        { variables: [slow], learningRate: 0.01, weightDecay: 0 },
        { variables: [fast], learningRate: 0.1, weightDecay: 1 },
      ],
      NO_CLIPPING,
    );
    step(optimizer, [
      [slow, [1]],
      [fast, [1]],
    ]);
    expectClose([...(await slow.data()), ...(await fast.data())], [0.99, 0.8], 1e-5);
  });

  it('scales learning rate and decay by the factor of the schedule', async () => {
    const v = variable(1);
    const optimizer = createAdamW([{ variables: [v], learningRate: 0.1, weightDecay: 0.5 }], NO_CLIPPING);
    step(optimizer, [[v, [1]]], 0);
    expectClose(await v.data(), [1], 1e-7);
    step(optimizer, [[v, [1]]], 0.5);
    expectClose(await v.data(), [1 - 0.05 - 0.025], 1e-5);
  });

  it('clips gradients to the wanted norm over all variables together', async () => {
    // Of norm 50, clipped to 5: a tenth. The second step shows it: Adam forgets a constant scale, but not a change of it.
    const steps = async (gradients: readonly (readonly [number, number])[], clipNorm: number): Promise<number[]> => {
      const [a, b] = [variable(0), variable(0)];
      const optimizer = createAdamW([{ variables: [a, b], learningRate: 0.1, weightDecay: 0 }], clipNorm);
      for (const [x, y] of gradients) {
        step(optimizer, [
          [a, [x]],
          [b, [y]],
        ]);
      }
      return [...(await a.data()), ...(await b.data())];
    };
    const clipped = await steps(
      [
        [30, 40],
        [0.3, 0.4],
      ],
      5,
    );
    expectClose(
      clipped,
      await steps(
        [
          [3, 4],
          [0.3, 0.4],
        ],
        NO_CLIPPING,
      ),
      1e-5,
    );
    const untouched = await steps(
      [
        [3, 4],
        [0.3, 0.4],
      ],
      5.1,
    );
    expectClose(
      untouched,
      await steps(
        [
          [3, 4],
          [0.3, 0.4],
        ],
        NO_CLIPPING,
      ),
      1e-5,
    );
  });

  it('leaves a variable alone that has no gradient', async () => {
    const [used, unused] = [variable(1), variable(1)];
    const optimizer = createAdamW([{ variables: [used, unused], learningRate: 0.1, weightDecay: 0.5 }], NO_CLIPPING);
    step(optimizer, [[used, [1]]]);
    expect([...(await unused.data())]).toEqual([1]);
  });

  it('leaves no tensor behind, and frees its own when it is disposed', async () => {
    const v = variable(1, 2);
    const gradient = tf.tensor1d([1, 2]);
    await expectNoLeak(() => {
      const optimizer = createAdamW([{ variables: [v], learningRate: 0.1, weightDecay: 0 }], 1);
      for (let i = 0; i < 3; i++) optimizer.step({ [v.name]: gradient }, 1);
      optimizer.dispose();
    });
  });
});
