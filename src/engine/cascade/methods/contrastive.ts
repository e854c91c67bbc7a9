// contrastive: the encoder learns from pairs of shots alone, without a head, and the head comes after (SetFit: Tunstall et al.,
// 2022, https://arxiv.org/abs/2209.11055).

import { createRng } from '../../random.js';
import { tuneOnPairs } from '../../train/tune-pairs.js';
import type { Method } from '../method.js';
import { configOf, fitTuned } from './tuned.js';

export const contrastive: Method<'contrastive'> = {
  name: 'contrastive',
  fit(input) {
    const { shots, right, seed, options, onStep } = input;
    const most = Math.max(2, Math.min(options.mostPairs, Math.round(options.pairs * shots.texts.length)));
    return fitTuned(input, 'lora', async (encoder, tuner) => {
      await tuneOnPairs({
        encoder,
        tuner,
        texts: shots.texts,
        labels: right,
        pairs: { sampling: options.sampling, most },
        loss: options.loss,
        config: configOf(options),
        rng: createRng(seed, 'pairs'),
        onStep,
      });
    });
  },
};
