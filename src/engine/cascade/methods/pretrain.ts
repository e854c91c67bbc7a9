// pretrain: the tuner first learns from texts without labels what the community's texts are like (SimCSE: Gao et al., 2021,
// https://arxiv.org/abs/2104.08821), then from the shots.

import { createRng } from '../../random.js';
import { tuneOnViews, viewSteps } from '../../train/tune-views.js';
import type { Method } from '../method.js';
import { looseTexts } from './apart.js';
import { inStages } from './stages.js';
import { configOf, fitTuned, shotSteps, tuneOnShots } from './tuned.js';

export const pretrain: Method<'pretrain'> = {
  name: 'pretrain',
  fit(input) {
    const { shots, seed, options } = input;
    const rng = createRng(seed, 'views');
    const texts = [...new Set(shots.texts), ...rng.shuffle(looseTexts(input).texts).slice(0, options.mostTexts)];
    const config = { ...configOf(options), learningRate: options.viewRate };
    const views = { texts, passes: options.passes, temperature: options.temperature, config };
    const [onView, onStep] = inStages(input.onStep, viewSteps(views), shotSteps(input));
    return fitTuned(input, 'lora', async (encoder, tuner) => {
      await tuneOnViews({ ...views, encoder, tuner, rng, onStep: onView });
      await tuneOnShots({ ...input, onStep }, encoder, tuner);
    });
  },
};
