import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { attentionLayout, type HeadShape, selfAttention } from '../../../src/engine/nn/attention.js';
import { createRng } from '../../../src/engine/random.js';
import { expectSameGradients, randomValues, type Values, valueAndGradients } from '../../support/gradients.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose } from '../../support/numbers.js';

const SHAPE: HeadShape = { heads: 2, headSize: 3 };
const WIDTH = SHAPE.heads * SHAPE.headSize;

const sum = (lengths: readonly number[]): number => lengths.reduce((a, b) => a + b, 0);

/** Queries, keys and values of texts with these lengths. */
const qkvOf = (lengths: readonly number[], seed = 0): Values => randomValues([sum(lengths), 3 * WIDTH], 'qkv', seed);

function ours(lengths: readonly number[]): (qkv: tf.Tensor2D) => tf.Tensor {
  const layout = attentionLayout(lengths);
  return (qkv) => selfAttention(qkv, layout, SHAPE);
}

/** The formula of the paper, text after text and head after head. */
const plain =
  (lengths: readonly number[]) =>
  (qkv: tf.Tensor2D): tf.Tensor => {
    let start = 0;
    const contexts = lengths.map((length) => {
      const part = (which: number, head: number): tf.Tensor2D =>
        tf.slice(qkv, [start, which * WIDTH + head * SHAPE.headSize], [length, SHAPE.headSize]);
      const heads = Array.from({ length: SHAPE.heads }, (_, head) => {
        const scores = tf.div(tf.matMul(part(0, head), part(1, head), false, true), Math.sqrt(SHAPE.headSize));
        return tf.matMul(tf.softmax(scores) as tf.Tensor2D, part(2, head));
      });
      start += length;
      return tf.concat(heads, 1);
    });
    return tf.concat(contexts, 0);
  };

describe('selfAttention', () => {
  it.each([
    ['one text of one token', [1]],
    ['one text', [4]],
    ['texts of one length', [3, 3, 3]],
    ['texts of different lengths', [1, 2, 5]],
    ['texts that are not sorted by length', [5, 1, 3]],
    ['more than one group of texts', [1, 1, 2, 2, 3, 3, 4, 4, 5, 9]],
  ])('of %s is the formula text by text, with its gradient', (_, lengths) =>
    expectSameGradients({ operation: () => ours(lengths), plain: plain(lengths), inputs: [qkvOf(lengths)] }),
  );

  it('of random groups is the formula text by text', async () => {
    await startBackend('cpu');
    const rng = createRng('groups');
    for (let round = 0; round < 10; round++) {
      const lengths = Array.from({ length: 1 + rng.integer(20) }, () => 1 + rng.integer(7));
      const inputs = [qkvOf(lengths, round)];
      const [actual, expected] = [
        await valueAndGradients(ours(lengths), inputs),
        await valueAndGradients(plain(lengths), inputs),
      ];
      expectClose(actual.value, expected.value, 2e-5, `values of lengths ${lengths}`);
      expectClose(actual.gradients[0]!, expected.gradients[0]!, 2e-5, `gradients of lengths ${lengths}`);
    }
  });
});

describe.each(['wasm', 'cpu'] as const)('texts of one batch on the backend %s', (backend) => {
  const lengths = [2, 3, 5];
  const own = { from: 2, to: 5 };
  beforeAll(() => startBackend(backend));

  it('never see each other: changing one changes no bit of the others', async () => {
    const first = qkvOf(lengths);
    const changed = Float32Array.from(first.data, (value, i) => {
      const row = Math.floor(i / (3 * WIDTH));
      return row >= own.from && row < own.to ? value * 50 + 3 : value;
    });
    const value = async (data: Float32Array): Promise<Float32Array[]> => {
      const out = ours(lengths)(tf.tensor2d(data, [sum(lengths), 3 * WIDTH]));
      return rows((await out.data()) as Float32Array, WIDTH);
    };
    const [before, after] = [await value(first.data), await value(changed)];
    before.forEach((row, i) => {
      if (i >= own.from && i < own.to) expect(after[i]).not.toEqual(row);
      else expect(after[i]).toEqual(row);
    });
  });

  it('send no gradient to each other', async () => {
    const x = tf.tensor2d(qkvOf(lengths).data, [sum(lengths), 3 * WIDTH]);
    const upstream = tf.tensor2d(
      Array.from({ length: sum(lengths) * WIDTH }, (_, i) => {
        const row = Math.floor(i / WIDTH);
        return row >= own.from && row < own.to ? 1 : 0;
      }),
      [sum(lengths), WIDTH],
    );
    const attention = ours(lengths);
    const gradient = tf.grad((input: tf.Tensor) => attention(input as tf.Tensor2D))(x, upstream);
    rows((await gradient.data()) as Float32Array, 3 * WIDTH).forEach((row, i) => {
      expect(row.some((slope) => slope !== 0)).toBe(i >= own.from && i < own.to);
    });
  });

  it('leave no tensor behind, once their layout is disposed', async () => {
    await expectNoLeak(() => {
      const layout = attentionLayout([1, 2, 2, 3, 3, 3, 4, 4, 9]);
      tf.tidy(() => {
        const x = tf.tensor2d(randomValues([31, 3 * WIDTH], 'x').data, [31, 3 * WIDTH]);
        tf.grad((input: tf.Tensor) => selfAttention(input as tf.Tensor2D, layout, SHAPE))(x);
      });
      layout.dispose();
    });
  });
});

const rows = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
