// Dropout of residual branches (Srivastava et al., 2014), which every tuner offers while it trains. The mask is drawn here: the
// WebAssembly backend has no random numbers.

import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../random.js';

/** Drops the share of values and scales the others up; share 0 draws nothing. Any shape. */
export function createDropout(share: number, rng: Rng): <T extends tf.Tensor>(x: T) => T {
  if (share === 0) return (x) => x;
  const keep = 1 - share;
  return (x) => {
    // A loop: millions of numbers a step, and Float32Array.from takes five times as long.
    const mask = new Float32Array(x.size);
    for (let i = 0; i < mask.length; i++) if (rng.uniform() < keep) mask[i] = 1 / keep;
    return tf.mul(x, tf.tensor(mask, x.shape));
  };
}
