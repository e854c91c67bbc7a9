// bayes: multinomial naive Bayes over words.

import { load, versionOf } from '../packages.js';
import { areChinese, characterTokens, wordTokens } from '../tokens.js';

export const name = 'bayes';
export const version = () => versionOf('bayes');

export async function train(examples) {
  const createBayes = await load('bayes');
  const classifier = createBayes({ tokenizer: areChinese(examples) ? characterTokens : wordTokens });
  for (const { text, label } of examples) await classifier.learn(text, label);
  return {
    async predict(texts) {
      const answers = [];
      for (const text of texts) answers.push({ label: await classifier.categorize(text) });
      return answers;
    },
  };
}
