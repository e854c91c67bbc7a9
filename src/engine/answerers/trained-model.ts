// A trained answerer as plain data, and how it lies in a checkpoint. Loads no TensorFlow.js: the main thread writes checkpoints.

import { z } from 'zod';
import type { Lexicon } from '../encoders/lexical.js';
import { UserError } from '../errors.js';
import type { FeatureSpace } from '../features.js';
import type { LogisticHead } from '../heads/logistic-head.js';
import { decodeCheckpoint, encodeCheckpoint, type StoredTensor } from '../registry/checkpoint.js';
import { TUNER_KINDS } from '../tuners/options.js';
import type { FloatTensor, TunerState } from '../tuners/tuner.js';
import { METHOD_NAMES, type MethodName } from '../types.js';
import { fromFirstFormat } from './first-format.js';
import type { Scope } from './scope.js';

export interface Expert {
  readonly space: FeatureSpace;
  readonly head: LogisticHead;
  /** The encoder that was tuned for this expert and how; null: all encoders as they are. */
  readonly tuned: { readonly encoder: string; readonly tuner: TunerState } | null;
}

export interface TrainedModel {
  readonly method: MethodName;
  /** The encoder setting under which it was trained. */
  readonly encoder: string;
  /** Names the encoder's weights, where they are files that may change. */
  readonly weights: string | null;
  readonly labels: readonly string[];
  readonly temperature: number;
  readonly scope: Scope;
  readonly experts: readonly Expert[];
  /** Share of each expert in the answer; they sum to 1. */
  readonly shares: readonly number[];
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
      kind: z.enum(TUNER_KINDS),
      settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
      tensors: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int().nonnegative()) })),
    })
    .nullable(),
});
type StoredExpert = z.infer<typeof expertSchema>;

const metaSchema = z.strictObject({
  kind: z.literal('trained'),
  method: z.enum(METHOD_NAMES),
  encoder: z.string(),
  weights: z.string().nullable().default(null),
  labels: z.array(z.string()).min(1),
  temperature: z.number().positive(),
  scope: z.strictObject({
    space: spaceSchema,
    threshold: z.number(),
    otherScript: z.strictObject({ script: z.enum(['latin', 'han']), threshold: z.number() }).optional(),
  }),
  experts: z.array(expertSchema).min(1),
  shares: z.array(z.number().min(0).max(1)).min(1),
});

export function encodeTrained(model: TrainedModel): Uint8Array {
  const { method, encoder, weights, labels, temperature, scope } = model;
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
    weights,
    labels: [...labels],
    temperature,
    scope: {
      space: putSpace(scope.space, 'scope', tensors),
      threshold: scope.threshold,
      ...(scope.otherScript === undefined ? {} : { otherScript: scope.otherScript }),
    },
    experts,
    shares: [...model.shares],
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

function putTuned({ encoder, tuner }: NonNullable<Expert['tuned']>, at: string, tensors: Record<string, StoredTensor>) {
  for (const [name, tensor] of Object.entries(tuner.tensors)) tensors[`${at}/tuner/${name}`] = tensor;
  const names = Object.entries(tuner.tensors).map(([name, { shape }]) => ({ name, shape: [...shape] }));
  return { encoder, kind: tuner.kind, settings: { ...tuner.settings }, tensors: names };
}

/** Throws a UserError `damaged` when the bytes are no trained answerer. */
export function decodeTrained(bytes: Uint8Array): TrainedModel {
  const { meta: raw, tensors } = fromFirstFormat(decodeCheckpoint(bytes));
  const parsed = metaSchema.safeParse(raw);
  if (!parsed.success) {
    throw new UserError(
      'damaged',
      `The checkpoint does not describe a trained answerer: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { method, encoder, weights, labels, temperature, scope, experts, shares } = parsed.data;
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
  const takeTuned = ({ encoder, kind, settings, tensors: names }: NonNullable<StoredExpert['tuned']>, at: string) => {
    const held: Record<string, FloatTensor> = {};
    for (const { name, shape } of names) held[name] = { shape, data: floats(`${at}/tuner/${name}`) };
    return { encoder, tuner: { kind, settings, tensors: held } };
  };
  const classes = labels.length;
  const widthOf = ({ blocks }: z.infer<typeof spaceSchema>): number =>
    blocks.reduce((sum, { width }) => sum + width, 0);
  return {
    method,
    encoder,
    weights,
    labels,
    temperature,
    scope: {
      space: takeSpace(scope.space, 'scope'),
      classes,
      width: widthOf(scope.space),
      centroids: floats('scope/centroids'),
      threshold: scope.threshold,
      ...(scope.otherScript === undefined ? {} : { otherScript: scope.otherScript }),
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
    shares,
  };
}

const lexiconOf = (ngrams: readonly string[], idf: Float32Array): Lexicon => ({
  columns: new Map(ngrams.map((gram, column) => [gram, column])),
  idf,
});
