// The gate: was the answerer that cross-validation chose the best on the test part, and did any promotion make things worse? Pure.

import { groupBy } from '../support/rows.js';
import { round } from '../support/scores.js';

/** An active version that lost more than this on the test part was wrongly promoted. */
const WORSE = 0.01;

/** Rounded, so that a point is a point. */
const isWorse = (now, before) => round(before - now) > WORSE;

const KEYS = ['set', 'shots', 'seed', 'variant', 'encoder', 'ladder'];
const keyOf = (row) => KEYS.map((key) => row[key]).join('|');

/**
 * A row a run: `regret` is the best method's accuracy minus the chosen one's, `wrong` whether what answers now is worse than the
 * in-context answers before, `steps` and `wrongSteps` the promotions on the way and how many of them were for the worse.
 * @param {readonly Record<string, any>[]} figures
 */
export function gateFigures(figures) {
  const runs = groupBy(
    figures.filter(({ part }) => part === 'accuracy'),
    keyOf,
  );
  return [...runs.values()].flatMap((rows) => {
    const chosen = rows.find(({ method }) => method === 'chosen');
    const methods = rows.filter(({ method }) => method !== 'chosen');
    const accuracyOf = new Map(methods.map(({ method, accuracy }) => [method, accuracy]));
    const before = accuracyOf.get('in-context');
    if (chosen === undefined || before === undefined) return [];
    const best = methods.reduce((top, row) => (row.accuracy > top.accuracy ? row : top));
    const steps = methods.filter(({ promoted, holder }) => promoted && accuracyOf.has(holder));
    const { set, shots, seed, variant, encoder, ladder, texts } = chosen;
    return [
      {
        part: 'gate',
        ...{ set, shots, seed, variant, encoder, ladder, texts },
        chosen: chosen.answeredBy,
        best: best.method,
        regret: round(best.accuracy - chosen.accuracy),
        gain: round(chosen.accuracy - before),
        wrong: isWorse(chosen.accuracy, before),
        steps: steps.length,
        wrongSteps: steps.filter(({ holder, accuracy }) => isWorse(accuracy, accuracyOf.get(holder))).length,
      },
    ];
  });
}
