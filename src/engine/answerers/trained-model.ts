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

const spaceSchema = z.strictObject({
  blocks: z.array(z.strictObject({ name: z.string(), width: z.int().positive(), length: z.number() })),
  /** n-grams by column, or null where the space has none. */
  ngrams: z.array(z.string()).nullable(),
  lexicalLength: z.number(),
});
const expertSchema = z.strictObject({
  space: spaceSchema,
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
  scope: z.strictObject({ space: spaceSchema, threshold: z.number() }),
  experts: z.array(expertSchema).min(1),
});

export function encodeTrained(model: TrainedModel): Uint8Array {
  const { method, encoder, labels, temperature, scope } = model;
  const tensors: Record<string, StoredTensor> = {
    'scope/centroids': { shape: [labels.length, scope.width], data: scope.centroids },
  };
  const experts = model.experts.map(({ space, head, tuned }, i) => {
    tensors[`${i}/head/dense`] = { shape: [head.width, head.classes], data: head.dense };
    if (head.sparse !== null) {
      tensors[`${i}/head/sparse`] = { shape: [head.sparse.length / head.classes, head.classes], data: head.sparse };
    }
    tensors[`${i}/head/intercepts`] = { shape: [head.classes], data: head.intercepts };
    return { space: putSpace(space, `${i}`, tensors), tuned: tuned === null ? null : putTuned(tuned, `${i}`, tensors) };
  });
  const meta: z.infer<typeof metaSchema> = {
    kind: 'trained',
    method,
    encoder,
    labels: [...labels],
    temperature,
    scope: { space: putSpace(scope.space, 'scope', tensors), threshold: scope.threshold },
    experts,
  };
  return encodeCheckpoint({ meta, tensors });
}

function putSpace(space: FeatureSpace, at: string, tensors: Record<string, StoredTensor>): z.infer<typeof spaceSchema> {
  for (const { name, centre } of space.dense)
    tensors[`${at}/centre/${name}`] = { shape: [centre.length], data: centre };
  if (space.lexicon !== null) tensors[`${at}/idf`] = { shape: [space.lexicon.idf.length], data: space.lexicon.idf };
  return {
    blocks: space.dense.map(({ name, centre, length }) => ({ name, width: centre.length, length })),
    ngrams: space.lexicon === null ? null : [...space.lexicon.columns.keys()],
    lexicalLength: space.lexicalLength,
  };
}

function putTuned({ encoder, lora }: NonNullable<Expert['tuned']>, at: string, tensors: Record<string, StoredTensor>) {
  for (const { layer, rank, a, b } of lora.pairs) {
    tensors[`${at}/lora/${layer}/a`] = { shape: [a.length / rank, rank], data: a };
    tensors[`${at}/lora/${layer}/b`] = { shape: [rank, b.length / rank], data: b };
  }
  return { encoder, scaling: lora.scaling, layers: lora.pairs.map(({ layer, rank }) => ({ name: layer, rank })) };
}

/** Throws a UserError `damaged` when the bytes are no trained answerer. */
export function decodeTrained(bytes: Uint8Array): TrainedModel {
  const { meta: raw, tensors } = decodeCheckpoint(bytes);
  const parsed = metaSchema.safeParse(raw);
  if (!parsed.success) {
    throw new UserError(
      'damaged',
      `The checkpoint does not describe a trained answerer: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { method, encoder, labels, temperature, scope, experts } = parsed.data;
  const floats = (name: string): Float32Array => {
    const data = tensors[name]?.data;
    if (!(data instanceof Float32Array)) throw new UserError('damaged', `The checkpoint lacks the tensor ${name}.`);
    return data;
  };
  const takeSpace = ({ blocks, ngrams, lexicalLength }: z.infer<typeof spaceSchema>, at: string): FeatureSpace => ({
    dense: blocks.map(({ name, length }) => ({ name, length, centre: floats(`${at}/centre/${name}`) })),
    lexicon: ngrams === null ? null : lexiconOf(ngrams, floats(`${at}/idf`)),
    lexicalLength,
  });
  const takeTuned = ({ encoder, scaling, layers }: NonNullable<z.infer<typeof expertSchema>['tuned']>, at: string) => ({
    encoder,
    lora: {
      scaling,
      pairs: layers.map(({ name, rank }) => ({
        layer: name,
        rank,
        a: floats(`${at}/lora/${name}/a`),
        b: floats(`${at}/lora/${name}/b`),
      })),
    },
  });
  const classes = labels.length;
  const widthOf = ({ blocks }: z.infer<typeof spaceSchema>): number =>
    blocks.reduce((sum, { width }) => sum + width, 0);
  return {
    method,
    encoder,
    labels,
    temperature,
    scope: {
      space: takeSpace(scope.space, 'scope'),
      classes,
      width: widthOf(scope.space),
      centroids: floats('scope/centroids'),
      threshold: scope.threshold,
    },
    experts: experts.map(({ space, tuned }, i) => ({
      space: takeSpace(space, `${i}`),
      head: {
        classes,
        width: widthOf(space),
        dense: floats(`${i}/head/dense`),
        sparse: space.ngrams === null ? null : floats(`${i}/head/sparse`),
        intercepts: floats(`${i}/head/intercepts`),
      },
      tuned: tuned === null ? null : takeTuned(tuned, `${i}`),
    })),
  };
}

const lexiconOf = (ngrams: readonly string[], idf: Float32Array): Lexicon => ({
  columns: new Map(ngrams.map((gram, column) => [gram, column])),
  idf,
});
