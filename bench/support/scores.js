// Scores of predictions, as `handful eval` computes them, and the bins of a reliability diagram.

const BINS = 10;
/** Scores that sum to 1 within this are probabilities. */
const SUM_TOLERANCE = 0.02;

/**
 * @typedef {{ label: string, scores?: readonly { label: string, probability: number }[] }} Answer what any answerer gives
 */

/**
 * Accuracy and macro-F1; log-loss and calibration error where every answer carries probabilities of all labels.
 * @param {readonly string[]} labels
 * @param {readonly { text: string, label: string }[]} test
 * @param {readonly Answer[]} answers
 */
export async function scoreAnswers(labels, test, answers) {
  const { scorePredictions } = await import('../../dist/bot/cli/eval-scores.js');
  const predictions = answers.map(({ label, scores = [] }) => ({ label, closest: label, scores }));
  const { accuracy, macroF1, logLoss, ece } = scorePredictions(labels, test, predictions);
  const plain = { texts: test.length, accuracy: round(accuracy), macroF1: round(macroF1) };
  return hasProbabilities(labels, answers) ? { ...plain, logLoss: round(logLoss), ece: round(ece) } : plain;
}

const hasProbabilities = (labels, answers) =>
  answers.every(({ scores }) => {
    if (scores === undefined || scores.length !== labels.length) return false;
    return Math.abs(scores.reduce((sum, { probability }) => sum + probability, 0) - 1) < SUM_TOLERANCE;
  });

/**
 * Confidence against accuracy in bins of equal width; empty bins are left out.
 * @param {readonly { label: string }[]} test
 * @param {readonly { closest: string, probability: number }[]} predictions
 */
export function reliability(test, predictions) {
  const bins = Array.from({ length: BINS }, () => ({ texts: 0, confidence: 0, hits: 0 }));
  predictions.forEach(({ closest, probability }, i) => {
    const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))];
    bin.texts++;
    bin.confidence += probability;
    if (closest === test[i].label) bin.hits++;
  });
  return bins.flatMap(({ texts, confidence, hits }, bin) =>
    texts === 0 ? [] : [{ bin, texts, confidence: round(confidence / texts), accuracy: round(hits / texts) }],
  );
}

export const round = (number, digits = 4) => Math.round(number * 10 ** digits) / 10 ** digits;
