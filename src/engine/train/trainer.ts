// The training loop. It knows no text, label or task: it minimises a loss over variables and tells how it goes.

import * as tf from '@tensorflow/tfjs';
import { UserError } from '../errors.js';
import { createAdamW, type ParameterGroup } from './adamw.js';
import { learningRateFactor } from './schedule.js';

export interface StepReport {
  /** 1-based */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

export interface TrainerOptions {
  readonly groups: readonly ParameterGroup[];
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly warmupShare: number;
  readonly clipNorm: number;
  /** Early stopping: epochs in a row whose mean loss is less than 1 % below the best so far. */
  readonly patience: number;
  readonly onStep?: ((report: StepReport) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainingSummary {
  readonly steps: number;
  /** Mean loss of the last epoch. */
  readonly loss: number;
  readonly stoppedEarly: boolean;
}

/** One step's loss, built inside a gradient scope; `release` frees what the step prepared. */
export interface PreparedStep {
  readonly loss: () => tf.Scalar;
  readonly release: () => void;
}

/** `prepare` gets a 0-based step. Throws a UserError when the loss is not a number, and what the signal says when it aborts. */
export async function train(
  prepare: (step: number) => Promise<PreparedStep>,
  options: TrainerOptions,
): Promise<TrainingSummary> {
  const { groups, steps, stepsPerEpoch, warmupShare, clipNorm, patience, onStep, signal } = options;
  const variables = groups.flatMap((group) => [...group.variables]);
  const optimizer = createAdamW(groups, clipNorm);
  let best = Number.POSITIVE_INFINITY;
  let stale = 0;
  let sum = 0;
  let seen = 0;
  let epochLoss = Number.NaN;
  try {
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted();
      const prepared = await prepare(step);
      const { value, grads } = gradientsOf(prepared, variables);
      optimizer.step(grads, learningRateFactor(step, steps, warmupShare));
      const loss = (await value.data())[0]!;
      tf.dispose([value, ...Object.values(grads)]);
      if (!Number.isFinite(loss)) {
        throw new UserError(
          'training-failed',
          `Training stopped at step ${step + 1} of ${steps}: the loss is ${loss}. Nothing was changed.`,
        );
      }
      onStep?.({ step: step + 1, steps, loss });
      sum += loss;
      seen++;
      if (seen === stepsPerEpoch || step === steps - 1) {
        epochLoss = sum / seen;
        sum = 0;
        seen = 0;
        stale = epochLoss < 0.99 * best ? 0 : stale + 1;
        best = Math.min(best, epochLoss);
        if (stale >= patience) return { steps: step + 1, loss: epochLoss, stoppedEarly: true };
      }
    }
    return { steps, loss: epochLoss, stoppedEarly: false };
  } finally {
    optimizer.dispose();
  }
}

function gradientsOf({ loss, release }: PreparedStep, variables: tf.Variable[]) {
  try {
    return tf.variableGrads(loss, variables);
  } finally {
    release();
  }
}
