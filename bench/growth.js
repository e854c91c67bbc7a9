// `npm run bench -- growth`: how the time of an answer and the memory grow with labels, examples, tasks of a space, and spaces. Each
// size is a store of its own, measured in a fresh process; an exponent is fitted over the sizes (0: flat, 1: linear, 2: quadratic).
//
//   npm run bench -- growth [--size quick|full] [--part labels|examples|tasks|spaces]

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runAlone } from './support/alone.js';
import { runApart } from './support/apart.js';
import { growthGoals } from './support/cost-goals.js';
import { fitExponent } from './support/fit.js';

const PART = new URL('./parts/grown.js', import.meta.url);

/** What grows, and what stays as it is while it does. */
const PARTS = {
  labels: (labels) => ({ spaces: 1, tasks: 1, labels, examples: 500 }),
  examples: (examples) => ({ spaces: 1, tasks: 1, labels: 10, examples }),
  tasks: (tasks) => ({ spaces: 1, tasks, labels: 5, examples: 20 }),
  spaces: (spaces) => ({ spaces, tasks: 1, labels: 5, examples: 20 }),
};
const SIZES = {
  quick: {
    labels: [2, 20, 100, 500],
    examples: [20, 200, 2000, 50_000],
    tasks: [1, 20, 200, 2000],
    spaces: [1, 100, 1000, 10_000],
  },
  full: {
    labels: [2, 5, 10, 20, 50, 100, 200, 500],
    examples: [20, 50, 200, 500, 2000, 5000, 10_000, 20_000, 50_000],
    tasks: [1, 3, 10, 30, 100, 300, 1000, 2000],
    spaces: [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000],
  },
};
/** Costs whose growth is fitted. */
const COSTS = ['answerMs', 'afterTeachingMs', 'teachMs', 'firstMs', 'megabytes'];

/** @returns {Promise<{ figures: object[] }>} */
export async function run({ size = 'quick', part = null, say = console.log } = {}) {
  const figures = [];
  for (const [name, storeOf] of Object.entries(PARTS)) {
    if (part !== null && part !== name) continue;
    const rows = [];
    for (const count of SIZES[size][name]) {
      const found = await measure(storeOf(count));
      rows.push({ part: name, what: 'point', at: `${count} ${name}`, size: count, ...rounded(found) });
      say(`${name} ${count}: ${describe(rows.at(-1))}`);
    }
    figures.push(...rows, ...COSTS.map((cost) => growthOf(name, cost, rows, say)));
  }
  return { figures: [...figures, ...growthGoals(figures)] };
}

async function measure(size) {
  const home = mkdtempSync(path.join(tmpdir(), 'handful-growth-'));
  const store = path.join(home, 'handful.sqlite');
  try {
    await runApart(PART, { fill: size, store });
    return await runApart(PART, { size, store }, { nodeArgs: ['--expose-gc'] });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function growthOf(name, cost, rows, say) {
  const { exponent, low, high, points } = fitExponent(rows.map((row) => [row.size, row[cost]]));
  const growth = { part: name, what: 'growth', cost, ...rounded({ exponent, low, high }, 3), points };
  say(`${name}, ${cost}: exponent ${growth.exponent} (${growth.low} to ${growth.high})`);
  return growth;
}

const describe = (row) =>
  Object.entries(row)
    .filter(([key]) => !['part', 'what', 'at', 'size'].includes(key))
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');

const rounded = (row, digits = 2) =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, value === null ? null : Number(value.toFixed(digits))]),
  );

/** The command line. */
export const main = () => runAlone('growth', run, Object.keys(PARTS));
