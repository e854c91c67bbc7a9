// What a run of `quality` prints: one line a set, shots, variant and method, then scope, gate and concept questions.

import { percent, percentWithin, summarise, table } from '../support/rows.js';
import { mean } from '../support/statistics.js';

const KEYS = ['set', 'shots', 'variant', 'method'];

/** @param {readonly Record<string, any>[]} figures @returns {string[]} */
export function qualityReport(figures) {
  const of = (part) => figures.filter((row) => row.part === part);
  return [
    accuracyTable(of('accuracy')),
    scopeTable(of('scope')),
    gateLine(of('gate')),
    conceptTable(of('concepts')),
  ].filter((text) => text !== null);
}

function accuracyTable(rows) {
  if (rows.length === 0) return null;
  const [f1, loss, ece] = ['macroF1', 'logLoss', 'ece'].map((column) => means(rows, column));
  const lines = summarise(rows, KEYS, 'accuracy').map((row) => {
    const key = keyOf(row);
    const { set, shots, variant, method, draws } = row;
    const more = [percent(f1.get(key)), loss.get(key)?.toFixed(3) ?? '–', ece.get(key)?.toFixed(3) ?? '–'];
    return [set, String(shots), variant, method, String(draws), percentWithin(row), ...more];
  });
  return table([
    ['set', 'shots', 'examples', 'method', 'draws', 'accuracy %', 'macro-F1 %', 'log-loss', 'ECE'],
    ...lines,
  ]);
}

const keyOf = (row) => KEYS.map((key) => row[key]).join('|');
const means = (rows, column) => new Map(summarise(rows, KEYS, column).map((row) => [keyOf(row), row.mean]));

function scopeTable(rows) {
  if (rows.length === 0) return null;
  const lines = rows.map((row) => [
    row.set,
    String(row.shots),
    String(row.seed),
    row.method,
    `${percent(row.recall)} at ${percent(row.acceptance)}`,
    `${percent(row.ownRecall)} at ${percent(row.ownAcceptance)}`,
    row.auroc.toFixed(3),
  ]);
  return table([['set', 'shots', 'seed', 'method', 'recall % at acceptance %', 'own threshold', 'AUROC'], ...lines]);
}

function gateLine(rows) {
  if (rows.length === 0) return null;
  const bySet = summarise(rows, ['set'], 'regret');
  const worst = bySet.reduce((top, row) => (row.mean > top.mean ? row : top));
  const steps = rows.reduce((sum, row) => sum + row.steps, 0);
  const wrongSteps = rows.reduce((sum, row) => sum + row.wrongSteps, 0);
  return (
    `gate, ${rows.length} runs: regret ${percent(mean(rows.map(({ regret }) => regret)))} points, ` +
    `worst set ${worst.set} ${percent(worst.mean)}; active version worse by more than a point: ` +
    `${rows.filter(({ wrong }) => wrong).length} of ${rows.length} runs, ${wrongSteps} of ${steps} promotions on the way`
  );
}

function conceptTable(rows) {
  if (rows.length === 0) return null;
  const lines = rows.map((row) => [
    row.language,
    String(row.questions),
    ...[row.first, row.firstThree, row.refusedByMistake].map(percent),
    String(row.toRefuse),
    percent(row.refused),
  ]);
  const head = [
    'questions in',
    'to answer',
    'first %',
    'first three %',
    'refused by mistake %',
    'to refuse',
    'refused %',
  ];
  return table([head, ...lines]);
}
