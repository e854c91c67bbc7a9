// Meta-learning on other tasks (prototypical networks: Snell et al., 2017, https://arxiv.org/abs/1703.05175): a tuner that learned
// to tell the labels of many small problems apart by a few shots starts a new task from there.

import { drawEpisode, type EpisodeOptions, type SourceTask } from '../data/episodes.js';
import type { Rng } from '../random.js';
import { prototypicalLoss } from './losses.js';
import type { TrainingSummary } from './trainer.js';
import { type Tuning, tuneOnBatches } from './tune-batches.js';

export interface EpisodeTuning extends Tuning {
  /** At least one. */
  readonly sources: readonly SourceTask[];
  readonly episodes: number;
  readonly episode: EpisodeOptions;
  readonly rng: Rng;
}

/** Trains the tuner in place, one episode a step. */
export function tuneOnEpisodes(options: EpisodeTuning): Promise<TrainingSummary> {
  const { sources, episodes, episode, config, rng } = options;
  const drawn = Array.from({ length: episodes }, () => drawEpisode(sources, episode, rng));
  return tuneOnBatches(options, [
    drawn.map((own) => ({
      texts: own.texts,
      rows: own.isQuery.filter(Boolean).length,
      loss: (units) => prototypicalLoss(units, own, config.contrastiveTemperature),
    })),
  ]);
}
