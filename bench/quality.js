// `npm run bench -- quality`: how good the answers are, decided on a handful of examples and scored on a test part: accuracy,
// macro-F1, log-loss and calibration by method, learning curves, wrong and rare labels, out of scope, the gate, concept questions.
//
//   npm run bench -- quality [--size quick|full]                                        all of it, into bench/results
//   npm run bench -- quality --set banking77 --shots 10 --method lora --seeds 3         one figure (shots and methods: with commas)
//   … [--variant noise-20] [--encoder FOLDER|HUB-ID] [--budget SECONDS] [--test N] [--out FILE.json]
import { parseArgs } from 'node:util';
import { conceptFigures } from './quality/concepts.js';
import { gateFigures } from './quality/gate.js';
import { measureCell, VARIANT_NAMES } from './quality/measure.js';
import { cellsOf, drawsFor, planOf, SIZES } from './quality/plan.js';
import { qualityReport } from './quality/report.js';
import { oneOf, wholeNumbers } from './support/arguments.js';
import { qualityGoals } from './support/goals.js';
import { loadSet, setNames } from './support/sets.js';

/**
 * Measures the cells, one after another; `save` gets what there is after each.
 * @param {{
 *   size?: 'quick' | 'full', cells?: ReturnType<typeof planOf>,
 *   encoder?: string, budgetSeconds?: number, most?: number, concepts?: boolean,
 *   tell?: (line: string) => void, save?: (figures: readonly object[]) => void,
 * }} [options]
 */
export async function run({
  size = 'quick',
  cells = planOf(size, setNames()),
  encoder = 'embedded',
  budgetSeconds = SIZES[size].budgetSeconds,
  most = SIZES[size].most,
  concepts = true,
  tell = (line) => process.stderr.write(`${line}\n`),
  save = () => {},
} = {}) {
  const { createEngine } = await import('../dist/engine/index.js');
  const engine = createEngine({ encoder, backend: 'auto' });
  const sets = new Map();
  const figures = [];
  const derived = () => {
    const rows = [...figures, ...gateFigures(figures)];
    return [...rows, ...qualityGoals(rows)];
  };
  try {
    if (concepts) figures.push(...(await conceptFigures(engine)));
    for (const [i, cell] of cells.entries()) {
      const set = sets.get(cell.set) ?? (await loadSet(cell.set, { most }));
      sets.set(cell.set, set);
      const { rows, left } = await measureCell(engine, { ...cell, set, budgetSeconds, encoder });
      figures.push(...rows);
      save(derived());
      const chosen = rows.find(({ method }) => method === 'chosen');
      tell(
        `${i + 1}/${cells.length} ${cell.set}, ${cell.shots} shots, draw ${cell.seed}, ${cell.variant}: ${chosen.answeredBy} ` +
          `${(100 * chosen.accuracy).toFixed(1)} %, ${chosen.runSeconds} s${left.length > 0 ? ` (not measured: ${left.join(', ')})` : ''}`,
      );
    }
  } finally {
    await engine.close();
  }
  return { figures: derived(), options: { encoder, budgetSeconds, most } };
}

/** The command line. */
export async function main() {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'quick' },
      set: { type: 'string', multiple: true },
      shots: { type: 'string' },
      seeds: { type: 'string' },
      method: { type: 'string', default: 'auto' },
      variant: { type: 'string', default: 'clean' },
      encoder: { type: 'string', default: 'embedded' },
      budget: { type: 'string' },
      test: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const size = oneOf('size', values.size, Object.keys(SIZES));
  const variant = oneOf('variant', values.variant, VARIANT_NAMES);
  const isWhole = values.set === undefined && values.shots === undefined;
  const { writeResults } = await import('./support/results.js');
  const { build } = await import('../scripts/build.js');
  await build();
  const sets = values.set?.flatMap((name) => name.split(',')) ?? setNames();
  const shots = values.shots === undefined ? [8] : wholeNumbers('shots', values.shots);
  const [draws] = values.seeds === undefined ? [null] : wholeNumbers('seeds', values.seeds);
  const methods = values.method === 'auto' ? 'auto' : ['in-context', ...values.method.split(',')];
  const where = values.out === undefined ? {} : { file: values.out };
  const keep = (figures, options) =>
    isWhole || values.out !== undefined ? writeResults('quality', { size, figures, options }, where) : null;
  const { figures, options } = await run({
    size,
    ...(isWhole
      ? {}
      : {
          cells: sets
            .flatMap((set) => shots.flatMap((k) => cellsOf(set, k, draws ?? drawsFor(k), variant)))
            .map((cell) => ({ ...cell, methods })),
        }),
    encoder: values.encoder,
    ...(values.budget === undefined ? {} : { budgetSeconds: wholeNumbers('budget', values.budget)[0] }),
    ...(values.test === undefined ? {} : { most: wholeNumbers('test', values.test)[0] }),
    concepts: isWhole,
    save: (sofar) => keep(sofar, { unfinished: true }),
  });
  for (const text of qualityReport(figures)) console.log(`\n${text}`);
  const file = keep(figures, options);
  if (file !== null) console.log(`\nwritten to ${file}`);
}
