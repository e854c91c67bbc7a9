// Hyper-parameters of fine-tuning with their defaults: the recipe that won over some 35 variants (tune-encoder.ts).

import { z } from 'zod';

export const tuneConfigSchema = z.strictObject({
  epochs: z.number().int().min(1).max(500).default(15),
  batchSize: z.number().int().min(2).max(512).default(32),
  learningRate: z.number().positive().default(2e-3),
  /** New weights learn faster than those next to pre-trained ones. */
  headLearningRate: z.number().positive().default(2e-2),
  weightDecay: z.number().min(0).default(0.01),
  clipNorm: z.number().positive().default(1),
  warmupShare: z.number().min(0).max(1).default(0.1),
  /** Weight and temperature of the supervised contrastive term. */
  contrastiveWeight: z.number().min(0).default(0.5),
  contrastiveTemperature: z.number().positive().default(0.1),
  /** Length of the centroids from which the head starts. */
  headScale: z.number().positive().default(15),
  /** Early stopping, in epochs without 1 % less loss. */
  patience: z.number().int().min(1).default(4),
});
export type TuneConfig = z.infer<typeof tuneConfigSchema>;
