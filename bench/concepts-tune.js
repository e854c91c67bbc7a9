// `npm run bench -- concepts --tune`: fits the weights of src/bot/concepts/retrieve.ts and writes src/bot/concepts/weights.ts. The part
// `report` of the questions is never read here. It learns from the questions of the part `tune`, and from a third of the names in the
// base, each asked of a base that does not have it: what somebody asks in words that no topic foresees.
//
//   order        a softmax over all topics puts the right one on top; a little L2 keeps the weights small; questions and names weigh
//                the same
//   confidence   a logistic function tells what is to be answered from what is to be refused, both kinds weighing the same, fitted on
//                fits that weights of other questions gave (ten folds): on its own questions an order looks surer than it is
//   thresholds   `answer`: where mistakes are the fewest, out of fold; a good question refused weighs as much as three bad ones
//                answered (shares of each kind), since the reply to a bad one names its topic and does little harm;
//                `sure`: half-way between the surest text of the shipped samples (their train part) that has a topic's name in it and
//                certainty
import { readFileSync, writeFileSync } from 'node:fs';

const FOLDS = 10;
const RANK_L2 = 0.002;
const CONFIDENCE_L2 = 0.02;
const STEPS = 600;
const TARGET = new URL('../src/bot/concepts/weights.ts', import.meta.url);

/**
 * `asked`: { ids, evidence } of each question, those to refuse without ids; `names` likewise; `strangers`: evidence of texts that
 * are no questions about concepts.
 */
export function tune({ asked, names, strangers, ids, retrieve }) {
  const { RANK_FEATURES, CONFIDENCE_FEATURES, BY_NAME, confidenceFeatures } = retrieve;
  const rowOf = (isName) => (row) => ({
    isName,
    evidence: row.evidence,
    right: row.ids.map((id) => ids.indexOf(id)),
    x: matrix(row.evidence.topics, RANK_FEATURES),
  });
  const rows = [...asked.map(rowOf(false)), ...names.map(rowOf(true))].map((row, i) => ({ ...row, fold: i % FOLDS }));
  const answerable = rows.filter(({ right }) => right.length > 0);
  const asking = answerable.filter(({ isName }) => !isName).length;
  for (const row of answerable) row.weight = 0.5 / (row.isName ? answerable.length - asking : asking);
  const fits = (row, weights) => row.x.map((features) => dot(features, weights));
  const orderOf = (values) => values.map((_, i) => i).sort((a, b) => values[b] - values[a]);
  const confidence = (row, weights) => {
    const values = fits(row, weights);
    const features = confidenceFeatures(row.evidence, orderOf(values), values);
    return CONFIDENCE_FEATURES.map((name) => features[name]);
  };
  const folds = Array.from({ length: FOLDS }, (_, fold) => fold);
  const rankOf = folds.map((fold) =>
    fitRank(
      answerable.filter((row) => row.fold !== fold),
      RANK_FEATURES.length,
    ),
  );
  const held = rows.map((row) => ({
    ...row,
    confidence: confidence(row, rankOf[row.fold]),
    order: orderOf(fits(row, rankOf[row.fold])),
  }));
  const modelOf = folds.map((fold) => fitLogistic(held.filter((row) => row.fold !== fold)));
  const judged = held.map((row) => ({ ...row, probability: probability(modelOf[row.fold], row.confidence) }));
  const good = judged.filter(({ isName, right }) => !isName && right.length > 0);
  const bad = judged.filter(({ isName, right }) => !isName && right.length === 0);
  const named = judged.filter(({ isName }) => isName);
  const answer = bestThreshold({ good: [good, named], bad });

  const rank = fitRank(answerable, RANK_FEATURES.length);
  const model = fitLogistic(held);
  const highest = Math.max(
    ...strangers.map((evidence) => {
      const row = { evidence, x: matrix(evidence.topics, RANK_FEATURES) };
      const [first] = orderOf(fits(row, rank));
      return evidence.byName[first] < BY_NAME ? 0 : probability(model, confidence(row, rank));
    }),
  );
  const share = (rows, is) => `${((100 * rows.filter(is).length) / rows.length).toFixed(1)} %`;
  const order = (rows) => {
    const first = share(rows, ({ order, right }) => right.includes(order[0]));
    const firstThree = share(rows, ({ order, right }) => order.slice(0, 3).some((topic) => right.includes(topic)));
    const refused = share(rows, (row) => row.probability < answer);
    return `first ${first}, in the first three ${firstThree}, refused by mistake ${refused}`;
  };
  const figures = [
    `${good.length} questions to answer: ${order(good)}`,
    `${named.length} names that the base did not have: ${order(named)}`,
    `${bad.length} questions to refuse: refused ${share(bad, (row) => row.probability < answer)}`,
  ];
  write({ rank, model, answer, sure: Math.max(answer, (1 + highest) / 2), figures, highest, retrieve });
  return figures;
}

const matrix = (topics, names) => topics.map((features) => names.map((name) => features[name]));
const dot = (a, b) => a.reduce((total, value, i) => total + value * b[i], 0);

