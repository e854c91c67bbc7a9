// The options of every kind of tuner with their defaults. Loads no TensorFlow.js: the main thread parses them.

import { z } from 'zod';

/** Parts of a transformer layer that LoRA may change, and the last layer of use-lite. */
export const LORA_TARGETS = ['qkv', 'output', 'expand', 'contract', 'tanh'] as const;

const dropout = z.number().min(0).max(0.9).default(0.1);

const lora = z.strictObject({
  /** Rank r of the change. */
  rank: z.number().int().min(1).max(256).default(8),
  /** The change is scaled by alpha / rank, or by alpha / √rank with `rslora`. */
  alpha: z.number().positive().default(16),
  /** Linear layers that get one, joined by `+`: those of every transformer layer, and `tanh`. */
  targets: z
    .string()
    .regex(/^(qkv|output|expand|contract|tanh)(\+(qkv|output|expand|contract|tanh))*$/, {
      error: `expected layers out of ${LORA_TARGETS.join(', ')}, joined by +`,
    })
    .default('qkv+output+tanh'),
  /** Rank-stabilised scaling (Kalajdzievski, 2023, https://arxiv.org/abs/2312.03732). */
  rslora: z.boolean().default(false),
  /** Direction and length of each output learn apart (Liu et al., 2024, https://arxiv.org/abs/2402.09353). */
  dora: z.boolean().default(false),
  /** Share of each residual branch's output that is dropped while training. */
  dropout,
});

const weights = z.strictObject({
  /** Last transformer layers that train, with what comes after them; 0: all of them. */
  unfreeze: z.number().int().min(0).max(64).default(1),
  /** Learning rate of each layer as a share of the one above it. */
  layerDecay: z.number().positive().max(1).default(0.9),
  /** Whether the vectors of tokens that occur in the shots train too. */
  embeddings: z.boolean().default(false),
  dropout,
});

const adapter = z.strictObject({
  /** Width of the bottleneck. */
  bottleneck: z.number().int().min(1).max(1024).default(32),
  dropout,
});

const prefix = z.strictObject({
  /** Trained keys and values of each layer. */
  length: z.number().int().min(1).max(128).default(8),
  /** Width of the network that makes them while training; 0: they are trained themselves. */
  reparameterise: z.number().int().min(0).max(1024).default(0),
  dropout,
});

const softPrompt = z.strictObject({
  /** Trained vectors before each text. */
  length: z.number().int().min(1).max(128).default(8),
  dropout,
});

export const tunerOptions = { lora, weights, adapter, prefix, 'soft-prompt': softPrompt } as const;

export const TUNER_KINDS = ['lora', 'weights', 'adapter', 'prefix', 'soft-prompt'] as const;

export type TunerOptions = { readonly [Kind in keyof typeof tunerOptions]: z.infer<(typeof tunerOptions)[Kind]> };
