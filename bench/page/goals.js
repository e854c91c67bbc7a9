// Goals beside what was measured, the same words for every unit.

import { number, percent, table } from './markdown.js';

const REACHED = { aim: 'yes, the aim too', bound: 'yes', no: '**no**' };

/** @param {readonly import('../support/results.js').Results[]} all newest first */
export function goalsSection(all) {
  const seen = new Set();
  const rows = all.flatMap(({ figures, kind, size }) =>
    figures
      .filter(({ part, goal }) => part === 'goal' && !seen.has(goal))
      .map((row) => {
        seen.add(row.goal);
        return { ...row, from: `${kind}, ${size}` };
      }),
  );
  if (rows.length === 0) return [];
  const short = rows.filter(({ reached }) => reached === 'no');
  return [
    '## Goals beside what was measured',
    table(
      ['what', 'bound', 'aim', 'measured', 'draws', 'reached', 'from'],
      rows.map((row) => [
        `${row.goal}${row.ladder === undefined || row.ladder === 'auto' ? '' : ` (methods: ${row.ladder})`}`,
        `${row.direction} ${value(row, row.bound)}`,
        value(row, row.aim),
        row.low === null || row.low === undefined
          ? value(row, row.value)
          : `${value(row, row.value)} (${value(row, row.low)} to ${value(row, row.high)})`,
        row.draws ?? 1,
        REACHED[row.reached],
        row.from,
      ]),
    ),
    `${rows.length - short.length} of ${rows.length} goals with a figure are reached.${short.length === 0 ? '' : ` Short of its bound: ${short.map(({ goal }) => goal).join('; ')}.`}`,
  ];
}

function value({ unit = 'share' }, amount) {
  if (unit === 'share') return percent(amount);
  if (unit === '×') return `${number(amount)} ×`;
  if (unit === 'exponent') return number(amount);
  return unit === 'count' ? number(amount) : `${number(amount)} ${unit}`;
}