/** Minus the mean log-probability of the right topic, by gradient descent with momentum. */
function fitRank(rows, size) {
  return descend(size, (weights) => {
    const gradient = weights.map((weight) => RANK_L2 * weight);
    for (const {
      x,
      weight,
      right: [first],
    } of rows) {
      const values = x.map((features) => dot(features, weights));
      const most = Math.max(...values);
      const powers = values.map((value) => Math.exp(value - most));
      const total = powers.reduce((sum, power) => sum + power, 0);
      x.forEach((features, topic) => {
        const error = (powers[topic] / total - (topic === first ? 1 : 0)) * weight;
        features.forEach((value, i) => {
          gradient[i] += error * value;
        });
      });
    }
    return gradient;
  });
}

/** Weights and bias for the features as they are; L2 acts on them as if they all varied equally. */
function fitLogistic(rows) {
  const x = rows.map(({ confidence }) => confidence);
  const y = rows.map(({ right }) => (right.length > 0 ? 1 : 0));
  const positive = y.reduce((sum, value) => sum + value, 0);
  const size = x[0].length;
  const mean = Array.from({ length: size }, (_, i) => x.reduce((sum, row) => sum + row[i], 0) / x.length);
  const spread = mean.map(
    (middle, i) => Math.sqrt(x.reduce((sum, row) => sum + (row[i] - middle) ** 2, 0) / x.length) || 1,
  );
  const z = x.map((row) => [...row.map((value, i) => (value - mean[i]) / spread[i]), 1]);
  const fitted = descend(size + 1, (weights) => {
    const gradient = weights.map((weight, i) => (i === size ? 0 : CONFIDENCE_L2 * weight));
    z.forEach((row, n) => {
      const share = y[n] === 1 ? rows[n].weight / 2 : 0.5 / (y.length - positive);
      const error = share * (1 / (1 + Math.exp(-dot(row, weights))) - y[n]);
      row.forEach((value, i) => {
        gradient[i] += error * value;
      });
    });
    return gradient;
  });
  const weights = fitted.slice(0, size).map((weight, i) => weight / spread[i]);
  return { weights, bias: fitted[size] - dot(weights, mean) };
}

const probability = ({ weights, bias }, features) => 1 / (1 + Math.exp(-bias - dot(weights, features)));

function descend(size, gradientAt) {
  let weights = new Array(size).fill(0);
  let velocity = new Array(size).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = gradientAt(weights);
    velocity = velocity.map((speed, i) => 0.9 * speed - 0.5 * gradient[i]);
    weights = weights.map((weight, i) => weight + velocity[i]);
  }
  return weights;
}

/** The middle of the widest gap among those with the least loss. `good`: groups that weigh the same. */
function bestThreshold({ good, bad }) {
  const groups = [...good, bad];
  const sorted = [...new Set(groups.flat().map((row) => row.probability))].sort((a, b) => a - b);
  const candidates = sorted.slice(1).map((high, i) => ({ at: (sorted[i] + high) / 2, gap: high - sorted[i] }));
  const shareOf = (rows, is) => rows.filter(is).length / rows.length;
  const loss = ({ at }) =>
    (3 / good.length) * good.reduce((sum, rows) => sum + shareOf(rows, (row) => row.probability < at), 0) +
    shareOf(bad, (row) => row.probability >= at);
  const judged = candidates.map((each) => ({ ...each, loss: loss(each) }));
  return judged.sort((a, b) => a.loss - b.loss || b.gap - a.gap)[0].at;
}

function write({ rank, model, answer, sure, figures, highest, retrieve }) {
  const table = (names, values) => names.map((name, i) => `    ${name}: ${Number(values[i].toFixed(3))},`).join('\n');
  const source = `// What \`npm run bench -- concepts --tune\` found (bench/concepts-tune.js); written by it, not by hand. Out of fold (ten folds):
${figures.map((line) => `//   ${line}`).join('\n')}
// The surest of the texts of data/samples (train) with the name of a topic in them reached ${highest.toFixed(3)}.

import type { ConfidenceFeatures, RankFeatures } from './retrieve.js';

export interface Weights {
  readonly rank: RankFeatures;
  readonly confidence: ConfidenceFeatures;
  readonly bias: number;
  /** From here on a question is answered. */
  readonly answer: number;
  /** From here on a line that nobody called a question about concepts is taken for one, where it could be meant for a task. */
  readonly sure: number;
}

export const WEIGHTS: Weights = {
  rank: {
${table(retrieve.RANK_FEATURES, rank)}
  },
  confidence: {
${table(retrieve.CONFIDENCE_FEATURES, model.weights)}
  },
  bias: ${Number(model.bias.toFixed(3))},
  answer: ${Number(answer.toFixed(3))},
  sure: ${Number(sure.toFixed(3))},
};
`;
  writeFileSync(TARGET, source);
}

export const readJsonl = (url) =>
  readFileSync(url, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
