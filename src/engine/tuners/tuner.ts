// The contract of tuners: a small trainable change inside a tunable encoder. A fresh one changes nothing.

import type * as tf from '@tensorflow/tfjs';
import type { Hooks, TunableEncoder } from '../encoders/encoder.js';
import type { Rng } from '../random.js';
import type { StoredTensor } from '../registry/checkpoint.js';
import type { TUNER_KINDS, TunerOptions } from './options.js';

export type TunerKind = (typeof TUNER_KINDS)[number];

export interface TrainedParameter {
  readonly variable: tf.Variable;
  /** Factor on the learning rate: 1 for most, less for lower layers of pre-trained weights, more for gates. */
  readonly rate: number;
}

export interface Tuner extends Hooks {
  readonly parameters: readonly TrainedParameter[];
  /** What was learned, as data. `strength` shrinks the change where that has a meaning: 1 is all of it, 0 none. */
  state(strength: number): Promise<TunerState>;
  dispose(): void;
}

/** A trained tuner as plain data: crosses threads and lies in checkpoints. */
export interface TunerState {
  readonly kind: TunerKind;
  /** What `restore` needs besides the tensors: numbers and texts only. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  readonly tensors: Readonly<Record<string, FloatTensor>>;
}

export interface FloatTensor extends StoredTensor {
  readonly data: Float32Array;
}

/** One kind of tuner: a row of the table in index.ts. */
export interface TunerType<Kind extends TunerKind = TunerKind> {
  readonly kind: Kind;
  /**
   * A fresh one; the caller owns it. `tokens` are those of the texts it will see (`tokensOf`), for tuners that train vectors of
   * tokens. Throws a UserError `bad-input` where the encoder has nothing that the options name.
   */
  create(encoder: TunableEncoder, options: TunerOptions[Kind], rng: Rng, tokens?: Int32Array): Tuner;
  /** The encoder with the change in it, folded into its weights where that is possible. The encoder itself is never written. */
  restore(encoder: TunableEncoder, state: TunerState): Promise<TunableEncoder>;
}
