// Whether tensors are left behind: the count must not grow once caches and backends are warm.

import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

/** Runs once as burn-in, then `times` more, and expects as many tensors as after the first. */
export async function expectNoLeak(run: () => unknown, times = 3): Promise<void> {
  await run();
  const before = tf.memory().numTensors;
  for (let i = 0; i < times; i++) await run();
  expect(tf.memory().numTensors, `tensors after ${times} more runs`).toBe(before);
}
