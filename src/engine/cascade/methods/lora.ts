// lora: a low-rank change inside the encoder (Hu et al., 2021), then a head on the tuned vectors; it answers together with the
// head on the frozen ones, since the product of both beat each alone.

import { averageLogits, reencoded } from '../../answerers/trained.js';
import { createRng } from '../../random.js';
import { tuneConfigSchema } from '../../train/tune-config.js';
import { tuneEncoder } from '../../train/tune-encoder.js';
import { createLora, loraConfigSchema, mergeLora } from '../../tuners/lora.js';
import type { Method } from '../method.js';
import { expertLogits, fitExpert } from './head.js';

/** Below this many shots the change is halved: at full strength it hurt two-class tasks of 20 shots by up to 3.5 points. */
const FEW_SHOTS = 50;

export const lora: Method = {
  name: 'lora',
  async fit(input) {
    const { shots, right, classes, tunable, library, seed, held, onStep } = input;
    const encoder = await library.tunable(tunable!);
    const tuner = createLora(encoder, loraConfigSchema.parse({}), createRng(seed, 'lora'));
    try {
      await tuneEncoder({
        encoder,
        tuner,
        texts: shots.texts,
        labels: right,
        classes,
        config: tuneConfigSchema.parse({}),
        rng: createRng(seed, 'batches'),
        onStep,
      });
      const state = await tuner.state(shots.texts.length < FEW_SHOTS ? 0.5 : 1);
      const merged = await mergeLora(encoder, state);
      try {
        const frozen = await fitExpert(input, (texts) => Promise.resolve(texts));
        const tuned = await fitExpert(input, (texts) => reencoded(texts, merged));
        const heldLogits = await Promise.all([
          expertLogits(frozen, held),
          expertLogits(tuned, await reencoded(held, merged)),
        ]);
        return {
          logits: averageLogits(heldLogits),
          experts: [frozen, { ...tuned, tuned: { encoder: encoder.name, lora: state } }],
        };
      } finally {
        merged.dispose();
      }
    } finally {
      tuner.dispose();
    }
  },
};
