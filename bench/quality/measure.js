// One measurement of quality: a draw of examples through the ladder, decided on those alone; every method and the chosen one are
// then scored on the test part. Works as `handful eval` does, and keeps the predictions for reliability and scope.

import { reliability, round, scoreAnswers } from '../support/scores.js';
import { drawShots } from '../support/sets.js';
import { mislabel, unbalance } from '../support/spoil.js';
import { scopeCurve, scopeFigures } from './scope.js';

/** What may be done to the examples before they are taught. */
const VARIANTS = {
  clean: (examples) => examples,
  'noise-10': (examples, rng) => mislabel(examples, { share: 0.1, rng }),
  'noise-20': (examples, rng) => mislabel(examples, { share: 0.2, rng }),
  'imbalance-10': (examples, rng) => unbalance(examples, { ratio: 10, rng }),
};
export const VARIANT_NAMES = Object.keys(VARIANTS);

/** Accuracy that tasks aim for by default; with `exhaustive` it stops no method from being measured. */
const TARGET = 0.9;

/**
 * @typedef {{
 *   set: import('../support/sets.js').LabelledSet, shots: number, seed: number, variant: string,
 *   methods: 'auto' | readonly string[], budgetSeconds: number, encoder: string,
 * }} Cell
 */

/**
 * Flat rows: `part` accuracy (a row a method, and one named `chosen`), reliability and scope.
 * @param {import('../../src/engine/types.js').Engine} engine
 * @param {Cell} cell
 */
export async function measureCell(engine, { set, shots, seed, variant, methods, budgetSeconds, encoder }) {
  const { createRng } = await import('../../dist/engine/index.js');
  const drawn = await drawShots(set, shots, seed);
  const examples = VARIANTS[variant](drawn.examples, createRng(seed, 'bench', variant));
  const data = { instruction: '', labels: set.labels.map((name) => ({ name })), examples };
  const request = { data, methods, incumbent: 'in-context', target: TARGET, seed, budgetSeconds, exhaustive: true };
  const started = performance.now();
  const { record, checkpoints } = await decide(engine, request);
  const runSeconds = round((performance.now() - started) / 1000, 1);
  const ladder = methods === 'auto' ? 'auto' : methods.join(',');
  const where = { set: set.name, shots, seed, variant, draw: drawn.draw, encoder, ladder };
  const named = `${set.name}/${shots}/${seed}/${variant}`;
  const rows = [];
  for (const rung of record.rungs) {
    const source = sourceOf(rung.method, { checkpoints, data, named });
    if (source === null) continue;
    const predictions = await engine.predict(
      source,
      set.test.map(({ text }) => text),
    );
    const scores = await scoreAnswers(set.labels, set.test, predictions.map(asAnswer));
    const row = {
      part: 'accuracy',
      ...where,
      method: rung.method,
      backend: record.backend,
      examples: examples.length,
      ...scores,
      crossValidated: rung.measurement === null ? null : round(rung.measurement.accuracy),
      holder: rung.comparison?.holder ?? null,
      promoted: rung.comparison?.better ?? false,
      measureSeconds: round(rung.measureSeconds, 2),
      trainSeconds: round(rung.trainSeconds, 2),
    };
    rows.push(row);
    const scope =
      variant === 'clean' && set.outOfScope.length > 0 ? await similarities(engine, source, set, predictions) : null;
    if (scope !== null) rows.push({ part: 'scope', ...where, method: rung.method, ...scopeFigures(scope) });
    if (rung.method !== record.chosen) continue;
    rows.push({ ...row, method: 'chosen', answeredBy: rung.method, runSeconds, budgetSeconds });
    for (const bin of reliability(set.test, predictions))
      rows.push({ part: 'reliability', ...where, method: 'chosen', ...bin });
    if (scope === null) continue;
    rows.push({ part: 'scope', ...where, method: 'chosen', answeredBy: rung.method, ...scopeFigures(scope) });
    for (const point of scopeCurve(scope.inside, scope.outside))
      rows.push({ part: 'scope-curve', ...where, method: 'chosen', ...point });
  }
  const left = record.rungs
    .filter(({ status }) => status !== 'measured')
    .map(({ method, reason }) => `${method}: ${reason?.kind}`);
  return { rows, left };
}

/** The ladder; where the examples are too few to measure anything, answers stay in context, as in the product. */
async function decide(engine, request) {
  try {
    return await engine.runCascade(request);
  } catch (error) {
    if (error.code !== 'too-few-examples') throw error;
    const { name: backend } = (await engine.describe()).backend;
    const rung = {
      method: 'in-context',
      status: 'measured',
      measurement: null,
      comparison: null,
      measureSeconds: 0,
      trainSeconds: 0,
    };
    return { record: { rungs: [rung], chosen: 'in-context', backend }, checkpoints: {} };
  }
}

/** Abstaining is for out-of-scope texts, which these are not: the closest label counts. */
const asAnswer = ({ closest, scores }) => ({ label: closest, scores });

function sourceOf(method, { checkpoints, data, named }) {
  if (method === 'in-context') return { kind: 'in-context', key: named, load: () => data };
  const bytes = checkpoints[method];
  return bytes === undefined ? null : { kind: 'checkpoint', key: `${named}#${method}`, load: () => bytes };
}

async function similarities(engine, source, { outOfScope }, predictions) {
  const outside = await engine.predict(source, outOfScope);
  const of = (list) => list.map(({ similarity }) => similarity);
  return { inside: of(predictions), outside: of(outside), threshold: predictions[0].threshold };
}
