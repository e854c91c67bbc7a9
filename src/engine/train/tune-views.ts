// Continued pre-training without labels: SimCSE (Gao et al., 2021, https://arxiv.org/abs/2104.08821). The same text goes through
// the encoder twice; dropout makes the two vectors differ, and each should be nearer to its twin than to any other text.
// Without dropout the twins are equal, and the loss only spreads the texts.
//
// Masked words are no objective here: none of the encoders comes with the head that guesses them.

import type { Rng } from '../random.js';
import { viewContrast } from './losses.js';
import type { TrainingSummary } from './trainer.js';
import { evenParts, type TextBatch, type Tuning, tuneOnBatches } from './tune-batches.js';

export interface ViewTuning extends Tuning {
  /** Different texts: equal ones would be told to differ. */
  readonly texts: readonly string[];
  readonly passes: number;
  readonly temperature: number;
  readonly rng: Rng;
}

/** Trains the tuner in place. A batch has half as many texts as vectors; what is left over of a pass is left out. */
export function tuneOnViews(options: ViewTuning): Promise<TrainingSummary> {
  const { texts, passes, temperature, rng } = options;
  const together = textsTogether(options);
  const batchOf = (own: readonly string[]): TextBatch => ({
    texts: [...own, ...own],
    rows: own.length,
    parted: (parts) => evenParts(own, parts).map(batchOf),
    loss: (units) => viewContrast(units, temperature),
  });
  return tuneOnBatches(
    options,
    Array.from({ length: passes }, () => {
      const order = rng.shuffle(texts);
      return Array.from({ length: viewSteps({ ...options, passes: 1 }) }, (_, i) =>
        batchOf(order.slice(i * together, (i + 1) * together)),
      );
    }),
  );
}

/** Steps of all passes. */
export const viewSteps = (options: Pick<ViewTuning, 'texts' | 'passes' | 'config'>): number =>
  options.passes * Math.max(1, Math.floor(options.texts.length / textsTogether(options)));

const textsTogether = ({ config }: Pick<ViewTuning, 'config'>): number => Math.max(2, Math.floor(config.batchSize / 2));
