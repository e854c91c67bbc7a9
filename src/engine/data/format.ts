// Files of examples → rows. The format is told by the content first (JSON is unmistakable), then by the name.

import { UserError } from '../errors.js';
import { findLayout, readCsv } from './csv.js';
import { decodeFile, type FileSource } from './decode.js';
import { readJsonl } from './jsonl.js';
import { MAX_EXAMPLES } from './limits.js';
import { createRowReader, type ImportedRow, type RawRow, type RowProblem, refuseDoubleLabels } from './row.js';

export type FileFormat = 'csv' | 'tsv' | 'jsonl';

export interface ImportOptions {
  /** As people know the file: stands in messages; its extension helps to tell the format. */
  readonly fileName: string;
  /** Labels of the task: other labels become problems with a suggestion. Without them every label is taken. */
  readonly knownLabels?: readonly string[];
}

export interface ImportResult {
  readonly format: FileFormat;
  /** In the order of the file; texts and labels are clean. Duplicates are still there. */
  readonly rows: readonly ImportedRow[];
  /** Rows that could not be read, in the order of the file. */
  readonly problems: readonly RowProblem[];
}

/** Characters that are looked at to tell format, separator and columns. */
const HEAD_LENGTH = 32 * 1024;

/** Separators in the order of trying. */
const DELIMITERS = { csv: [',', ';', '\t'], tsv: ['\t', ',', ';'] } as const;

/**
 * Reads a file of examples: CSV, TSV (also with semicolons) or JSONL. A bad row becomes a problem and never stops the
 * others. Throws a UserError `bad-file` (empty, binary, not UTF-8, columns that cannot be told, no such file) or `limit`
 * (over MAX_FILE_BYTES, over MAX_EXAMPLES rows). Yields to the event loop after every 16 KiB.
 */
export async function importExamples(source: FileSource, options: ImportOptions): Promise<ImportResult> {
  const { fileName, knownLabels = null } = options;
  const { head, pieces } = await lookAhead(decodeFile(source, fileName));
  if (head.trim() === '') throw new UserError('bad-file', `${fileName}: expected examples, found an empty file.`);
  const format = detectFormat(fileName, head);
  const { rows, problems } = await readRows(openRows(pieces, { head, format, fileName, knownLabels }), options);
  if (rows.length === 0 && problems.length === 0) {
    throw new UserError('bad-file', `${fileName}: expected examples, found a header and nothing below it.`);
  }
  if (knownLabels !== null) return { format, rows, problems };
  const checked = refuseDoubleLabels(rows);
  const all = [...problems, ...checked.problems].sort((a, b) => a.line - b.line);
  return { format, rows: checked.rows, problems: all };
}

/** The format of a file: JSONL when it begins like JSON; else what its name says; else TSV when its first line has a tab, else CSV. */
export function detectFormat(fileName: string, head: string): FileFormat {
  const start = head.trimStart();
  const extension = /\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  if (/^\{\s*("|\})/.test(start) || ['jsonl', 'ndjson'].includes(extension)) return 'jsonl';
  if (/^\[\s*[{[\]]/.test(start) || extension === 'json') {
    throw new UserError(
      'bad-file',
      `${fileName}: expected JSONL, one {"text": "…", "label": "…"} a line, found other JSON. Put each object on a line of its own.`,
    );
  }
  if (extension === 'csv') return 'csv';
  if (extension === 'tsv' || extension === 'tab') return 'tsv';
  return start.split('\n', 1)[0]!.includes('\t') ? 'tsv' : 'csv';
}

function openRows(
  pieces: AsyncIterable<string>,
  options: { head: string; format: FileFormat; fileName: string; knownLabels: readonly string[] | null },
): AsyncIterable<RawRow> {
  const { head, format, fileName } = options;
  if (format === 'jsonl') return readJsonl(pieces);
  const knownLabels = options.knownLabels ?? [];
  return readCsv(pieces, findLayout(head, { fileName, delimiters: DELIMITERS[format], knownLabels }));
}

async function readRows(raw: AsyncIterable<RawRow>, { fileName, knownLabels }: ImportOptions) {
  const read = createRowReader(knownLabels ?? null);
  const rows: ImportedRow[] = [];
  const problems: RowProblem[] = [];
  for await (const cells of raw) {
    const row = read(cells);
    if ('text' in row) rows.push(row);
    else problems.push(row);
    if (rows.length + problems.length > MAX_EXAMPLES) {
      throw new UserError('limit', `${fileName}: expected at most ${MAX_EXAMPLES} rows, found more. Split the file.`);
    }
  }
  return { rows, problems };
}

/** The beginning of a text, and the whole of it again. */
async function lookAhead(pieces: AsyncGenerator<string>): Promise<{ head: string; pieces: AsyncIterable<string> }> {
  let head = '';
  while (head.length < HEAD_LENGTH) {
    const next = await pieces.next();
    if (next.done) break;
    head += next.value;
  }
  async function* whole(): AsyncGenerator<string> {
    yield head;
    yield* pieces;
  }
  return { head, pieces: whole() };
}
