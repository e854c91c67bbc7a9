// USE lite as plain numbers: the same names and shapes as encoders/use-lite.ts gives its layers, without a backend.

import { readUseLiteWeights } from '../encoders/use-lite-weights.js';
import type { NamedTensor, PlainLayer, PlainLinear, PlainNorm, PlainTransformer } from './transformer.js';

const MAX_TOKENS = 128;
const HEADS = 4;
const EPSILON = 1e-6;
const ENCODE = 'Encoder_en/KonaTransformer/Encode';

export interface UseLite {
  readonly transformer: PlainTransformer;
  /** Pieces with their scores; the index is the id. */
  readonly vocabulary: readonly (readonly [piece: string, score: number])[];
}

export async function readUseLite(): Promise<UseLite> {
  const { get, vocabulary } = await readUseLiteWeights();
  const named = (name: string, shape: readonly number[], data: Float32Array): NamedTensor => ({
    name: `use-lite/${name}`,
    shape,
    data,
  });
  const vector = (name: string, from: string): NamedTensor => {
    const { data } = get(from);
    return named(name, [data.length], data);
  };
  const norm = (name: string, from: string): PlainNorm => ({
    name,
    scale: vector(`${name}/scale`, `${from}/layer_norm_scale/ConcatPartitions/concat`),
    bias: vector(`${name}/bias`, `${from}/layer_norm_bias/ConcatPartitions/concat`),
    epsilon: EPSILON,
  });
  const linear = (name: string, kernel: string, bias: string): PlainLinear => {
    const { shape, data } = get(kernel);
    return { name, weight: named(`${name}/weight`, shape.slice(-2), data), bias: vector(`${name}/bias`, bias) };
  };
  const layer = (n: 0 | 1): PlainLayer => {
    const at = `module_apply_default/${ENCODE}/Layer_${n}/TransformerLayer`;
    const stack = `module_apply_default/${ENCODE}/TransformerStack/Layer_${n}/TransformerLayer`;
    const attention = (part: string): [string, string] => [
      `module/${ENCODE}/Layer_${n}/TransformerLayer/MultiheadAttention/${part}/kernel/part_0`,
      `${at}/MultiheadAttention/${part}/bias/ConcatPartitions/concat`,
    ];
    const feedForward = (part: string): [string, string] => [
      `${stack}/FFN/${part}/Tensordot/Reshape_1`,
      `${at}/FFN/${part}/bias/ConcatPartitions/concat`,
    ];
    const residual: [string, string] = [
      `${at}/dense/kernel/ConcatPartitions/concat`,
      `${at}/dense/bias/ConcatPartitions/concat`,
    ];
    return {
      name: `layer${n}`,
      heads: HEADS,
      attentionNorm: norm(`layer${n}/attention-norm`, `${at}/layer_prepostprocess/layer_norm`),
      qkv: linear(`layer${n}/qkv`, ...attention('qkv_transform_single')),
      output: linear(`layer${n}/output`, ...attention('output_transform_single')),
      residual: n === 0 ? linear('layer0/residual', ...residual) : null,
      feedForwardNorm: norm(`layer${n}/feed-forward-norm`, `${at}/FFN/layer_prepostprocess/layer_norm`),
      expand: linear(`layer${n}/expand`, ...feedForward('conv1')),
      contract: linear(`layer${n}/contract`, ...feedForward('conv2')),
    };
  };
  const embeddings = get('module/Embeddings_en');
  const timescales = get(
    `module_apply_default/${ENCODE}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`,
  );
  const hidden = 'module/Encoder_en/hidden_layers/tanh_layer_0';
  const transformer: PlainTransformer = {
    name: 'use-lite',
    prefix: 'use-lite',
    normFirst: true,
    activation: 'relu',
    pooling: 'mean',
    // The network doubles its token vectors; the table of an export holds what it adds up.
    tokens: named(
      'tokens',
      embeddings.shape.slice(-2),
      embeddings.data.map((x) => 2 * x),
    ),
    positions: named('positions', [MAX_TOKENS, 2 * timescales.data.length], positionSignal(timescales.data)),
    embeddingsNorm: null,
    layers: [layer(0), layer(1)],
    tanh: linear('tanh', `${hidden}/weights`, `${hidden}/bias`),
    adapters: [],
    maxTokens: MAX_TOKENS,
    padId: 0,
  };
  return { transformer, vocabulary };
}

/** Sines, then cosines, of position · timescale (Vaswani et al., 2017). [MAX_TOKENS, 2 · timescales] */
function positionSignal(timescales: Float32Array): Float32Array {
  const half = timescales.length;
  const out = new Float32Array(MAX_TOKENS * 2 * half);
  for (let t = 0; t < MAX_TOKENS; t++) {
    for (let d = 0; d < half; d++) {
      out[t * 2 * half + d] = Math.sin(t * timescales[d]!);
      out[t * 2 * half + half + d] = Math.cos(t * timescales[d]!);
    }
  }
  return out;
}
