import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { attend, attentionLayout, type HeadShape, selfAttention } from '../../../src/engine/nn/attention.js';
import { prefixAttention } from '../../../src/engine/nn/prefix-attention.js';
import { expectSameGradients, type Operation, randomValues } from '../../support/gradients.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose, expectSameBits } from '../../support/numbers.js';

const SHAPE: HeadShape = { heads: 3, headSize: 2 };
const WIDTH = SHAPE.heads * SHAPE.headSize;

const ours: Operation = (queries: tf.Tensor2D, keys: tf.Tensor2D, values: tf.Tensor2D, gate: tf.Tensor1D) =>
  prefixAttention(queries, { keys, values, gate }, SHAPE);

/** The formula, head after head. */
const plain: Operation = (queries: tf.Tensor2D, keys: tf.Tensor2D, values: tf.Tensor2D, gate: tf.Tensor1D) => {
  const part = (x: tf.Tensor2D, head: number): tf.Tensor2D =>
    tf.slice(x, [0, head * SHAPE.headSize], [-1, SHAPE.headSize]);
  const heads = Array.from({ length: SHAPE.heads }, (_, head) => {
    const scores = tf.div(tf.matMul(part(queries, head), part(keys, head), false, true), Math.sqrt(SHAPE.headSize));
    const read = tf.matMul(tf.softmax(scores) as tf.Tensor2D, part(values, head));
    return tf.mul(read, tf.tanh(tf.slice(gate, head, 1)));
  });
  return tf.concat(heads, 1);
};

const inputsOf = (rows: number, length: number) => [
  randomValues([rows, WIDTH], 'queries'),
  randomValues([length, WIDTH], 'keys'),
  randomValues([length, WIDTH], 'values'),
  randomValues([SHAPE.heads], 'gate'),
];

describe('prefixAttention', () => {
  it.each([
    ['one key', 5, 1],
    ['some keys', 5, 4],
    ['more keys than queries', 1, 7],
  ])('to %s is the formula head by head, with its four gradients', (_, rows, length) =>
    expectSameGradients({ operation: () => ours, plain, inputs: inputsOf(rows, length) }),
  );

  it('leaves no tensor behind', async () => {
    await startBackend('wasm');
    await expectNoLeak(() =>
      tf.tidy(() => {
        tf.grads(ours)(inputsOf(4, 3).map(({ shape, data }) => tf.tensor(data, [...shape])));
      }),
    );
  });
});

describe.each(['wasm', 'cpu'] as const)('attention with a prefix on the backend %s', (backend) => {
  beforeAll(() => startBackend(backend));
  const lengths = [2, 3];
  const qkv = randomValues([5, 3 * WIDTH], 'qkv');
  const [, keys, values] = inputsOf(5, 4);

  const attended = (gate: readonly number[]) =>
    tf.tidy(() => {
      const layout = attentionLayout(lengths);
      const x = tf.tensor2d(qkv.data, [5, 3 * WIDTH]);
      const prefix = {
        keys: tf.tensor2d(keys!.data, [4, WIDTH]),
        values: tf.tensor2d(values!.data, [4, WIDTH]),
        gate: tf.tensor1d([...gate]),
      };
      const queries = tf.slice(x, [0, 0], [-1, WIDTH]) as tf.Tensor2D;
      return {
        own: selfAttention(x, layout, SHAPE).dataSync<'float32'>(),
        read: prefixAttention(queries, prefix, SHAPE).dataSync<'float32'>(),
        both: attend(x, layout, prefix, SHAPE).dataSync<'float32'>(),
      };
    });

  it('is that of the texts alone, to the bit, while the gates are closed', () => {
    const { own, both } = attended([0, 0, 0]);
    expectSameBits(both, own);
  });

  it('adds what the queries read from the prefix, a head with a closed gate nothing', () => {
    const { own, read, both } = attended([0.7, 0, -2]);
    expectClose(
      both,
      own.map((value, i) => value + read[i]!),
      1e-6,
    );
    read.forEach((value, i) => {
      const closed = Math.floor((i % WIDTH) / SHAPE.headSize) === 1;
      expect(Math.abs(value) > 0).toBe(!closed);
    });
  });
});
