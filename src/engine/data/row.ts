// One row of an imported file: its cells → a text with its label, or a problem in words.

import { isUserError } from '../errors.js';
import { cleanLabel, cleanText, quote } from './clean.js';
import { indexNames, listNames, suggest } from './labels.js';

export interface ImportedRow {
  /** Where the row begins in the file, counted from 1; quoted line breaks make it differ from the number of the row. */
  readonly line: number;
  readonly text: string;
  /** null: the row has no label. */
  readonly label: string | null;
}

export interface RowProblem {
  /** Where the row begins in the file, counted from 1. */
  readonly line: number;
  readonly expected: string;
  readonly found: string;
  /** The whole sentence, beginning with the line: `line 23: "refnd" is not a label here, did you mean refund?` */
  readonly message: string;
}

/** A row as a file format hands it on: cells as they stand, or why there are none. */
export type RawRow =
  | { readonly line: number; readonly text: string; readonly label: string | null }
  | { readonly line: number; readonly expected: string; readonly found: string };

/** Signs between two labels in one cell. */
const BETWEEN_LABELS = /[,;|，；、\n]/u;

/** Looking for the nearest label takes time; a file with more wrong labels than this has another mistake. */
const MAX_SUGGESTIONS = 200;

export type RowReader = (raw: RawRow) => ImportedRow | RowProblem;

/**
 * Reads rows against the labels of a task (null: every label will do). Labels match in any case and width and come out as the
 * task writes them. Texts and labels come out clean (see `cleanText`, `cleanLabel`).
 */
export function createRowReader(knownLabels: readonly string[] | null): RowReader {
  const find = knownLabels === null ? (name: string) => name : indexNames(knownLabels);
  const read = new Map<string, string>();
  let suggestions = 0;
  const readLabel = (cell: string, line: number): string | RowProblem => {
    const name = cleanLabel(cell);
    const label = find(name);
    if (label !== null) return label;
    const listed = labelsIn(name, find);
    if (listed > 1) return twoLabels(line, name, listed);
    const labels = knownLabels ?? [];
    return unknownLabel(line, {
      name,
      labels,
      suggestion: suggestions++ < MAX_SUGGESTIONS ? suggest(name, labels) : null,
    });
  };
  return (raw) => {
    const { line } = raw;
    if ('found' in raw) return problem(line, raw.expected, raw.found);
    try {
      const text = cleanText(raw.text);
      if (raw.label === null || raw.label.trim() === '') return { line, text, label: null };
      const label = read.get(raw.label) ?? readLabel(raw.label, line);
      if (typeof label !== 'string') return label;
      read.set(raw.label, label);
      return { line, text, label };
    } catch (error) {
      if (!isUserError(error)) throw error;
      const { expected, found } = error.details as { expected: string; found: string };
      return problem(line, expected, found);
    }
  };
}

/**
 * Without known labels, a cell such as `billing; bug` looks like any other label. Once all rows are read it is known that
 * `billing` and `bug` are labels of this file: such rows are problems.
 */
export function refuseDoubleLabels(rows: readonly ImportedRow[]): { rows: ImportedRow[]; problems: RowProblem[] } {
  const labels = [...new Set(rows.flatMap(({ label }) => label ?? []))];
  const find = indexNames(labels);
  const double = new Map(
    labels.map((label) => [label, labelsIn(label, find)] as const).filter(([, count]) => count > 1),
  );
  const isDouble = ({ label }: ImportedRow): boolean => label !== null && double.has(label);
  return {
    rows: rows.filter((row) => !isDouble(row)),
    problems: rows.filter(isDouble).map(({ line, label }) => twoLabels(line, label!, double.get(label!)!)),
  };
}

export const problem = (line: number, expected: string, found: string): RowProblem => ({
  line,
  expected,
  found,
  message: `line ${line}: expected ${expected}, found ${found}`,
});

function unknownLabel(
  line: number,
  { name, labels, suggestion }: { name: string; labels: readonly string[]; suggestion: string | null },
): RowProblem {
  const help = suggestion === null ? `the labels are ${listNames(labels)}` : `did you mean ${suggestion}?`;
  return {
    line,
    expected: `one of the labels ${listNames(labels)}`,
    found: quote(name),
    message: `line ${line}: ${quote(name)} is not a label here, ${help}`,
  };
}

const twoLabels = (line: number, cell: string, count: number): RowProblem =>
  problem(line, 'one label', `${count} in ${quote(cell)}`);

/** How many labels a cell lists, when it lists labels and nothing else; else 0. */
function labelsIn(cell: string, find: (name: string) => string | null): number {
  const parts = cell.split(BETWEEN_LABELS).filter((part) => part.trim() !== '');
  return parts.length > 1 && parts.every((part) => find(part.trim()) !== null) ? parts.length : 0;
}
