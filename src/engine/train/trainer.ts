// The training loop. It knows no text, label or task: it minimises a loss over variables and tells how it goes.
// Where a step does not fit in memory it is taken in parts, whose gradients are added up, and training goes on in as many.

import * as tf from '@tensorflow/tfjs';
import { isOutOfMemory, outOfMemory } from '../backend/out-of-memory.js';
import { UserError } from '../errors.js';
import { createAdamW, type ParameterGroup } from './adamw.js';
import { learningRateFactor } from './schedule.js';

export interface StepReport {
  /** 1-based */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Parts in which the step was taken: 1 where memory suffices. */
  readonly microBatches: number;
}

export interface TrainerOptions {
  readonly groups: readonly ParameterGroup[];
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly warmupShare: number;
  readonly clipNorm: number;
  /** Early stopping: epochs in a row whose mean loss is less than 1 % below the best so far. */
  readonly patience: number;
  /** Into how many parts a step may be split; default: none may. */
  readonly mostParts?: ((step: number) => number) | undefined;
  readonly onStep?: ((report: StepReport) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainingSummary {
  readonly steps: number;
  /** Mean loss of the last epoch. */
  readonly loss: number;
  readonly stoppedEarly: boolean;
  /** The most parts that a step was taken in. */
  readonly microBatches: number;
}

/** The loss of one step, or of a part of it, built inside a gradient scope; `release` frees what it prepared. */
export interface PreparedStep {
  readonly loss: () => tf.Scalar;
  readonly release: () => void;
  /** Rows that the loss is a mean over: the weight of a part in its step. Parts without it weigh the same. */
  readonly rows?: number;
}

/** Prepares part `part` of the `parts` of a step, all 0-based. A repeated step is prepared again. */
export type PrepareStep = (step: number, part: number, parts: number) => Promise<PreparedStep>;

/**
 * Throws a UserError when the loss is not a number or memory runs out with the most parts (`isOutOfMemory` tells them apart),
 * and what the signal says when it aborts.
 */
export async function train(prepare: PrepareStep, options: TrainerOptions): Promise<TrainingSummary> {
  const {
    groups,
    steps,
    stepsPerEpoch,
    warmupShare,
    clipNorm,
    patience,
    mostParts = () => 1,
    onStep,
    signal,
  } = options;
  const variables = groups.flatMap((group) => [...group.variables]);
  const optimizer = createAdamW(groups, clipNorm);
  let parts = 1;
  let best = Number.POSITIVE_INFINITY;
  let stale = 0;
  let sum = 0;
  let seen = 0;
  let epochLoss = Number.NaN;
  try {
    for (let step = 0; step < steps; step++) {
      signal?.throwIfAborted();
      const most = Math.max(1, mostParts(step));
      const taken = await inPartsThatFit(prepare, { step, steps, parts: Math.min(parts, most), most }, variables);
      parts = Math.max(parts, taken.parts);
      const { loss, grads } = taken;
      try {
        if (!Number.isFinite(loss)) {
          throw new UserError(
            'training-failed',
            `Training stopped at step ${step + 1} of ${steps}: the loss is ${loss}. Nothing was changed.`,
          );
        }
        optimizer.step(grads, learningRateFactor(step, steps, warmupShare));
      } finally {
        tf.dispose(grads);
      }
      onStep?.({ step: step + 1, steps, loss, microBatches: taken.parts });
      sum += loss;
      seen++;
      if (seen === stepsPerEpoch || step === steps - 1) {
        epochLoss = sum / seen;
        sum = 0;
        seen = 0;
        stale = epochLoss < 0.99 * best ? 0 : stale + 1;
        best = Math.min(best, epochLoss);
        if (stale >= patience) return { steps: step + 1, loss: epochLoss, stoppedEarly: true, microBatches: parts };
      }
    }
    return { steps, loss: epochLoss, stoppedEarly: false, microBatches: parts };
  } finally {
    optimizer.dispose();
  }
}

interface StepGradients {
  readonly loss: number;
  readonly grads: tf.NamedTensorMap;
}

/** The step's gradients, in twice as many parts each time that memory runs out. */
async function inPartsThatFit(
  prepare: PrepareStep,
  { step, steps, parts: start, most }: { step: number; steps: number; parts: number; most: number },
  variables: tf.Variable[],
): Promise<StepGradients & { readonly parts: number }> {
  for (let parts = start; ; parts = Math.min(2 * parts, most)) {
    try {
      return { ...(await stepGradients(prepare, step, parts, variables)), parts };
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      if (parts >= most) throw outOfMemory({ step: step + 1, steps, backend: tf.getBackend(), parts }, error);
    }
  }
}

/** Loss and gradients of a step: the mean over its parts, each weighted by its rows. */
async function stepGradients(
  prepare: PrepareStep,
  step: number,
  parts: number,
  variables: tf.Variable[],
): Promise<StepGradients> {
  let total: tf.NamedTensorMap = {};
  let lossSum = 0;
  let rowSum = 0;
  try {
    for (let part = 0; part < parts; part++) {
      const prepared = await prepare(step, part, parts);
      const { value, grads } = gradientsOf(prepared, variables);
      if (parts === 1) {
        total = grads;
        return { loss: await read(value), grads };
      }
      const rows = prepared.rows ?? 1;
      total = addScaled(total, grads, rows);
      lossSum += rows * (await read(value));
      rowSum += rows;
    }
    const sums = total;
    total = mapTensors(sums, (gradient) => tf.div(gradient, rowSum));
    tf.dispose(sums);
    return { loss: lossSum / rowSum, grads: total };
  } catch (error) {
    tf.dispose(total);
    throw error;
  }
}

function gradientsOf({ loss, release }: PreparedStep, variables: tf.Variable[]) {
  try {
    return tf.variableGrads(loss, variables);
  } catch (error) {
    forgetTape();
    throw error;
  } finally {
    release();
  }
}

/** What a forward pass saved for its gradient is freed by the gradient; when that never came to its end, here. */
function forgetTape(): void {
  const { state } = tf.engine();
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved);
  state.activeTape = [];
}

/** The loss as a number; what failed on a device on the way to it is thrown here. */
async function read(value: tf.Scalar): Promise<number> {
  try {
    return (await value.data())[0]!;
  } finally {
    value.dispose();
  }
}

/** sums + gradients · factor, by name; both are disposed. */
function addScaled(sums: tf.NamedTensorMap, gradients: tf.NamedTensorMap, factor: number): tf.NamedTensorMap {
  try {
    return mapTensors(gradients, (gradient, name) => {
      const scaled = tf.mul(gradient, factor);
      const sum = sums[name];
      return sum === undefined ? scaled : tf.add(sum, scaled);
    });
  } finally {
    tf.dispose([sums, gradients]);
  }
}

const mapTensors = (
  tensors: tf.NamedTensorMap,
  change: (tensor: tf.Tensor, name: string) => tf.Tensor,
): tf.NamedTensorMap =>
  tf.tidy(() => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)])));
