// The plain way on Handful's encoder: logistic regression on its sentence vectors, nothing else.

import { encoderFor } from '../vectors.js';

export { version } from './handful.js';
export const name = 'logreg';

export async function train(examples, { labels }) {
  const { encode } = await encoderFor(examples);
  const { fitLogistic } = await import('../../../dist/engine/heads/logistic.js');
  const { logisticLogits } = await import('../../../dist/engine/heads/logistic-head.js');
  const { softmaxRows } = await import('../../../dist/engine/evaluate/metrics.js');
  const featuresOf = (vectors) => {
    const width = vectors[0].length;
    const dense = new Float32Array(vectors.length * width);
    vectors.forEach((vector, row) => {
      dense.set(vector, row * width);
    });
    return { rows: vectors.length, width, dense, sparse: null };
  };
  const head = await fitLogistic({
    features: featuresOf(await encode(examples.map(({ text }) => text))),
    labels: Int32Array.from(examples, ({ label }) => labels.indexOf(label)),
    weights: new Float32Array(examples.length).fill(1),
    classes: labels.length,
  });
  return {
    async predict(texts) {
      const probabilities = softmaxRows(logisticLogits(head, featuresOf(await encode(texts))), labels.length);
      return texts.map((_, row) => {
        const own = [...probabilities.subarray(row * labels.length, (row + 1) * labels.length)];
        const scores = own.map((probability, i) => ({ label: labels[i], probability }));
        return { label: labels[own.indexOf(Math.max(...own))], scores };
      });
    },
  };
}
