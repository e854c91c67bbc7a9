// tf-idf of word and character n-grams, fitted on the shots of one task (Spärck Jones, 1972). Sparse: a row has about a
// hundred of some ten thousand columns.

import { ngrams } from './ngrams.js';

/** Compressed sparse rows: row r holds entries offsets[r] … offsets[r + 1]. */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

export interface Lexicon {
  /** Column by n-gram. */
  readonly columns: ReadonlyMap<string, number>;
  /** Inverse document frequency by column. */
  readonly idf: Float32Array;
}

const MAX_COLUMNS = 50_000;

/** Learns columns and idf = ln((1 + n) / (1 + df)) + 1 from the shots; of too many n-grams those of most texts are kept. */
export function fitLexicon(texts: readonly string[], maxColumns = MAX_COLUMNS): Lexicon {
  const documents = new Map<string, number>();
  for (const text of texts)
    for (const gram of new Set(ngrams(text))) documents.set(gram, (documents.get(gram) ?? 0) + 1);
  let kept = [...documents];
  const most = Math.min(maxColumns, MAX_COLUMNS);
  if (kept.length > most) kept = kept.sort((a, b) => b[1] - a[1]).slice(0, most);
  return {
    columns: new Map(kept.map(([gram], column) => [gram, column])),
    idf: Float32Array.from(kept, ([, count]) => Math.log((1 + texts.length) / (1 + count)) + 1),
  };
}

/** Rows of the given length, (1 + ln count) · idf; n-grams that the lexicon does not hold are left out. */
export function lexicalRows(texts: readonly string[], { columns, idf }: Lexicon, length = 1): SparseRows {
  const offsets = new Int32Array(texts.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    const counts = new Map<number, number>();
    for (const gram of ngrams(text)) {
      const column = columns.get(gram);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    let square = 0;
    const start = values.length;
    for (const [column, count] of counts) {
      const value = (1 + Math.log(count)) * idf[column]!;
      indices.push(column);
      values.push(value);
      square += value * value;
    }
    const inverse = square > 0 ? length / Math.sqrt(square) : 0;
    for (let i = start; i < values.length; i++) values[i]! *= inverse;
    offsets[row + 1] = values.length;
  });
  return {
    rows: texts.length,
    columns: idf.length,
    offsets,
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
  };
}
