// A version of the method `prompt` as plain data: how it lies in a checkpoint, and how a language model's scores become its
// prediction. Similarity, threshold and nearest examples are those of the answerer in context, which knows the same examples.

import { z } from 'zod';
import { UserError } from '../errors.js';
import { logSoftmaxRows } from '../evaluate/metrics.js';
import { decodeCheckpoint, encodeCheckpoint } from '../registry/checkpoint.js';
import type { Prediction, PromptModel } from '../types.js';
import { toPrediction } from './answerer.js';

const metaSchema = z
  .strictObject({
    kind: z.literal('prompt'),
    model: z.string(),
    way: z.string(),
    labels: z.array(z.string()).min(1),
    bias: z.array(z.number()),
    temperature: z.number().positive(),
  })
  .refine(({ bias, labels }) => bias.length === labels.length, 'expected one bias a label');

export function encodePrompt({ model, way, labels, bias, temperature }: PromptModel): Uint8Array {
  const meta = { kind: 'prompt', model, way, labels: [...labels], bias: [...bias], temperature };
  return encodeCheckpoint({ meta, tensors: {} });
}

/** Throws a UserError `damaged` when the bytes are no version of this method. */
export function decodePrompt(bytes: Uint8Array): PromptModel {
  const parsed = metaSchema.safeParse(decodeCheckpoint(bytes).meta);
  if (!parsed.success) {
    throw new UserError('damaged', `The checkpoint does not describe a prompt: ${z.prettifyError(parsed.error)}`);
  }
  const { model, way, labels, bias, temperature } = parsed.data;
  return { model, way, labels, bias, temperature };
}

/** `logits` [labels] are the prompter's; `inContext` is what the examples alone say of the same text. */
export function promptPrediction(model: PromptModel, logits: Float32Array, inContext: Prediction): Prediction {
  const { labels, bias, temperature } = model;
  const scores = logSoftmaxRows(logits, labels.length).map((score, c) => score - bias[c]!);
  const { similarity, threshold, nearest } = inContext;
  return toPrediction('prompt', labels, { logits: scores, temperature, similarity, threshold, nearest });
}
