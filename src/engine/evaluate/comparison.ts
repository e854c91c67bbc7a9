// The promotion rule: is the challenger better than the holder on the same held-out examples?
//
// A significance test on accuracy would need hundreds of examples. Over paired draws of ten tasks (10 to 60 examples) the mean
// gain of held-out log-probability told real gains from losses as well as any rule and promoted the fewest bad challengers
// (13 %), so that decides; a tie keeps the simpler holder.

import type { Comparison, MethodName } from '../types.js';
import { argmaxRows, logProbabilities, mean, softmaxRows } from './metrics.js';

export interface Contender {
  readonly method: MethodName;
  /** Held-out logits [rows, classes] and the temperature that calibrates them. */
  readonly logits: Float32Array;
  readonly temperature: number;
}

/** Gains below this many nats an example are a tie. */
const LEAST_GAIN = 1e-3;

export function compare(holder: Contender, challenger: Contender, right: Int32Array, classes: number): Comparison {
  const probabilities = [holder, challenger].map(({ logits, temperature }) =>
    softmaxRows(logits, classes, temperature),
  );
  const [old, fresh] = probabilities as [Float32Array, Float32Array];
  const [oldAnswers, freshAnswers] = [argmaxRows(old, classes), argmaxRows(fresh, classes)];
  let wins = 0;
  let losses = 0;
  for (let i = 0; i < right.length; i++) {
    const hadIt = oldAnswers[i] === right[i];
    const hasIt = freshAnswers[i] === right[i];
    if (hasIt && !hadIt) wins++;
    if (hadIt && !hasIt) losses++;
  }
  const logProbabilityGain =
    mean(logProbabilities(fresh, right, classes)) - mean(logProbabilities(old, right, classes));
  return {
    holder: holder.method,
    challenger: challenger.method,
    wins,
    losses,
    logProbabilityGain,
    better: logProbabilityGain > LEAST_GAIN,
  };
}
