// What an exported graph is given for texts, made from the files of the export alone: what docs/formats.md says is enough.

import { PreTrainedTokenizer } from '@xenova/transformers';
import { ngrams } from '../../../src/engine/encoders/ngrams.js';
import { createUnigram } from '../../../src/engine/encoders/unigram.js';
import type { ExportedFile } from '../../../src/engine/export/index.js';

/** Row-major [texts, width]. */
export interface GraphInput {
  readonly type: 'int64' | 'float32';
  readonly width: number;
  readonly data: readonly number[];
}

export interface Described {
  readonly labels: readonly string[];
  readonly threshold: number;
  readonly encoders: Readonly<Record<string, { readonly tokenizer: TokenizerFacts }>>;
  readonly inputs: Readonly<
    Record<string, { readonly kind: string; readonly encoder?: string; readonly columns?: readonly string[] }>
  >;
}

interface TokenizerFacts {
  readonly kind: string;
  readonly file: string;
  readonly padId: number;
  readonly maxTokens?: number;
  readonly reserved?: number;
  readonly prefix?: string;
  readonly lowerCase?: boolean;
}

export const jsonOf = <T>(files: readonly ExportedFile[], name: string): T =>
  JSON.parse(new TextDecoder().decode(files.find((file) => file.path === name)!.bytes)) as T;

export function graphInputs(files: readonly ExportedFile[], texts: readonly string[]): Record<string, GraphInput> {
  const description = jsonOf<Described>(files, 'handful.json');
  const made: Record<string, GraphInput> = {};
  for (const [name, { kind, encoder, columns }] of Object.entries(description.inputs)) {
    if (kind === 'ngrams') made[name] = ngramCounts(texts, columns!);
    if (kind !== 'ids' && kind !== 'mask') continue;
    const { tokenizer } = description.encoders[encoder!]!;
    const rows = texts.map(tokenize(files, tokenizer));
    made[name] =
      kind === 'ids'
        ? padded(rows, tokenizer.padId)
        : padded(
            rows.map((row) => row.map(() => 1)),
            0,
          );
  }
  return made;
}

function tokenize(
  files: readonly ExportedFile[],
  { kind, file, reserved, maxTokens, prefix = '', lowerCase }: TokenizerFacts,
): (text: string) => number[] {
  if (kind === 'tokenizer.json') {
    const tokenizer = new PreTrainedTokenizer(jsonOf(files, file), {});
    return (text) => {
      const whole = (prefix + text).trim();
      const ids = tokenizer.encode(lowerCase ? whole.toLowerCase() : whole);
      // One special token before and one after.
      return ids.length <= maxTokens! ? ids : [...ids.slice(0, maxTokens! - 1), ids.at(-1)!];
    };
  }
  if (file === 'use-lite-vocabulary.json') {
    const split = createUnigram({
      vocabulary: jsonOf<[string, number][]>(files, file),
      reserved: reserved!,
      unknownScore: 0,
      unknownId: 0,
      zeroMeansUnreached: true,
      unknownOnlyWithoutMatch: true,
    });
    return (text) => {
      const normalised = text.normalize('NFKC');
      return normalised === '' ? [] : split(`▁${normalised.replaceAll(' ', '▁')}`).slice(0, maxTokens);
    };
  }
  const { vocab } = jsonOf<{ model: { vocab: [string, number][] } }>(files, file).model;
  const unknownScore = Math.min(...vocab.map(([, score]) => score)) - 10;
  const split = createUnigram({
    vocabulary: vocab,
    reserved: 1,
    unknownScore,
    unknownId: 0,
    zeroMeansUnreached: false,
    unknownOnlyWithoutMatch: false,
  });
  return (text) => {
    const normalised = text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim().replaceAll('▁', ' ');
    return normalised === '' ? [] : normalised.split(' ').flatMap((word) => split(`▁${word}`));
  };
}

function padded(rows: readonly (readonly number[])[], fill: number): GraphInput {
  const width = Math.max(1, ...rows.map(({ length }) => length));
  return {
    type: 'int64',
    width,
    data: rows.flatMap((row) => [...row, ...new Array<number>(width - row.length).fill(fill)]),
  };
}

function ngramCounts(texts: readonly string[], columns: readonly string[]): GraphInput {
  const data = texts.flatMap((text) => {
    const counts = new Map<string, number>();
    for (const gram of ngrams(text)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
    return columns.map((gram) => counts.get(gram) ?? 0);
  });
  return { type: 'float32', width: columns.length, data };
}
