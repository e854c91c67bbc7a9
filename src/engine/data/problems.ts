// The problems of an imported file in a few lines that fit a chat message.

import type { RowProblem } from './row.js';

const LINES_AT_MOST = 10;

/**
 * How many rows of the file could not be read, the first problems in full (3 unless told) and the lines of the others; an empty
 * string when there are none.
 */
export function summariseProblems(
  fileName: string,
  problems: readonly RowProblem[],
  { inFull = 3 }: { inFull?: number } = {},
): string {
  if (problems.length === 0) return '';
  const count = problems.length === 1 ? '1 row' : `${problems.length} rows`;
  const shown = problems.slice(0, inFull).map(({ message }) => message);
  const others = problems.slice(inFull).map(({ line }) => line);
  if (others.length > 0) {
    const lines = others.slice(0, LINES_AT_MOST).join(', ') + (others.length > LINES_AT_MOST ? ', …' : '');
    shown.push(`and ${others.length} more (${others.length === 1 ? 'line' : 'lines'} ${lines})`);
  }
  return [`${fileName}: ${count} could not be read.`, ...shown].join('\n');
}
