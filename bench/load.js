// `npm run bench -- load`: the bot under load, without a face: people who ask (and teach, and ask about concepts) as fast as they are
// answered, while it is idle, while it trains, while trainings swap, and over a thousand promotions and rollbacks.
//
//   npm run bench -- load [--size quick|full]

import { runAlone } from './support/alone.js';
import { runApart } from './support/apart.js';
import { loadGoals } from './support/cost-goals.js';

const SIZES = {
  quick: { seconds: 6, clients: [1, 8], swaps: 1000 },
  full: { seconds: 30, clients: [1, 4, 8, 16, 32], swaps: 3000 },
};

/** @returns {Promise<{ figures: object[] }>} */
export async function run({ size = 'quick', say = console.log } = {}) {
  const file = new URL('./parts/load.js', import.meta.url);
  const measured = await runApart(file, SIZES[size], { nodeArgs: ['--expose-gc'] });
  const figures = measured.map((row) => ({ part: 'load', ...row }));
  for (const row of figures)
    say(
      Object.entries(row)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    );
  return { figures: [...figures, ...loadGoals(figures)] };
}

/** The command line. */
export const main = () => runAlone('load', run, []);
