// self-training: the head labels the texts that nobody labelled, and a new head learns from those it was sure of too, round after
// round (Yarowsky, 1995, https://aclanthology.org/P95-1026/; Lee, 2013). The encoder is not touched.
//
// How sure is sure enough, and when to stop, is decided by cross-validation on the shots, where no text with a pseudo-label is
// ever among those that are judged: a head that is fitted on the shots alone is one of the candidates.

import type { Expert } from '../../answerers/trained-model.js';
import { stratifiedFolds } from '../../data/folds.js';
import { groupNearDuplicates } from '../../data/near-duplicates.js';
import { type PseudoLabelOptions, pseudoLabels } from '../../data/pseudo-labels.js';
import { fitTemperature } from '../../evaluate/calibration.js';
import { logLoss, softmaxRows } from '../../evaluate/metrics.js';
import { type EncodedTexts, joinRows, selectRows } from '../../features.js';
import { plainShots, withLabelNames } from '../../heads/shots.js';
import { createRng } from '../../random.js';
import type { FitInput, Method } from '../method.js';
import type { OptionsOf } from '../options.js';
import { looseTexts } from './apart.js';
import { expertLogits, fitExpert, fitWeighted, unchanged } from './head.js';

type Input = FitInput<OptionsOf<'self-training'>>;

/** Confidences that cross-validation chooses from. */
const CONFIDENCES = [0.5, 0.7];

/** What is done where a label has too few shots for cross-validation. */
const UNTESTED: Plan = { confidence: 0.7, rounds: 1, temperature: 1 };

const INNER_FOLDS = 3;

/** Texts that are labelled at most: bounds the time of a fit. */
const MOST_TEXTS = 800;

interface Plan {
  readonly confidence: number;
  /** 0: the head as it is. */
  readonly rounds: number;
  /** Of the head's logits. */
  readonly temperature: number;
}

export const selfTraining: Method<'self-training'> = {
  name: 'self-training',
  async fit(input) {
    const loose = looseTexts(input);
    const chosen = createRng(input.seed, 'loose')
      .shuffle([...loose.texts.keys()])
      .slice(0, MOST_TEXTS);
    const pool = selectRows(loose, chosen);
    const plan = await choosePlan(input, pool);
    const expert = (await rounds(input, pool, plan)).at(-1)!;
    return { logits: [await expertLogits(expert, input.held)], experts: [expert] };
  },
};

/** The plan with the least held-out log-loss; a further round is taken as long as it lowers that. */
async function choosePlan(input: Input, pool: EncodedTexts): Promise<Plan> {
  const { shots, right, classes, options, seed } = input;
  const folds = Math.min(INNER_FOLDS, ...countsOf(right, classes).filter((count) => count > 0));
  const confidences = options.confidence === 0 ? CONFIDENCES : [options.confidence];
  if (folds < 2) return { ...UNTESTED, confidence: options.confidence || UNTESTED.confidence };
  const foldOf = stratifiedFolds(right, groupNearDuplicates(shots.texts), folds, createRng(seed, 'inner-folds'));
  const steps = 1 + folds * (1 + confidences.length);
  let step = 0;
  const heldOut = async (plan: Plan): Promise<Float32Array[]> => {
    const logits = Array.from({ length: plan.rounds + 1 }, () => new Float32Array(right.length * classes));
    for (let fold = 0; fold < folds; fold++) {
      const [inside, outside] = [rowsWhere(foldOf, (f) => f !== fold), rowsWhere(foldOf, (f) => f === fold)];
      const part = { ...input, shots: selectRows(shots, inside), right: inside.map((row) => right[row]!) };
      const judged = selectRows(shots, outside);
      let own: Float32Array = new Float32Array(0);
      for (const [round, expert] of (await rounds(part, pool, plan)).entries()) {
        own = await expertLogits(expert, judged);
        outside.forEach((row, i) => {
          logits[round]!.set(own.subarray(i * classes, (i + 1) * classes), row * classes);
        });
      }
      const loss = lossOf(
        own,
        outside.map((row) => right[row]!),
        classes,
      );
      step++;
      input.onStep({ step, steps, loss, microBatches: 1 });
    }
    return logits;
  };
  const alone = (await heldOut({ confidence: 1, rounds: 0, temperature: 1 }))[0]!;
  const temperature = fitTemperature(alone, right, classes);
  let best: Plan = { confidence: 1, rounds: 0, temperature };
  let least = lossOf(alone, right, classes);
  for (const confidence of confidences) {
    const losses = (await heldOut({ confidence, rounds: options.rounds, temperature })).map((logits) =>
      lossOf(logits, right, classes),
    );
    const stop = losses.findIndex((loss, round) => round > 0 && loss >= losses[round - 1]!);
    const last = stop === -1 ? losses.length - 1 : stop - 1;
    if (losses[last]! < least) {
      least = losses[last]!;
      best = { confidence, rounds: last, temperature };
    }
  }
  return best;
}

/** The head, and the one after each round. */
async function rounds(
  input: Pick<Input, 'shots' | 'right' | 'classes' | 'names' | 'join' | 'options' | 'seed'>,
  pool: EncodedTexts,
  plan: Plan,
): Promise<Expert[]> {
  const { shots, right, classes, names, join, options, seed } = input;
  const experts = [await fitExpert(input, unchanged)];
  const settings: PseudoLabelOptions = {
    confidence: plan.confidence,
    most: (options.most * right.length) / classes,
    weight: right.length,
  };
  for (let round = 1; round <= plan.rounds; round++) {
    const logits = await expertLogits(experts.at(-1)!, pool);
    const probabilities = softmaxRows(logits, classes, plan.temperature);
    const given = pseudoLabels(probabilities, classes, settings, createRng(seed, 'pseudo-labels', round));
    const own = plainShots(shots, right);
    const all = {
      encoded: joinRows(own.encoded, selectRows(pool, given.rows)),
      labels: Int32Array.from([...own.labels, ...given.labels]),
      weights: Float32Array.from([...own.weights, ...given.weights]),
    };
    experts.push(await fitWeighted(join.names ? withLabelNames(all, names) : all, { classes, join }));
  }
  return experts;
}

/** Log-loss once calibrated. */
function lossOf(logits: Float32Array, right: Int32Array, classes: number): number {
  return logLoss(softmaxRows(logits, classes, fitTemperature(logits, right, classes)), right, classes);
}

function countsOf(right: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of right) counts[label]! += 1;
  return counts;
}

function rowsWhere(values: Int32Array, keep: (value: number) => boolean): Int32Array {
  return Int32Array.from(values.keys()).filter((row) => keep(values[row]!));
}
