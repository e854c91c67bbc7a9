// All of the benchmark, one measurement after another, each into a file of bench/results: `npm run bench -- quick` and `-- full`.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from '../scripts/build.js';
import { writeResults } from './support/results.js';

/** Kinds of results in the order of measuring; what is not here is left out. */
const KINDS = ['quality', 'peers', 'speed', 'growth', 'load'];

/** @param {'quick' | 'full'} size */
export async function runAll(size) {
  await build();
  for (const kind of KINDS) {
    if (!existsSync(fileURLToPath(new URL(`./${kind}.js`, import.meta.url)))) continue;
    const { run } = await import(`./${kind}.js`);
    const begun = performance.now();
    // A run may take a day: what was measured before it ended is kept.
    const save = (figures) => writeResults(kind, { size, figures, options: { unfinished: true } });
    const { figures, options } = await run({ size, save });
    const file = writeResults(kind, { size, figures, options });
    console.log(
      `${kind}: ${figures.length} rows in ${Math.round((performance.now() - begun) / 1000)} s, written to ${file}`,
    );
    for (const row of figures.filter(({ part }) => part === 'goal')) console.log(`  ${goalLine(row)}`);
  }
}

function goalLine({ goal, direction, bound, aim, value, low, high, draws, reached }) {
  const interval = low === null ? '' : ` [${low}, ${high}]`;
  const verdict = { aim: 'aim reached', bound: 'reached', no: 'not reached' }[reached];
  return `${goal}: ${value}${interval} over ${draws} (${direction} ${bound}, aim ${aim}): ${verdict}`;
}
