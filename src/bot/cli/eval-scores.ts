// Scores of an answerer on a test file. Pure. Out-of-scope texts (label `oos`) are answered right by abstaining; where the file
// has some, an abstention on any other text counts as wrong.

import { expectedCalibrationError, type LabelledText, logLoss, type Prediction } from '../../engine/index.js';

export const OUT_OF_SCOPE = 'oos';

export interface Scores {
  readonly accuracy: number;
  /** Over the labels that occur, as right answer or as answer. */
  readonly macroF1: number;
  /** Of the texts that have a label, in nats. */
  readonly logLoss: number;
  readonly ece: number;
  /** Share of out-of-scope texts refused, and of the others answered; only where the file has out-of-scope texts. */
  readonly outOfScope?: { readonly recall: number; readonly acceptance: number };
}

export function scorePredictions(
  labels: readonly string[],
  test: readonly LabelledText[],
  predictions: readonly Prediction[],
): Scores {
  const rows = test.map(({ label }, i) => ({ label, prediction: predictions[i]!, outside: !labels.includes(label) }));
  const inside = rows.filter((row) => !row.outside);
  const outside = rows.filter((row) => row.outside);
  const answered = ({ prediction }: (typeof rows)[number]): string | null =>
    outside.length > 0 ? prediction.label : prediction.closest;
  const right = rows.filter((row) => (row.outside ? answered(row) === null : answered(row) === row.label));
  const scores = {
    accuracy: share(right.length, rows.length),
    macroF1: macroF1(
      labels,
      rows.map((row) => ({ right: row.label, answered: answered(row) })),
    ),
    ...probabilityScores(labels, inside),
  };
  if (outside.length === 0) return scores;
  const refused = outside.filter((row) => answered(row) === null).length;
  const accepted = inside.filter((row) => answered(row) !== null).length;
  return {
    ...scores,
    outOfScope: { recall: share(refused, outside.length), acceptance: share(accepted, inside.length) },
  };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function macroF1(labels: readonly string[], rows: readonly { right: string; answered: string | null }[]): number {
  const scores = labels.flatMap((label) => {
    const both = rows.filter((row) => row.right === label && row.answered === label).length;
    const either =
      rows.filter((row) => row.right === label).length + rows.filter((row) => row.answered === label).length;
    return either === 0 ? [] : [(2 * both) / either];
  });
  return share(
    scores.reduce((sum, score) => sum + score, 0),
    scores.length,
  );
}

function probabilityScores(labels: readonly string[], rows: readonly { label: string; prediction: Prediction }[]) {
  if (rows.length === 0) return { logLoss: 0, ece: 0 };
  const index = new Map(labels.map((label, i) => [label, i]));
  const probabilities = new Float32Array(rows.length * labels.length);
  rows.forEach(({ prediction }, row) => {
    for (const { label, probability } of prediction.scores) {
      const column = index.get(label);
      if (column !== undefined) probabilities[row * labels.length + column] = probability;
    }
  });
  const right = rows.map((row) => index.get(row.label)!);
  return {
    logLoss: logLoss(probabilities, right, labels.length),
    ece: expectedCalibrationError(probabilities, right, labels.length),
  };
}
