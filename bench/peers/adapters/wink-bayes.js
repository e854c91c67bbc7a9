// wink's naive Bayes classifier over stems and their negations, as its documentation prepares texts.

import { load, versionOf } from '../packages.js';
import { areChinese, characterTokens } from '../tokens.js';

export const name = 'wink-bayes';
export const version = () => versionOf('wink-naive-bayes-text-classifier');

export async function train(examples) {
  const [createClassifier, winkNlp, model] = await Promise.all(
    ['wink-naive-bayes-text-classifier', 'wink-nlp', 'wink-eng-lite-web-model'].map((each) => load(each)),
  );
  const nlp = winkNlp(model);
  const { its } = nlp;
  const stems = (text) =>
    nlp
      .readDoc(text)
      .tokens()
      .filter((token) => token.out(its.type) === 'word')
      .out(its.stem);
  const classifier = createClassifier();
  classifier.definePrepTasks([areChinese(examples) ? characterTokens : stems]);
  classifier.defineConfig({ considerOnlyPresence: true, smoothingFactor: 0.5 });
  for (const { text, label } of examples) classifier.learn(text, label);
  classifier.consolidate();
  return { predict: async (texts) => texts.map((text) => ({ label: classifier.predict(text) })) };
}
