// The plain way on Handful's encoder: the nearest examples by cosine vote.

import { encoderFor } from '../vectors.js';

export { version } from './handful.js';
export const name = 'knn';

const NEIGHBOURS = 3;

export async function train(examples) {
  const { encode } = await encoderFor(examples);
  const shots = await encode(examples.map(({ text }) => text));
  return {
    predict: async (texts) =>
      (await encode(texts)).map((vector) => {
        const nearest = shots
          .map((shot, i) => ({ label: examples[i].label, similarity: dot(shot, vector) }))
          .sort((a, b) => b.similarity - a.similarity)
          .slice(0, NEIGHBOURS);
        const votes = new Map();
        // The similarity decides between labels with as many votes.
        for (const { label, similarity } of nearest) votes.set(label, (votes.get(label) ?? 0) + 1 + 1e-3 * similarity);
        return { label: [...votes].reduce((best, each) => (each[1] > best[1] ? each : best))[0] };
      }),
  };
}

function dot(a, b) {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}
