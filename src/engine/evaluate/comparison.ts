// The promotion rule: is the challenger better than the holder on the same held-out examples?
//
// A significance test on accuracy would need hundreds of examples. Over paired draws of ten tasks (10 to 60 examples) the mean
// gain of held-out log-probability told real gains from losses as well as any rule and promoted the fewest bad challengers
// (13 %), so that decides; a tie keeps the simpler holder.

import type { Comparison, MethodName } from '../types.js';
import { argmaxRows, logProbabilities, mean, softmaxRows } from './metrics.js';

export interface Contender {
  readonly method: MethodName;
  /** [rows] indices of the examples that were held out */
  readonly rows: Int32Array;
  /** Held-out logits [rows, classes] and the temperature that calibrates them. */
  readonly logits: Float32Array;
  readonly temperature: number;
}

/** Gains below this many nats an example are a tie. */
const LEAST_GAIN = 1e-3;

/** `right` has the label of every example; compared are those that both held out. */
export function compare(holder: Contender, challenger: Contender, right: Int32Array, classes: number): Comparison {
  const held = new Set(holder.rows);
  const both = challenger.rows.filter((row) => held.has(row));
  const labels = Int32Array.from(both, (row) => right[row]!);
  const [old, fresh] = [probabilitiesOf(holder, both, classes), probabilitiesOf(challenger, both, classes)];
  const [oldAnswers, freshAnswers] = [argmaxRows(old, classes), argmaxRows(fresh, classes)];
  let wins = 0;
  let losses = 0;
  for (let i = 0; i < labels.length; i++) {
    const hadIt = oldAnswers[i] === labels[i];
    const hasIt = freshAnswers[i] === labels[i];
    if (hasIt && !hadIt) wins++;
    if (hadIt && !hasIt) losses++;
  }
  const logProbabilityGain =
    mean(logProbabilities(fresh, labels, classes)) - mean(logProbabilities(old, labels, classes));
  return {
    holder: holder.method,
    challenger: challenger.method,
    wins,
    losses,
    logProbabilityGain,
    better: logProbabilityGain > LEAST_GAIN,
  };
}

/** Calibrated probabilities of these examples. */
function probabilitiesOf({ rows, logits, temperature }: Contender, wanted: Int32Array, classes: number): Float32Array {
  const position = new Map(Array.from(rows, (example, row) => [example, row]));
  const picked = new Float32Array(wanted.length * classes);
  wanted.forEach((example, i) => {
    const at = position.get(example)! * classes;
    picked.set(logits.subarray(at, at + classes), i * classes);
  });
  return softmaxRows(picked, classes, temperature);
}
