// brain.js: a neural network over the words of a text.

import { load, versionOf } from '../packages.js';
import { areChinese, characterTokens, wordTokens } from '../tokens.js';

export const name = 'brainjs';
export const version = () => versionOf('brain.js');

const SETTINGS = { iterations: 500, errorThresh: 0.002, learningRate: 0.1 };
const HIDDEN = 64;

export async function train(examples) {
  const { NeuralNetwork } = await load('brain.js');
  const tokens = areChinese(examples) ? characterTokens : wordTokens;
  const inputOf = (text) => Object.fromEntries(tokens(text).map((token) => [token, 1]));
  const network = new NeuralNetwork({ hiddenLayers: [HIDDEN] });
  const rows = examples.map(({ text, label }) => ({ input: inputOf(text), output: { [label]: 1 } }));
  network.train(rows, SETTINGS);
  return {
    predict: async (texts) =>
      texts.map((text) => {
        const output = Object.entries(network.run(inputOf(text)));
        return { label: output.reduce((best, each) => (each[1] > best[1] ? each : best))[0] };
      }),
  };
}
