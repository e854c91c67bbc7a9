import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { watchKernels } from '../../bench/support/kernels.js';

describe('watched kernels', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  it('counts calls and the operations of matrix products from their shapes, whatever way they lie', () => {
    const kernels = watchKernels(tf);
    tf.tidy(() => {
      const [a, b] = [tf.ones<tf.Rank.R2>([40, 50]), tf.ones<tf.Rank.R2>([50, 60])];
      kernels.since();
      tf.matMul(a, b);
      tf.matMul(a, tf.ones<tf.Rank.R2>([60, 50]), false, true);
      tf.matMul(tf.ones([3, 2, 8, 5]), tf.ones([3, 2, 5, 7]));
      tf.add(a, 1);
    });
    const seen = new Map(kernels.since().map((row) => [row.kernel, row]));
    expect(seen.get('product')).toMatchObject({ calls: 1, flop: 2 * 40 * 50 * 60 });
    expect(seen.get('product, transposed')).toMatchObject({ calls: 1, flop: 2 * 40 * 50 * 60 });
    expect(seen.get('product of batches')).toMatchObject({ calls: 1, flop: 2 * 6 * 8 * 5 * 7 });
    expect(seen.get('Add')).toMatchObject({ calls: 1, flop: 0 });
    expect(kernels.since()).toEqual([]);
  });
});
