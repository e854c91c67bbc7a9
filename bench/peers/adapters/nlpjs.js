// NLP.js: stems and stop words by language, and a small neural network over them. It has no Chinese in its basic package: there it
// gets characters and pairs of them, cut at spaces.

import { load, versionOf } from '../packages.js';
import { areChinese, characterTokens } from '../tokens.js';

export const name = 'nlpjs';
export const version = () => versionOf('@nlpjs/basic');

export async function train(examples) {
  const { dockStart } = await load('@nlpjs/basic');
  const settings = {
    nlp: {
      forceNER: false,
      languages: ['en'],
      autoSave: false,
      log: false,
      nlu: { log: false, useNoneFeature: false },
    },
  };
  const dock = await dockStart({ settings, use: ['Basic'] });
  const nlp = dock.get('nlp');
  const isChinese = areChinese(examples);
  const language = isChinese ? 'zh' : 'en';
  const prepare = isChinese ? (text) => characterTokens(text).join(' ') : (text) => text;
  nlp.addLanguage(language);
  for (const { text, label } of examples) nlp.addDocument(language, prepare(text), label);
  await nlp.train();
  return {
    async predict(texts) {
      const answers = [];
      for (const text of texts) {
        const { classifications, intent } = await nlp.process(language, prepare(text));
        answers.push({ label: classifications[0]?.intent ?? intent });
      }
      return answers;
    },
  };
}
