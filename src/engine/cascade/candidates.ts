// Settings of each method that a search tries. What mattered in the experiments is varied (the contrastive term: 5 to 10 points;
// epochs and augmentation on tiny sets), what did not (rank, learning rate within a factor of two) only a little.

import type { MethodName, MethodOptions } from '../types.js';

const AUGMENTED: MethodOptions = { augment: 'synonyms+reorder+syntax' };

/** Each is tried alone: with few folds, two changes at once would only be told apart by chance. */
const CHANGES: Readonly<Partial<Record<MethodName, readonly MethodOptions[]>>> = {
  'self-training': [{ rounds: 1 }, { rounds: 5 }, { confidence: 0.9 }, AUGMENTED],
  freeze: [
    { epochs: 24 },
    { learningRate: 1e-4 },
    { learningRate: 4e-4 },
    { contrastiveWeight: 1 },
    { contrastiveWeight: 0 },
    { unfreeze: 2 },
    AUGMENTED,
  ],
  lora: [
    { epochs: 24 },
    { contrastiveWeight: 1 },
    { learningRate: 1e-3 },
    { rank: 16 },
    { contrastiveWeight: 0 },
    { rank: 4, learningRate: 4e-3 },
    AUGMENTED,
  ],
  adapter: [
    { epochs: 24 },
    { contrastiveWeight: 1 },
    { learningRate: 1e-3 },
    { bottleneck: 64 },
    { contrastiveWeight: 0 },
    AUGMENTED,
  ],
  prefix: [{ epochs: 24 }, { length: 16 }, { learningRate: 4e-3 }, { learningRate: 1e-3 }, { reparameterise: 128 }],
  'soft-prompt': [{ epochs: 24 }, { length: 16 }, { learningRate: 4e-3 }, { learningRate: 1e-3 }],
  full: [{ epochs: 24 }, { learningRate: 5e-5 }, { learningRate: 2e-4 }, { contrastiveWeight: 1 }, AUGMENTED],
  contrastive: [{ epochs: 24 }, { epochs: 8 }, { learningRate: 1e-3 }, { rank: 16 }, { sampling: 'unique' }, AUGMENTED],
  prototypes: [{ episodes: 200 }, { episodes: 50 }, { learningRate: 1e-3 }, { rank: 16 }],
  pretrain: [{ passes: 3 }, { temperature: 0.1 }, { epochs: 24 }, { learningRate: 1e-3 }],
};

/** What a search tries, the defaults first; only the defaults where a method has no settings. */
export const candidatesFor = (method: MethodName): MethodOptions[] => [{}, ...(CHANGES[method] ?? [])];
