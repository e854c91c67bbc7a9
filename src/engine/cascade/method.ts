// The contract of methods: a named way to get an answerer from shots. A method runs in a training thread, on one fold or on all
// shots; it sees encoded texts and label indices, never a task, a chat or a store.

import type { Expert } from '../answerers/trained-model.js';
import type { WeightedBlock } from '../encoders/blocks.js';
import type { EncoderLibrary } from '../encoders/load.js';
import type { EncodedTexts } from '../features.js';
import type { StepReport } from '../train/trainer.js';
import type { TunerState } from '../tuners/tuner.js';
import type { FittedMethod, TaskData } from '../types.js';
import type { OptionsOf } from './options.js';

/** What trained heads read: feature blocks, and whether the labels' names count as shots. */
export interface Join {
  readonly blocks: readonly WeightedBlock[];
  readonly names: boolean;
}

export interface FitInput<Options = unknown> {
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
  /** Texts to answer with the fitted answerer: the held-out fold. Nothing may be learned from them. */
  readonly held: EncodedTexts;
  readonly options: Options;
  /** A LoRA that was trained elsewhere, for the method `lora` to take instead of training one; null: none. */
  readonly given: TunerState | null;
  /** Texts of the task that nobody labelled. */
  readonly unlabelled: EncodedTexts;
  /** Other tasks of the same space. */
  readonly related: readonly TaskData[];
  readonly onStep: (report: StepReport) => void;
}

export interface Fit {
  /** Uncalibrated logits [held, classes] of each expert; how they are mixed is for cross-validation to say. */
  readonly logits: readonly Float32Array[];
  /** What a checkpoint needs, but the shares and the temperature that cross-validation finds; null where nothing was trained. */
  readonly experts: readonly Expert[] | null;
}

export interface Method<Name extends FittedMethod = FittedMethod> {
  readonly name: Name;
  fit(input: FitInput<OptionsOf<Name>>): Promise<Fit>;
}
