// Out of scope: how many foreign texts are refused for how many own texts that are still answered. Pure.

import { round } from '../support/scores.js';

/** Least share of in-scope texts that must be answered. */
export const LEAST_ACCEPTANCE = 0.94;
const CURVE = [0.9, 0.92, 0.94, 0.95, 0.96, 0.98, 0.99];

/**
 * `inside` and `outside`: similarities of in-scope and out-of-scope texts; `threshold`: the product's own. A text is answered when
 * its similarity is not below the threshold.
 * @param {{ inside: readonly number[], outside: readonly number[], threshold: number }} measured
 */
export function scopeFigures({ inside, outside, threshold }) {
  const at = recallAt(inside, outside, LEAST_ACCEPTANCE);
  return {
    recall: at.recall,
    acceptance: at.acceptance,
    ownRecall: round(share(outside, (similarity) => similarity < threshold)),
    ownAcceptance: round(share(inside, (similarity) => similarity >= threshold)),
    auroc: round(auroc(inside, outside)),
    insideTexts: inside.length,
    outsideTexts: outside.length,
  };
}

/** Recall by acceptance, for a picture. */
export const scopeCurve = (inside, outside) => CURVE.map((acceptance) => recallAt(inside, outside, acceptance));

/** The highest threshold at which at least that share of the in-scope texts is answered. */
function recallAt(inside, outside, least) {
  const sorted = [...inside].sort((a, b) => b - a);
  const threshold = sorted[Math.max(1, Math.ceil(least * sorted.length)) - 1];
  return {
    acceptance: round(share(inside, (similarity) => similarity >= threshold)),
    recall: round(share(outside, (similarity) => similarity < threshold)),
  };
}

const share = (values, is) => values.filter(is).length / values.length;

/** Chance that an in-scope text is more similar than an out-of-scope one (Mann and Whitney, 1947). */
function auroc(inside, outside) {
  const all = [...inside.map((value) => ({ value, own: 1 })), ...outside.map((value) => ({ value, own: 0 }))];
  all.sort((a, b) => a.value - b.value);
  let sum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end].value === all[start].value) end++;
    // Equal values share their mean rank.
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (all[i].own === 1) sum += rank;
    start = end;
  }
  const n = inside.length;
  return (sum - (n * (n + 1)) / 2) / (n * outside.length);
}
