// handful.json: what the numbers of an export mean. docs/formats.md says it in words.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { sliceOf } from '../encoders/blocks.js';
import type { FeatureSpace } from '../features.js';
import { type AnswererParts, blockKey, ngramsOf, publicName } from './parts.js';
import type { PlainTransformer } from './transformer.js';

/** A file of an export, by its path inside the folder. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const FORMAT_VERSION = 1;

/** What every format says of an answerer. */
export function describeAnswerer(parts: AnswererParts, format: string): Record<string, unknown> {
  const { method, encoder, labels, temperature, scope } = parts.model;
  return {
    format,
    formatVersion: FORMAT_VERSION,
    method,
    encoder: publicName(encoder),
    labels,
    temperature,
    threshold: scope.threshold,
    encoders: Object.fromEntries(parts.encoders.map((name) => [publicName(name), describeEncoder(name, parts)])),
  };
}

function describeEncoder(name: string, { transformers, bert, table }: AnswererParts): Record<string, unknown> {
  const transformer = transformers.get(name);
  if (name === 'hashing') return { kind: 'hashing', dimensions: 1024 };
  if (transformer === undefined) {
    return {
      kind: 'table',
      dimensions: table!.dimensions,
      tokenizer: { kind: 'unigram', file: STATIC_TOKENIZER, padId: 0 },
    };
  }
  const { maxTokens, padId } = transformer;
  const tokenizer =
    bert === null || bert.name !== name
      ? { kind: 'unigram', file: USE_LITE_VOCABULARY, reserved: 6, maxTokens, padId }
      : { kind: 'tokenizer.json', file: BERT_TOKENIZER, ...bert.sentence, padId };
  return { ...describeTransformer(transformer), tokenizer };
}

/** The shape of the forward pass; `prefix` begins the names of its tensors. */
export function describeTransformer(encoder: PlainTransformer): Record<string, unknown> {
  const { prefix, normFirst, activation, pooling, embeddingsNorm, layers, tanh } = encoder;
  return {
    kind: 'transformer',
    prefix,
    normFirst,
    activation,
    pooling,
    embeddingsNorm: embeddingsNorm !== null,
    epsilon: layers[0]!.attentionNorm.epsilon,
    layers: layers.map(({ name, heads, residual }) => ({ name, heads, residual: residual !== null })),
    tanh: tanh !== null,
  };
}

/** Blocks of a space as slices of encoder vectors, in the order of the features; `at` begins the names of its tensors. */
export function describeSpace(space: FeatureSpace, at: string): Record<string, unknown> {
  const columns = ngramsOf(space);
  return {
    blocks: space.dense.map(({ name, length, centre }) => {
      const { encoder, start } = sliceOf(name);
      const end = start + centre.length;
      return { encoder: publicName(encoder), start, end, length, centre: `${at}/centre/${blockKey(name)}` };
    }),
    ngrams: columns === null ? null : { columns, idf: `${at}/ngrams/idf`, length: space.lexicalLength },
  };
}

const USE_LITE_VOCABULARY = 'use-lite-vocabulary.json';
const STATIC_TOKENIZER = 'static-en-zh-tokenizer.json';
const BERT_TOKENIZER = 'tokenizer.json';

/** What turns texts into ids, one file an encoder. */
export async function tokenizerFiles({ useLite, table, bert }: AnswererParts): Promise<ExportedFile[]> {
  const files: ExportedFile[] = [];
  if (useLite !== null) files.push({ path: USE_LITE_VOCABULARY, bytes: jsonBytes(useLite.vocabulary) });
  if (table !== null) files.push({ path: STATIC_TOKENIZER, bytes: table.tokenizer });
  if (bert !== null) {
    files.push({ path: BERT_TOKENIZER, bytes: await readFile(path.join(bert.path, 'tokenizer.json')) });
  }
  return files;
}

export const jsonBytes = (value: unknown, indent?: number): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, indent)}\n`);
