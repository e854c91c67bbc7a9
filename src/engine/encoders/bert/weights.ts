// The weights of a BERT-family network as tensors of the current TensorFlow.js backend.

import * as tf from '@tensorflow/tfjs';
import type { LayerNorm } from '../../nn/layer-norm.js';
import { makeLinear, type OwnLinear } from '../own-weights.js';
import type { BertFolder } from './folder.js';
import { type BertLayerOf, type BertNetwork, readNetwork } from './network.js';

export type BertLayer = BertLayerOf<OwnLinear, LayerNorm>;
export type BertWeights = BertNetwork<OwnLinear, LayerNorm>;

/** Frees what it made when a later weight cannot be read. */
export async function readBertWeights(folder: BertFolder): Promise<BertWeights> {
  const made: (() => void)[] = [];
  try {
    return await readNetwork(folder, {
      linear(name, weight, shape, bias) {
        const layer = makeLinear(name, weight, shape, bias);
        made.push(() => layer.dispose());
        return layer;
      },
      norm(name, scale, bias, epsilon) {
        const layer = { name, scale: tf.tensor1d(scale), bias: tf.tensor1d(bias), epsilon };
        made.push(() => tf.dispose([layer.scale, layer.bias]));
        return layer;
      },
    });
  } catch (error) {
    for (const dispose of made) dispose();
    throw error;
  }
}

export function disposeWeights({ embeddingsNorm, layers }: Pick<BertWeights, 'embeddingsNorm' | 'layers'>): void {
  tf.dispose([embeddingsNorm.scale, embeddingsNorm.bias]);
  for (const layer of layers) {
    for (const norm of [layer.attentionNorm, layer.feedForwardNorm]) tf.dispose([norm.scale, norm.bias]);
    for (const linear of [layer.qkv, layer.output, layer.expand, layer.contract]) linear.dispose();
  }
}
