// `npm run bench -- peers`: Handful beside what else a TypeScript developer would use, on the same draws and test texts, each in a
// process of its own. The packages are installed in bench/peers once: `npm run bench -- peers --install`.
//
//   npm run bench -- peers [--size quick|full] [--python]          all of it, into bench/results
//   npm run bench -- peers --set trec6 --shots 8 --seeds 3 [--peer nlpjs,fasttext] [--limit SECONDS] [--budget SECONDS] [--test N] [--out FILE.json]
//
// `--python` adds SetFit, logistic regression and LoRA on the MiniLM weights of HANDFUL_BENCH_MODELS (else ../shared/models beside
// the repository), where the Python of HANDFUL_BENCH_PYTHON (else python3) has their packages.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { areInstalled, PEERS_FOLDER } from './peers/packages.js';
import { ADAPTERS, notTried, OWN, runPeer, SCRIPTS } from './peers/run.js';
import { cellsOf, drawsFor } from './quality/plan.js';
import { oneOf, refuse, wholeNumbers } from './support/arguments.js';
import { peerGoals } from './support/goals.js';
import { percentWithin, summarise, table } from './support/rows.js';
import { drawShots, loadSet, setNames } from './support/sets.js';

/** Seconds a peer may take, seconds of Handful's ladder, and what is measured: set, shots, draws. */
const SIZES = {
  quick: {
    most: 300,
    timeLimit: 120,
    budgetSeconds: 60,
    cells: [
      ['support', 10, 1],
      ['support-zh', 10, 1],
      ['fewclue_eprstmt', 10, 1],
      ['trec6', 8, 3],
      ['fewclue_tnews', 10, 1],
      ['banking77', 10, 1],
    ],
  },
  full: {
    most: 2000,
    timeLimit: 3600,
    budgetSeconds: 1800,
    cells: [
      ...['support', 'community', 'support-zh', 'trec6', 'sst2'].map((set) => [set, 8, 3]),
      ...['sms_spam', 'fewclue_eprstmt', 'fewclue_tnews'].map((set) => [set, 10, 3]),
      ...['banking77', 'clinc150'].flatMap((set) => [
        [set, 10, 3],
        [set, 5, 3],
      ]),
    ],
  },
};

/**
 * @param {{
 *   size?: 'quick' | 'full', cells?: readonly { set: string, shots: number, seed: number }[], peers?: readonly string[],
 *   timeLimit?: number, budgetSeconds?: number, most?: number, tell?: (line: string) => void,
 *   save?: (figures: readonly object[]) => void,
 * }} [options]
 */
export async function run({
  size = 'quick',
  cells = SIZES[size].cells.flatMap(([set, shots, draws]) => cellsOf(set, shots, draws)),
  peers = areInstalled() ? ADAPTERS : OWN,
  timeLimit = SIZES[size].timeLimit,
  budgetSeconds = SIZES[size].budgetSeconds,
  most = SIZES[size].most,
  tell = (line) => process.stderr.write(`${line}\n`),
  save = () => {},
} = {}) {
  if (!areInstalled()) tell('The packages of the peers are not installed: run npm run bench -- peers --install.');
  const names = setNames();
  const sets = new Map();
  const figures = [];
  /** Least number of examples with which a peer ran out of time: with more it would too. */
  const late = new Map();
  for (const { set: name, shots, seed } of cells.filter(({ set }) => names.includes(set))) {
    const set = sets.get(name) ?? (await loadSet(name, { most }));
    sets.set(name, set);
    const { examples, draw } = await drawShots(set, shots, seed);
    for (const peer of peers) {
      const limits = { timeLimit, budgetSeconds };
      const row =
        examples.length >= (late.get(peer) ?? Number.POSITIVE_INFINITY)
          ? notTried(
              peer,
              { set, shots, seed, draw, examples },
              `not done in ${timeLimit} s with ${late.get(peer)} examples`,
            )
          : await runPeer(peer, { set, shots, seed, draw, examples }, limits);
      if (row.failed?.startsWith('not done')) late.set(peer, examples.length);
      figures.push(row);
      save([...figures, ...peerGoals(figures)]);
      const result = row.failed ?? `${(100 * row.accuracy).toFixed(1)} %, learned in ${row.trainSeconds} s`;
      tell(`${name}, ${shots} shots, draw ${seed}, ${peer}: ${result}`);
    }
  }
  return { figures: [...figures, ...peerGoals(figures)], options: { timeLimit, budgetSeconds, most } };
}

