// An encoder of the BERT family as plain numbers, from its folder; names and shapes as encoders/bert gives its layers.

import type { BertFolder } from '../encoders/bert/folder.js';
import { readNetwork } from '../encoders/bert/network.js';
import type { NamedTensor, PlainLinear, PlainNorm, PlainTransformer } from './transformer.js';

const named = (own: string, shape: readonly number[], data: Float32Array): NamedTensor => ({
  name: `bert/${own}`,
  shape,
  data,
});

export async function readBert(folder: BertFolder): Promise<PlainTransformer> {
  const { name, architecture, sentence } = folder;
  const { hiddenSize: D, heads, activation, padId, positions } = architecture;
  const network = await readNetwork<PlainLinear, PlainNorm>(folder, {
    linear: (own, weight, [inputs, outputs], bias) => ({
      name: own,
      weight: named(`${own}/weight`, [inputs, outputs], weight),
      bias: named(`${own}/bias`, [outputs], bias),
    }),
    norm: (own, scale, bias, epsilon) => ({
      name: own,
      scale: named(`${own}/scale`, [D], scale),
      bias: named(`${own}/bias`, [D], bias),
      epsilon,
    }),
  });
  return {
    name,
    prefix: 'bert',
    normFirst: false,
    activation,
    pooling: sentence.pooling,
    tokens: named('tokens', [network.vocabulary, D], network.tokens),
    positions: named('positions', [positions, D], network.positions),
    embeddingsNorm: network.embeddingsNorm,
    layers: network.layers.map((layer) => ({ ...layer, heads, residual: null })),
    tanh: null,
    adapters: [],
    maxTokens: sentence.maxTokens,
    padId,
  };
}
