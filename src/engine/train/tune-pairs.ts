// Contrastive tuning on pairs of shots, as in SetFit (Tunstall et al., 2022, https://arxiv.org/abs/2209.11055): an encoder whose
// vectors already tell the labels apart needs only a simple head.

import { drawPairs, type Pair, type PairLoss, type PairOptions } from '../data/pairs.js';
import type { Rng } from '../random.js';
import { pairCosineLoss, supervisedContrastive } from './losses.js';
import type { TrainingSummary } from './trainer.js';
import { evenParts, type TextBatch, type Tuning, tuneOnBatches } from './tune-batches.js';

export interface PairTuning extends Tuning {
  readonly texts: readonly string[];
  /** [texts] */
  readonly labels: ArrayLike<number>;
  readonly pairs: PairOptions;
  readonly loss: PairLoss;
  readonly rng: Rng;
}

/** Trains the tuner in place. Each epoch draws pairs anew; the batch size counts texts. */
export function tuneOnPairs(options: PairTuning): Promise<TrainingSummary> {
  const { labels, pairs, config, rng } = options;
  const pairsTogether = Math.max(1, Math.floor(config.batchSize / 2));
  return tuneOnBatches(
    options,
    Array.from({ length: config.epochs }, () => {
      const drawn = drawPairs(labels, pairs, rng);
      return Array.from({ length: Math.ceil(drawn.length / pairsTogether) }, (_, i) =>
        batchOf(drawn.slice(i * pairsTogether, (i + 1) * pairsTogether), options),
      );
    }),
  );
}

/** A text that is in several pairs goes through the encoder once. */
function batchOf(pairs: readonly Pair[], options: PairTuning): TextBatch {
  const { texts, labels, loss, config } = options;
  const rows = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))];
  const at = new Map(rows.map((row, position) => [row, position]));
  return {
    texts: rows.map((row) => texts[row]!),
    rows: pairs.length,
    parted: (parts) => evenParts(pairs, parts).map((part) => batchOf(part, options)),
    loss: (units) =>
      loss === 'cosine'
        ? pairCosineLoss(
            units,
            pairs.map(({ first, second, alike }) => ({ first: at.get(first)!, second: at.get(second)!, alike })),
          )
        : supervisedContrastive(
            units,
            rows.map((row) => labels[row]!),
            config.contrastiveTemperature,
          ),
  };
}
