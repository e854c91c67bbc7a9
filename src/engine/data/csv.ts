// Tables with a separator (CSV, TSV and Excel's semicolons; RFC 4180 quoting) → rows.

import { pipeline, Readable } from 'node:stream';
import { type Info, type Options, parse } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { UserError } from '../errors.js';
import { quote } from './clean.js';
import { type Columns, commonWidth, findColumns } from './columns.js';
import { undefuse } from './formula.js';
import type { RawRow } from './row.js';

/** Records that are looked at to tell separator and columns. */
const LOOKED_AT = 50;

/** Line breaks are `\n` already; stray quotes are text; a record with too many or too few cells is a problem of that row only. */
const READING: Options = {
  bom: false,
  record_delimiter: '\n',
  relax_quotes: true,
  relax_column_count: true,
  skip_records_with_error: true,
};

export interface CsvLayout {
  readonly delimiter: string;
  readonly columns: Columns;
}

interface LayoutOptions {
  readonly fileName: string;
  readonly delimiters: readonly string[];
  readonly knownLabels: readonly string[];
}

/**
 * The separator and the columns of a table by its beginning. The separators are tried in the given order; one whose header names
 * the columns wins, else the one that splits most records in two. Throws a UserError `bad-file` when the columns cannot be told.
 */
export function findLayout(head: string, options: LayoutOptions): CsvLayout {
  const { fileName, delimiters, knownLabels } = options;
  let best: (CsvLayout & { score: number }) | null = null;
  for (const delimiter of delimiters) {
    const records = firstRecords(head, delimiter);
    const columns = findColumns(records, knownLabels);
    if (columns === null) continue;
    const score = columns.hasHeader
      ? Number.MAX_VALUE
      : records.filter(({ length }) => length === columns.width).length;
    if (best === null || score > best.score) best = { delimiter, columns, score };
  }
  if (best !== null) return best;
  const records = firstRecords(head, delimiters[0]!);
  throw unknownColumns(fileName, records);
}

/** The rows of a table; header and blank lines are left out. */
export async function* readCsv(pieces: AsyncIterable<string>, layout: CsvLayout): AsyncGenerator<RawRow> {
  const { delimiter, columns } = layout;
  const skipped: unknown[] = [];
  const parser = parse({ ...READING, delimiter, info: true, on_skip: (error) => void skipped.push(error) });
  // One piece at a time: pieces that were read ahead would be parsed in one go. Errors of the source come out of the loop below.
  pipeline(Readable.from(pieces, { highWaterMark: 1 }), parser, () => {});
  let line = 1;
  let isHeader = columns.hasHeader;
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    const lines = info.lines - line + 1;
    if (!isBlank(record)) {
      if (!isHeader) yield toRow(record, { line, lines, columns });
      isHeader = false;
    }
    line += lines;
  }
  if (skipped.length > 0) {
    yield {
      line,
      expected: 'a closing quote',
      found: 'none before the end of the file: nothing from here on was read',
    };
  }
}

function toRow(
  record: readonly string[],
  { line, lines, columns }: { line: number; lines: number; columns: Columns },
): RawRow {
  if (record.length !== columns.width) {
    const reason =
      lines > 1 ? ` (a quote may be open: the row ends in line ${line + lines - 1})` : separatorHint(record, columns);
    return { line, expected: count(columns.width), found: `${record.length}${reason}` };
  }
  return {
    line,
    text: undefuse(record[columns.text]!),
    label: columns.label === null ? null : undefuse(record[columns.label]!),
  };
}

const separatorHint = (record: readonly string[], { width }: Columns): string =>
  record.length > width ? ' (put a text that holds the separator in double quotes)' : '';

const count = (columns: number): string => (columns === 1 ? '1 column' : `${columns} columns`);

function firstRecords(head: string, delimiter: string): string[][] {
  const records = parseAtOnce(head, { ...READING, delimiter, to: LOOKED_AT, info: false }) as string[][];
  return records.filter((record) => !isBlank(record));
}

const isBlank = (record: readonly string[]): boolean => record.length === 1 && record[0]!.trim() === '';

function unknownColumns(fileName: string, records: readonly (readonly string[])[]): UserError {
  const width = commonWidth(records);
  const index = records.findIndex(({ length }) => length === width);
  const cells = (records[index] ?? []).slice(0, 3).map((cell) => quote(cell));
  const help = width > 2 ? 'with a header that names them' : 'in any order, a header helps';
  const found = `${count(width)} in row ${index + 1}: ${cells.join(', ')}${width > 3 ? ', …' : ''}`;
  return new UserError('bad-file', `${fileName}: expected the columns text and label (${help}), found ${found}.`);
}
