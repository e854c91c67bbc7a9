// The contract of methods: a named way to get an answerer from shots. A method runs in a training thread, on one fold or on all
// shots; it sees encoded texts and label indices, never a task, a chat or a store.

import type { Expert } from '../answerers/trained-model.js';
import type { WeightedBlock } from '../encoders/blocks.js';
import type { EncoderLibrary } from '../encoders/load.js';
import type { EncodedTexts } from '../features.js';
import type { StepReport } from '../train/trainer.js';
import type { FittedMethod } from '../types.js';

/** What trained heads read: feature blocks, and whether the labels' names count as shots. */
export interface Join {
  readonly blocks: readonly WeightedBlock[];
  readonly names: boolean;
}

export interface FitInput {
  readonly shots: EncodedTexts;
  /** [shots] 0 … classes − 1 */
  readonly right: Int32Array;
  readonly classes: number;
  /** The labels' texts, in their order. */
  readonly names: EncodedTexts;
  readonly join: Join;
  /** Encoder that a tuner can change; null where there is none. */
  readonly tunable: string | null;
  readonly library: EncoderLibrary;
  readonly seed: number;
  /** Texts to answer with the fitted answerer: the held-out fold. */
  readonly held: EncodedTexts;
  readonly onStep: (report: StepReport) => void;
}

export interface Fit {
  /** [held, classes], uncalibrated */
  readonly logits: Float32Array;
  /** What a checkpoint needs, but the temperature that cross-validation finds; null where nothing was trained. */
  readonly experts: readonly Expert[] | null;
}

export interface Method {
  readonly name: FittedMethod;
  fit(input: FitInput): Promise<Fit>;
}
