// What both classifiers of natural share: stems of words that are no stop words (its default), Chinese as characters and pairs.

import { load } from './packages.js';
import { areChinese, characterTokens } from './tokens.js';

export async function trainNatural(kind, examples) {
  const natural = await load('natural');
  const classifier = new natural[kind]();
  const prepare = areChinese(examples) ? characterTokens : (text) => text;
  for (const { text, label } of examples) classifier.addDocument(prepare(text), label);
  classifier.train();
  return { predict: async (texts) => texts.map((text) => ({ label: classifier.classify(prepare(text)) })) };
}
