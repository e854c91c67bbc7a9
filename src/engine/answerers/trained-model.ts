// A trained answerer as plain data, and how it lies in a checkpoint. Loads no TensorFlow.js: the main thread writes checkpoints.

import { z } from 'zod';
import { ENCODER_NAMES, type EncoderName } from '../encoders/blocks.js';
import type { Lexicon } from '../encoders/lexical.js';
import { UserError } from '../errors.js';
import type { FeatureSpace } from '../features.js';
import type { LogisticHead } from '../heads/logistic-head.js';
import { decodeCheckpoint, encodeCheckpoint, type StoredTensor } from '../registry/checkpoint.js';
import type { LoraState } from '../tuners/lora.js';
import { METHOD_NAMES, type MethodName } from '../types.js';
import type { Scope } from './scope.js';

export interface Expert {
  readonly space: FeatureSpace;
  readonly head: LogisticHead;
  /** The encoder that was tuned for this expert and how; null: all encoders as they are. */
  readonly tuned: { readonly encoder: string; readonly lora: LoraState } | null;
}

export interface TrainedModel {
  readonly method: MethodName;
  /** The encoder setting under which it was trained. */
  readonly encoder: EncoderName;
  readonly labels: readonly string[];
  readonly temperature: number;
  readonly scope: Scope;
  readonly experts: readonly Expert[];
}

const expertSchema = z.strictObject({
  blocks: z.array(z.strictObject({ name: z.string(), dimensions: z.int().positive(), scale: z.number() })),
  /** n-grams by column, or null where the expert reads none. */
  ngrams: z.array(z.string()).nullable(),
  tuned: z
    .strictObject({
      encoder: z.string(),
      scaling: z.number(),
      layers: z.array(z.strictObject({ name: z.string(), rank: z.int().positive() })),
    })
    .nullable(),
});
const metaSchema = z.strictObject({
  kind: z.literal('trained'),
  method: z.enum(METHOD_NAMES),
  encoder: z.enum(ENCODER_NAMES),
  labels: z.array(z.string()).min(1),
  temperature: z.number().positive(),
  scope: z.strictObject({ blocks: z.array(z.string()), width: z.int().nonnegative(), threshold: z.number() }),
  experts: z.array(expertSchema).min(1),
});

export function encodeTrained(model: TrainedModel): Uint8Array {
  const tensors: Record<string, StoredTensor> = {
    'scope/centroids': { shape: [model.labels.length, model.scope.width], data: model.scope.centroids },
  };
  const experts = model.experts.map(({ space, head, tuned }, i) => {
    for (const block of space.dense)
      tensors[`${i}/centre/${block.name}`] = { shape: [block.dimensions], data: block.centre };
    if (space.lexicon !== null) tensors[`${i}/idf`] = { shape: [space.lexicon.idf.length], data: space.lexicon.idf };
    tensors[`${i}/head/dense`] = { shape: [head.width, head.classes], data: head.dense };
    if (head.sparse !== null)
      tensors[`${i}/head/sparse`] = { shape: [head.sparse.length / head.classes, head.classes], data: head.sparse };
    tensors[`${i}/head/intercepts`] = { shape: [head.classes], data: head.intercepts };
    for (const { layer, rank, a, b } of tuned?.lora.pairs ?? []) {
      tensors[`${i}/lora/${layer}/a`] = { shape: [a.length / rank, rank], data: a };
      tensors[`${i}/lora/${layer}/b`] = { shape: [rank, b.length / rank], data: b };
    }
    return {
      blocks: space.dense.map(({ name, dimensions, scale }) => ({ name, dimensions, scale })),
      ngrams: space.lexicon === null ? null : [...space.lexicon.columns.keys()],
      tuned:
        tuned === null
          ? null
          : {
              encoder: tuned.encoder,
              scaling: tuned.lora.scaling,
              layers: tuned.lora.pairs.map(({ layer, rank }) => ({ name: layer, rank })),
            },
    };
  });
  const { method, encoder, labels, temperature, scope } = model;
  const meta: z.infer<typeof metaSchema> = {
    kind: 'trained',
    method,
    encoder,
    labels: [...labels],
    temperature,
    scope: { blocks: [...scope.blocks], width: scope.width, threshold: scope.threshold },
    experts,
  };
  return encodeCheckpoint({ meta, tensors });
}

/** Throws a UserError `damaged` when the bytes are no trained answerer. */
export function decodeTrained(bytes: Uint8Array): TrainedModel {
  const { meta: raw, tensors } = decodeCheckpoint(bytes);
  const parsed = metaSchema.safeParse(raw);
  if (!parsed.success)
    throw new UserError(
      'damaged',
      `The checkpoint does not describe a trained answerer: ${z.prettifyError(parsed.error)}`,
    );
  const meta = parsed.data;
  const floats = (name: string): Float32Array => {
    const data = tensors[name]?.data;
    if (!(data instanceof Float32Array)) throw new UserError('damaged', `The checkpoint lacks the tensor ${name}.`);
    return data;
  };
  const classes = meta.labels.length;
  return {
    method: meta.method,
    encoder: meta.encoder,
    labels: meta.labels,
    temperature: meta.temperature,
    scope: { ...meta.scope, classes, centroids: floats('scope/centroids') },
    experts: meta.experts.map(({ blocks, ngrams, tuned }, i) => ({
      space: {
        dense: blocks.map((block) => ({ ...block, centre: floats(`${i}/centre/${block.name}`) })),
        lexicon: ngrams === null ? null : lexiconOf(ngrams, floats(`${i}/idf`)),
      },
      head: {
        classes,
        width: blocks.reduce((sum, block) => sum + block.dimensions, 0),
        dense: floats(`${i}/head/dense`),
        sparse: ngrams === null ? null : floats(`${i}/head/sparse`),
        intercepts: floats(`${i}/head/intercepts`),
      },
      tuned:
        tuned === null
          ? null
          : {
              encoder: tuned.encoder,
              lora: {
                scaling: tuned.scaling,
                pairs: tuned.layers.map(({ name, rank }) => ({
                  layer: name,
                  rank,
                  a: floats(`${i}/lora/${name}/a`),
                  b: floats(`${i}/lora/${name}/b`),
                })),
              },
            },
    })),
  };
}

const lexiconOf = (ngrams: readonly string[], idf: Float32Array): Lexicon => ({
  columns: new Map(ngrams.map((gram, column) => [gram, column])),
  idf,
});
