// The figures that the benchmark sets out to reach, beside what was measured. Shares, not per cent; every row is a mean over draws.

import { groupBy } from './rows.js';
import { round } from './scores.js';
import { mean, summary } from './statistics.js';

/** Set, shots, at least, aim: accuracy of the chosen answerer. */
const ACCURACY = [
  ['banking77', 10, 0.83, 0.86],
  ['banking77', 5, 0.74, 0.78],
  ['clinc150', 10, 0.9, 0.915],
  ['clinc150', 5, 0.855, 0.88],
  ['trec6', 8, 0.73, 0.78],
  ['fewclue_eprstmt', 10, 0.77, 0.82],
  ['fewclue_tnews', 10, 0.32, 0.38],
];

/** The methods that were measured: fewer than the product's ladder (`auto`) say less than a goal asks. */
const ladders = (rows) => [...new Set(rows.map(({ ladder }) => ladder))].join(' | ');

/** Sets on which EnergeticAI's classifier, which reads English, is compared. */
const isEnglish = (name) => !name.startsWith('fewclue') && !name.endsWith('-zh');

/** Peers that run on JavaScript alone, without Handful's encoder. */
const ON_HANDFULS_ENCODER = ['knn', 'logreg', 'handful'];

/** @param {readonly Record<string, any>[]} figures */
export function qualityGoals(figures) {
  const chosen = figures.filter(({ part, method }) => part === 'accuracy' && method === 'chosen');
  const clean = chosen.filter(({ variant }) => variant === 'clean');
  const gate = figures.filter(({ part, variant }) => part === 'gate' && variant === 'clean');
  const scope = figures.filter(
    ({ part, method, set, shots }) => part === 'scope' && method === 'chosen' && set === 'clinc150' && shots === 10,
  );
  const lost = lostTo(chosen, 'noise-20');
  const regrets = [...groupBy(gate, ({ set }) => set).values()].map((rows) => mean(rows.map(({ regret }) => regret)));
  const from = (rows, column) => ({ values: rows.map((row) => Number(row[column])), ladder: ladders(rows) });
  return [
    ...ACCURACY.map(([set, shots, least, aim]) => {
      const rows = clean.filter((row) => row.set === set && row.shots === shots);
      return goal(`${set} ${shots} shots, chosen`, from(rows, 'accuracy'), { least, aim });
    }),
    goal('regret of the gate, mean over sets', { values: regrets, ladder: ladders(gate) }, { most: 0.015, aim: 0.005 }),
    goal('regret of the gate, worst set', { values: top(regrets), ladder: ladders(gate) }, { most: 0.04, aim: 0.015 }),
    goal('wrong promotions, share of runs', from(gate, 'wrong'), { most: 0.1, aim: 0.03 }),
    goal('calibration error, mean', from(clean, 'ece'), { most: 0.05, aim: 0.02 }),
    goal('clinc150 10 shots, out-of-scope recall at 94 % acceptance', from(scope, 'recall'), {
      least: 0.68,
      aim: 0.75,
    }),
    goal('banking77 10 shots, accuracy lost to 20 % wrong labels', from(lost, 'lost'), { most: 0.08, aim: 0.04 }),
  ].filter((row) => row !== null);
}

/** @param {readonly Record<string, any>[]} figures rows of peers, Handful among them */
export function peerGoals(figures) {
  const rows = figures.filter(({ part, accuracy }) => part === 'peer' && typeof accuracy === 'number');
  const cells = [...groupBy(rows, ({ set }) => set)].map(([set, own]) => ({ set, accuracyOf: meansByPeer(own) }));
  const overEnergetic = cells
    .filter(({ set, accuracyOf }) => isEnglish(set) && accuracyOf.has('handful') && accuracyOf.has('energeticai'))
    .map(({ accuracyOf }) => accuracyOf.get('handful') - accuracyOf.get('energeticai'));
  const overBest = cells.flatMap(({ accuracyOf }) => {
    const others = [...accuracyOf].filter(
      ([peer]) => !ON_HANDFULS_ENCODER.includes(peer) && !peer.startsWith('python-'),
    );
    if (!accuracyOf.has('handful') || others.length === 0) return [];
    return [accuracyOf.get('handful') - Math.max(...others.map(([, accuracy]) => accuracy))];
  });
  return [
    goal(
      "accuracy over EnergeticAI's classifier, mean over the English sets",
      { values: overEnergetic },
      {
        least: 0.12,
        aim: 0.18,
      },
    ),
    goal(
      'accuracy over the best TypeScript peer of each set, mean over sets',
      { values: overBest },
      { least: 0.13, aim: 0.17 },
    ),
    goal(
      'accuracy over the best TypeScript peer, worst set',
      { values: overBest.length === 0 ? [] : [Math.min(...overBest)] },
      {
        least: 0,
        aim: 0.03,
      },
    ),
  ].filter((row) => row !== null);
}

/** Of the same draws: a peer that failed on one is compared on none of that set. */
function meansByPeer(rows) {
  const draws = new Set(rows.map(({ shots, seed }) => `${shots}|${seed}`)).size;
  const groups = [...groupBy(rows, ({ peer }) => peer)].filter(([, own]) => own.length === draws);
  return new Map(groups.map(([peer, own]) => [peer, mean(own.map(({ accuracy }) => accuracy))]));
}

function goal(what, { values, ladder = 'auto' }, { least, most, aim }) {
  if (values.length === 0) return null;
  const { mean: value, low, high, draws } = summary(values);
  const reaches = (bound) => (most === undefined ? value >= bound : value <= bound);
  return {
    part: 'goal',
    goal: what,
    direction: most === undefined ? 'at least' : 'at most',
    bound: least ?? most,
    aim,
    value: round(value),
    low: low === null ? null : round(low),
    high: high === null ? null : round(high),
    draws,
    ladder,
    reached: reaches(aim) ? 'aim' : reaches(least ?? most) ? 'bound' : 'no',
  };
}

const top = (values) => (values.length === 0 ? [] : [Math.max(...values)]);

/** Of the draws of banking77 that were measured both as they are and spoilt. */
function lostTo(rows, variant) {
  const own = rows.filter(({ set, shots }) => set === 'banking77' && shots === 10);
  return own
    .filter((row) => row.variant === variant)
    .flatMap((spoilt) => {
      const clean = own.find(
        (row) => row.variant === 'clean' && row.seed === spoilt.seed && row.ladder === spoilt.ladder,
      );
      return clean === undefined ? [] : [{ lost: clean.accuracy - spoilt.accuracy, ladder: spoilt.ladder }];
    });
}
