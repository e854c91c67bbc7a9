import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { addRows, rowFinder, tokensOf } from '../../../src/engine/tuners/token-vectors.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { expectSameGradients, type Operation, randomValues } from '../../support/gradients.js';
import { expectNoLeak } from '../../support/no-leak.js';

const ROWS = Int32Array.from([2, -1, 0, 2, 2]);

const ours: Operation = (x: tf.Tensor2D, table: tf.Tensor2D) => addRows(x, table, ROWS);

/** The same with a row of zeros at the end of the table. */
const plain: Operation = (x: tf.Tensor2D, table: tf.Tensor2D) => {
  const extended = tf.concat([table, tf.zeros([1, 4])], 0);
  return tf.add(x, tf.gather(extended, tf.tensor1d([2, 3, 0, 2, 2], 'int32')));
};

const inputs = [randomValues([5, 4], 'x'), randomValues([3, 4], 'table')];

describe('addRows', () => {
  it('adds rows of the table, repeated ones and none, and sums their gradients', () =>
    expectSameGradients({ operation: () => ours, plain, inputs }));

  it.each(['wasm', 'cpu'] as const)('leaves no tensor behind on the backend %s', async (backend) => {
    await startBackend(backend);
    await expectNoLeak(() =>
      tf.tidy(() => {
        tf.grads(ours)(inputs.map(({ shape, data }) => tf.tensor(data, [...shape])));
      }),
    );
  });
});

describe('tokens', () => {
  beforeAll(() => startBackend('cpu'));

  it('of texts are counted once, in ascending order, over several batches', async () => {
    const letters = ['p', 'q', 'r', 'b p', 'a'];
    const texts = Array.from({ length: 200 }, (_, i) => letters[Math.floor(i / 40)]!);
    expect([...(await tokensOf(createFakeTunable(), texts))]).toEqual([0, 1, 2]);
  });

  it('find their rows, others none', () => {
    const find = rowFinder(Int32Array.from([3, 7, 90_000]));
    expect([...find(Int32Array.from([7, 4, 90_000, 3, 7]))]).toEqual([1, -1, 2, 0, 1]);
  });
});