/** What a run prints. @param {readonly Record<string, any>[]} figures */
export function peerReport(figures) {
  const keys = ['set', 'shots', 'peer'];
  const rows = figures.filter(({ part }) => part === 'peer');
  const keyOf = (row) => keys.map((key) => row[key]).join('|');
  const means = (column) => new Map(summarise(rows, keys, column).map((row) => [keyOf(row), row.mean]));
  const [train, single, batch, memory] = ['trainSeconds', 'singlePerSecond', 'batchPerSecond', 'mostMegabytes'].map(
    means,
  );
  const lines = summarise(rows, keys, 'accuracy').map((row) => {
    const of = (map, digits) => map.get(keyOf(row))?.toFixed(digits) ?? '–';
    const costs = [of(train, 1), of(single, 0), of(batch, 0), of(memory, 0)];
    return [row.set, String(row.shots), row.peer, String(row.draws), percentWithin(row), ...costs];
  });
  const head = [
    'set',
    'shots',
    'peer',
    'draws',
    'accuracy %',
    'training s',
    'texts/s one by one',
    'in batches',
    'most MB',
  ];
  const failed = rows.filter((row) => row.failed !== undefined);
  return [
    ...(lines.length === 0 ? [] : [table([head, ...lines])]),
    ...failed.map(
      ({ set, shots, seed, peer, failed: why }) => `${set}, ${shots} shots, draw ${seed}: ${peer} failed: ${why}`,
    ),
  ];
}

/** The command line. */
export async function main() {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'quick' },
      set: { type: 'string', multiple: true },
      shots: { type: 'string', default: '8' },
      seeds: { type: 'string' },
      peer: { type: 'string' },
      limit: { type: 'string' },
      budget: { type: 'string' },
      test: { type: 'string' },
      python: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  if (values.install) {
    const { status } = spawnSync('npm', ['ci'], { cwd: PEERS_FOLDER, stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
    return;
  }
  const size = oneOf('size', values.size, Object.keys(SIZES));
  const known = [...ADAPTERS, ...SCRIPTS];
  const asked = values.peer?.split(',').map((peer) => oneOf('peer', peer, known));
  if (!areInstalled() && asked?.some((peer) => !OWN.includes(peer) && !SCRIPTS.includes(peer))) {
    refuse('The packages of the peers are not installed: run npm run bench -- peers --install.');
  }
  const { writeResults } = await import('./support/results.js');
  const { build } = await import('../scripts/build.js');
  await build();
  const usual = areInstalled() ? ADAPTERS : OWN;
  const shots = wholeNumbers('shots', values.shots);
  const draws = (k) => (values.seeds === undefined ? drawsFor(k) : wholeNumbers('seeds', values.seeds)[0]);
  const names = values.set?.flatMap((name) => name.split(','));
  for (const name of names ?? []) oneOf('set', name, setNames());
  const cells = names?.flatMap((name) => shots.flatMap((k) => cellsOf(name, k, draws(k))));
  const isWhole = cells === undefined && asked === undefined;
  const where = values.out === undefined ? {} : { file: values.out };
  const keep = (figures, options) =>
    isWhole || values.out !== undefined ? writeResults('peers', { size, figures, options }, where) : null;
  const { figures, options } = await run({
    size,
    ...(cells === undefined ? {} : { cells }),
    peers: asked ?? [...usual, ...(values.python ? SCRIPTS : [])],
    ...(values.limit === undefined ? {} : { timeLimit: wholeNumbers('limit', values.limit)[0] }),
    ...(values.budget === undefined ? {} : { budgetSeconds: wholeNumbers('budget', values.budget)[0] }),
    ...(values.test === undefined ? {} : { most: wholeNumbers('test', values.test)[0] }),
    save: (sofar) => keep(sofar, { unfinished: true }),
  });
  for (const text of peerReport(figures)) console.log(`\n${text}`);
  const file = keep(figures, options);
  if (file !== null) console.log(`\nwritten to ${file}`);
}
