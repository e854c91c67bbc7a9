// `npm run bench -- compare A.json B.json`: what changed from A to B beyond noise. Rows match where everything but the measured
// columns is equal; draws of one figure are compared in pairs. Exits with 0, whatever changed.
import { parseArgs } from 'node:util';
import { refuse } from './support/arguments.js';
import { readResults } from './support/results.js';
import { groupBy, table } from './support/rows.js';
import { beyondNoise, pairedDifference, shareNoise } from './support/statistics.js';

/** Numbers that say what was measured, not how it came out. */
const CONDITIONS = new Set([
  ...['shots', 'seed', 'texts', 'examples', 'labels', 'classes', 'tasks', 'spaces', 'bin', 'batch', 'rounds', 'steps'],
  ...['budgetSeconds', 'insideTexts', 'outsideTexts', 'questions', 'toRefuse', 'starts', 'draws', 'bound', 'aim'],
]);
/** Words that came out, too: they may differ between rows that match. */
const OUTCOMES = new Set([
  'answeredBy',
  'chosen',
  'best',
  'holder',
  'note',
  'version',
  'reached',
  'failed',
  'backend',
  'device',
]);
/** Shares of texts, whose noise is known from a single draw. */
const SHARES = new Set(['accuracy']);
/** Pictures are drawn of these; single points of them mean nothing alone. */
const SKIPPED = new Set(['reliability', 'scope-curve', 'goal']);

/**
 * A change a figure: its conditions in words, the column, both means, the difference with its interval (null where it was drawn
 * once and nothing tells the noise), and whether that is beyond noise.
 * @param {import('./support/results.js').Results} before
 * @param {import('./support/results.js').Results} after
 */
export function compareResults(before, after) {
  const old = new Map(measured(before).map((row) => [conditionsOf(row), row]));
  const pairs = measured(after).flatMap((row) => {
    const match = old.get(conditionsOf(row));
    return match === undefined ? [] : [{ before: match, after: row }];
  });
  const figures = groupBy(pairs, ({ after: row }) => conditionsOf(row, ['seed', 'draw']));
  const changes = [...figures.values()].flatMap((group) => columnsOf(group).map((column) => changeOf(group, column)));
  return { changes, matched: pairs.length, before: old.size, after: measured(after).length };
}

const measured = ({ figures }) => figures.filter(({ part, failed }) => !SKIPPED.has(part) && failed === undefined);

const isOutcome = ([column, value]) =>
  typeof value === 'number' ? !CONDITIONS.has(column) : OUTCOMES.has(column) || typeof value !== 'string';

function conditionsOf(row, without = []) {
  const conditions = Object.entries(row).filter((entry) => !isOutcome(entry) && !without.includes(entry[0]));
  return conditions.map(([column, value]) => (typeof value === 'number' ? `${column} ${value}` : value)).join(', ');
}

const columnsOf = (group) =>
  Object.entries(group[0].after)
    .filter((entry) => isOutcome(entry) && typeof entry[1] === 'number')
    .map(([column]) => column)
    .filter((column) =>
      group.every(({ before, after }) => typeof before[column] === 'number' && typeof after[column] === 'number'),
    );

function changeOf(group, column) {
  const was = group.map(({ before }) => before[column]);
  const is = group.map(({ after }) => after[column]);
  const difference = pairedDifference(was, is);
  const { texts } = group[0].after;
  const isKnown = group.length === 1 && SHARES.has(column) && typeof texts === 'number';
  const half = isKnown ? shareNoise(was[0], is[0], texts) : null;
  const interval =
    half === null ? difference : { ...difference, low: difference.mean - half, high: difference.mean + half };
  const figure = conditionsOf(group[0].after, ['seed', 'draw']);
  const [from, to] = [was, is].map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  return { figure, column, from, to, ...interval, beyond: beyondNoise(interval) };
}

/** The command line. */
export async function main() {
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  if (positionals.length !== 2) refuse('Expected two files of results: npm run bench -- compare A.json B.json');
  const [before, after] = positionals.map((file) => {
    try {
      return readResults(file);
    } catch (error) {
      return refuse(error.message);
    }
  });
  const { changes, ...counts } = compareResults(before, after);
  console.log(
    `A: ${before.kind} of ${before.date}, commit ${before.commit}; B: ${after.kind} of ${after.date}, commit ${after.commit}`,
  );
  if (before.machine.cpu !== after.machine.cpu) console.log('Different machines: times and speeds do not compare.');
  console.log(
    `${counts.matched} rows match (A has ${counts.before}, B has ${counts.after}); load at start ${before.load.start[0]} and ${after.load.start[0]}`,
  );
  const beyond = changes.filter((change) => change.beyond);
  const number = (value) => (value === null ? '–' : Number(value.toPrecision(4)).toString());
  const lines = beyond.map(({ figure, column, from, to, mean, low, high, draws }) => [
    figure,
    column,
    number(from),
    number(to),
    `${number(mean)} [${number(low)}, ${number(high)}]`,
    String(draws),
  ]);
  console.log(
    lines.length === 0
      ? 'Nothing changed beyond noise.'
      : table([['figure', 'column', 'A', 'B', 'difference', 'draws'], ...lines]),
  );
  const untold = changes.filter(({ low, mean }) => low === null && mean !== 0).length;
  if (untold > 0) console.log(`${untold} figures differ but were measured once each: run more draws to tell.`);
}
