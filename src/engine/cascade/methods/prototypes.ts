// prototypes: the tuner first learns on episodes of the other tasks of the space (prototypical networks: Snell et al., 2017,
// https://arxiv.org/abs/1703.05175), then on the task's own shots.

import { sourceTasks } from '../../data/episodes.js';
import { UserError } from '../../errors.js';
import { createRng } from '../../random.js';
import { tuneOnEpisodes } from '../../train/tune-episodes.js';
import type { Method } from '../method.js';
import { heldKeys } from './apart.js';
import { inStages } from './stages.js';
import { configOf, fitTuned, shotSteps, tuneOnShots } from './tuned.js';

export const prototypes: Method<'prototypes'> = {
  name: 'prototypes',
  fit(input) {
    const { seed, options, related } = input;
    const sources = sourceTasks(related, heldKeys(input));
    if (sources.length === 0) {
      throw new UserError(
        'too-few-examples',
        'The method prototypes learns from other tasks: expected one with at least 2 labels of at least 2 examples each, found none. Teach another task first.',
      );
    }
    const [onEpisode, onStep] = inStages(input.onStep, options.episodes, shotSteps(input));
    return fitTuned(input, 'lora', async (encoder, tuner) => {
      await tuneOnEpisodes({
        encoder,
        tuner,
        sources,
        episodes: options.episodes,
        episode: { ways: options.ways, shots: options.shots, queries: options.queries },
        config: { ...configOf(options), learningRate: options.episodeRate },
        rng: createRng(seed, 'episodes'),
        onStep: onEpisode,
      });
      await tuneOnShots({ ...input, onStep }, encoder, tuner);
    });
  },
};
