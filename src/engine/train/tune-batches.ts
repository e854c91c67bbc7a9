// The training loop of a tuner alone: batches of texts go through the encoder, a loss says how their vectors should lie.

import type * as tf from '@tensorflow/tfjs';
import type { TunableEncoder } from '../encoders/encoder.js';
import { unitRows } from '../nn/ops.js';
import type { Tuner } from '../tuners/tuner.js';
import { type StepReport, type TrainingSummary, train } from './trainer.js';
import type { TuneConfig } from './tune-config.js';
import { tunerGroups } from './tune-encoder.js';

export interface Tuning {
  readonly encoder: TunableEncoder;
  /** The caller owns it. */
  readonly tuner: Tuner;
  readonly config: TuneConfig;
  readonly onStep?: ((report: StepReport) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What one step looks at, and its loss. */
export interface TextBatch {
  readonly texts: readonly string[];
  /** Of the texts' vectors, each of unit length: [texts, outputSize] → scalar, inside a gradient. */
  readonly loss: (units: tf.Tensor2D) => tf.Scalar;
  /** Pairs, texts or queries that the loss is a mean over. */
  readonly rows: number;
  /** The batch in several, for a device whose memory does not hold it whole; absent where it makes sense only as a whole. */
  readonly parted?: (parts: number) => readonly TextBatch[];
}

/** Rows that a part has at least: a contrast needs two. */
const LEAST_ROWS = 2;

/** The items in order, in `parts` lists of near equal length. */
export const evenParts = <T>(items: readonly T[], parts: number): T[][] =>
  Array.from({ length: parts }, (_, part) =>
    items.slice(Math.floor((part * items.length) / parts), Math.floor(((part + 1) * items.length) / parts)),
  );

/** Trains the tuner in place, epoch after epoch; every epoch has as many steps. */
export function tuneOnBatches(
  { encoder, tuner, config, onStep, signal }: Tuning,
  epochs: readonly (readonly TextBatch[])[],
): Promise<TrainingSummary> {
  const steps = epochs.flat();
  return train(
    async (step, part, parts) => {
      const whole = steps[step]!;
      const { texts, loss, rows } = parts === 1 ? whole : whole.parted!(parts)[part]!;
      const batch = await encoder.batch(texts);
      return { loss: () => loss(unitRows(encoder.forward(batch, tuner))), release: () => batch.dispose(), rows };
    },
    {
      groups: tunerGroups(tuner, config),
      steps: steps.length,
      stepsPerEpoch: epochs[0]?.length ?? 0,
      warmupShare: config.warmupShare,
      clipNorm: config.clipNorm,
      patience: config.patience,
      mostParts: (step) => (steps[step]!.parted === undefined ? 1 : Math.floor(steps[step]!.rows / LEAST_ROWS)),
      onStep,
      signal,
    },
  );
}
