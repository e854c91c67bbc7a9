// What a trained answerer is made of, read for an export: its own numbers, and the encoders that it needs with their tuned copies.

import path from 'node:path';
import type { TrainedModel } from '../answerers/trained-model.js';
import { fetchBert } from '../encoders/bert/fetch.js';
import type { BertFolder } from '../encoders/bert/folder.js';
import { sourceOf } from '../encoders/bert/name.js';
import { UserError } from '../errors.js';
import { encodersOf, type FeatureSpace } from '../features.js';
import type { EncoderFiles } from '../types.js';
import { readBert } from './bert.js';
import { holdsTuner, mergeTuner } from './merge.js';
import { readStaticTable, type StaticTable } from './static.js';
import type { PlainTransformer } from './transformer.js';
import { readUseLite, type UseLite } from './use-lite.js';

export interface AnswererParts {
  readonly model: TrainedModel;
  /** Names of the frozen encoders that the answerer reads. */
  readonly encoders: readonly string[];
  readonly transformers: ReadonlyMap<string, PlainTransformer>;
  /** The tuned copy of each expert; null: it has none, or one that no plain network holds. */
  readonly tuned: readonly (PlainTransformer | null)[];
  readonly useLite: UseLite | null;
  readonly bert: BertFolder | null;
  readonly table: StaticTable | null;
}

export async function readParts(model: TrainedModel, files: EncoderFiles): Promise<AnswererParts> {
  const spaces = [model.scope.space, ...model.experts.map(({ space }) => space)];
  const encoders = [
    ...new Set([...spaces.flatMap(encodersOf), ...model.experts.flatMap(({ tuned }) => tuned?.encoder ?? [])]),
  ];
  const transformers = new Map<string, PlainTransformer>();
  let [useLite, bert, table]: [UseLite | null, BertFolder | null, StaticTable | null] = [null, null, null];
  for (const encoder of encoders) {
    switch (encoder) {
      case 'use-lite':
        useLite = await readUseLite();
        transformers.set(encoder, useLite.transformer);
        break;
      case 'static-en-zh':
        table = await readStaticTable();
        break;
      case 'hashing':
        break;
      default:
        bert = await fetchBert(encoder, files);
        if (model.weights !== null && model.encoder === encoder && bert.fingerprint !== model.weights)
          throw changed(encoder);
        transformers.set(encoder, await readBert(bert));
    }
  }
  const tuned = model.experts.map(({ tuned }, i) => {
    const frozen = transformers.get(tuned?.encoder ?? '');
    return tuned === null || frozen === undefined || !holdsTuner(tuned.tuner)
      ? null
      : mergeTuner(frozen, tuned.tuner, `expert${i}`);
  });
  return { model, encoders, transformers, tuned, useLite, bert, table };
}

const changed = (encoder: string): UserError =>
  new UserError(
    'damaged',
    `The files of the encoder ${encoder} changed since this version was trained on them. Train again.`,
  );

/** An encoder as others may read its name: a folder's own name, as its path is nobody's business. */
export function publicName(encoder: string): string {
  const source = sourceOf(encoder);
  return source?.kind === 'folder' ? path.basename(source.path) : encoder;
}

/** What stands for a block in names of tensors. */
export const blockKey = (block: string): string => (sourceOf(block) === null ? block : 'bert');

/** Columns of the n-grams of a space, in their order. */
export const ngramsOf = ({ lexicon }: FeatureSpace): string[] | null =>
  lexicon === null ? null : [...lexicon.columns.keys()];
