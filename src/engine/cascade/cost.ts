// What a step of a run costs, in seconds of one thread: for progress, and to tell before it starts that a budget is too small.

import type { Blocks } from '../encoders/blocks.js';
import { MAX_COMPRESSED_ROWS } from '../heads/shots.js';
import { tuneConfigSchema } from '../train/tune-config.js';
import type { MethodName } from '../types.js';

export interface CostInput {
  readonly examples: number;
  readonly classes: number;
  readonly folds: number;
  readonly blocks: Blocks;
  /** Measured seconds to encode one text; null before anything was encoded. */
  readonly secondsPerText: number | null;
  /** The same through the encoder that is tuned, where another one reads the texts; null: the same. */
  readonly tunedPerText?: number | null;
}

/** Seconds a text before anything was measured: USE-lite and anything lighter, on one WebAssembly thread. */
const USE_LITE_SECONDS = 0.01;
const LIGHT_SECONDS = 0.0002;

/** A language model's answer, for progress before one was timed. */
const PROMPT_SECONDS = 0.5;

/** A training step costs about as much as 2.2 forward passes a text (frozen weights need no gradient). */
const STEP_PASSES = 2.2;

/** A head's fit: so many products of [shots, shots] by [shots, classes], at so many multiplications a second. */
const HEAD_PASSES = 60 * 2;
const HEAD_SPEED = 8e9;
const WIDTH = 1500;

/** Above so many examples the joins of blocks differ little, and each costs minutes: only the default is measured. */
export const MOST_TO_CHOOSE = 3_000;

export function estimateSeconds(
  what: MethodName | 'read',
  { examples, classes, folds, blocks, secondsPerText, tunedPerText = null }: CostInput,
): number {
  const perText = secondsPerText ?? (blocks.encoders.includes('use-lite') ? USE_LITE_SECONDS : LIGHT_SECONDS);
  const trainedExamples = examples * (folds - 1);
  const shots = trainedExamples / folds + classes;
  switch (what) {
    case 'read':
      return examples * perText;
    case 'in-context':
      return 0.1 + trainedExamples * 1e-4;
    case 'head':
      return 0.2 + (headJoins(examples, blocks) * folds * headWork(shots, classes)) / HEAD_SPEED;
    case 'prompt':
      return Math.min(examples, ENOUGH_HELD_OUT) * PROMPT_SECONDS;
    case 'self-training':
      // A head for each round, and for each threshold of the inner cross-validation.
      return 0.2 + folds * SELF_TRAINING_FITS * (headWork(5 * shots, classes) / HEAD_SPEED);
    default: {
      if (blocks.tunable === null) return 0;
      const { epochs } = tuneConfigSchema.parse({});
      const measured = foldsToCompare({ examples, folds }) / folds;
      const passes = epochs * STEP_PASSES * RELATIVE_COST[what] + 2;
      return (measured * trainedExamples + examples) * (tunedPerText ?? perText) * passes;
    }
  }
}

/** Methods that train inside an encoder: measured on enough folds, and fitted on all examples alongside. */
export const isExpensive = (method: MethodName): boolean =>
  !['in-context', 'head', 'self-training', 'prompt'].includes(method);

/** A training step of each method beside one of LoRA: what it computes gradients for. */
const RELATIVE_COST: Readonly<Record<TunedMethod, number>> = {
  freeze: 1,
  lora: 1,
  adapter: 1,
  prefix: 1,
  'soft-prompt': 1,
  full: 1.7,
  contrastive: 1,
  prototypes: 2,
  pretrain: 2,
};
type TunedMethod = Exclude<MethodName, 'in-context' | 'head' | 'self-training' | 'prompt'>;

const SELF_TRAINING_FITS = 12;

/** Multiplications of a fit: on the shots' inner products where they are few, else on the features themselves. */
const headWork = (shots: number, classes: number): number =>
  shots <= MAX_COMPRESSED_ROWS
    ? HEAD_PASSES * shots ** 2 * classes + shots ** 3
    : HEAD_PASSES * shots * WIDTH * classes;

const headJoins = (examples: number, { alternatives }: Blocks): number =>
  examples > MOST_TO_CHOOSE ? 1 : 2 + alternatives.length;

/** Expensive methods are measured on whole folds until so many examples were held out: enough for a paired comparison. */
const ENOUGH_HELD_OUT = 200;

/** How many of the folds that is. */
export const foldsToCompare = ({ examples, folds }: { examples: number; folds: number }): number =>
  Math.min(folds, Math.ceil(ENOUGH_HELD_OUT / (examples / folds)));
