// Flat rows by what they share.

import { summary } from './statistics.js';

/**
 * Rows in groups, in the order in which the groups appear.
 * @template T
 * @param {readonly T[]} rows
 * @param {(row: T) => string} keyOf
 * @returns {Map<string, T[]>}
 */
export function groupBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/**
 * A column over the draws of each group: mean, interval and number of draws.
 * @param {readonly Record<string, any>[]} rows
 * @param {readonly string[]} keys columns that name a group
 * @param {string} column
 */
export function summarise(rows, keys, column) {
  const measured = rows.filter((row) => typeof row[column] === 'number');
  return [...groupBy(measured, (row) => JSON.stringify(keys.map((key) => row[key])))].map(([key, group]) => ({
    ...Object.fromEntries(JSON.parse(key).map((value, i) => [keys[i], value])),
    ...summary(group.map((row) => row[column])),
  }));
}

/** A table with aligned columns for a terminal. @param {readonly (readonly string[])[]} lines */
export function table(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const percent = (share) => (share === null || share === undefined ? '–' : (100 * share).toFixed(1));

/** `71.3 [68.0, 74.6]`, in per cent; without an interval only the mean. */
export const percentWithin = ({ mean, low, high }) =>
  low === null ? percent(mean) : `${percent(mean)} [${percent(low)}, ${percent(high)}]`;
