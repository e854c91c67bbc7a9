// Examples → files that `importExamples` reads back exactly. JSONL is for programs; CSV and TSV are for people and spreadsheets:
// there a cell that a spreadsheet would run as a formula gets an apostrophe in front (see formula.ts).

import { stringify } from 'csv-stringify/sync';
import { defuse } from './formula.js';

/** An example of a file; label null: unlabelled, an empty cell. */
export interface ExportedExample {
  readonly text: string;
  readonly label: string | null;
}

/** CSV with a header; with a byte order mark when there is more than ASCII, since Excel would take it for another encoding. */
export function toCsv(examples: readonly ExportedExample[]): string {
  const csv = toTable(examples, ',');
  return /^[\u0000-\u007f]*$/.test(csv) ? csv : `\ufeff${csv}`;
}

/** Tab-separated with a header. */
export const toTsv = (examples: readonly ExportedExample[]): string => toTable(examples, '\t');

/** One JSON object a line, keys `text` and `label`. */
export const toJsonl = (examples: readonly ExportedExample[]): string =>
  examples.map(({ text, label }) => `${JSON.stringify({ text, label })}\n`).join('');

const toTable = (examples: readonly ExportedExample[], delimiter: string): string =>
  stringify(
    examples.map(({ text, label }) => [defuse(text), label === null ? '' : defuse(label)]),
    { delimiter, header: true, columns: ['text', 'label'], record_delimiter: '\n' },
  );
