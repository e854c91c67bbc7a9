// The contract of tuners: a small trainable change inside a tunable encoder; a fresh one changes nothing.

import type * as tf from '@tensorflow/tfjs';
import type { Adapter } from '../encoders/encoder.js';

export interface Tuner extends Adapter {
  readonly variables: readonly tf.Variable[];
  dispose(): void;
}
