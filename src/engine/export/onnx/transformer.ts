// The forward pass of a plain transformer as an ONNX graph. Texts lie in rows [N, T], shorter ones filled up at their end.

import type { PlainLayer, PlainLinear, PlainNorm, PlainTransformer } from '../transformer.js';
import type { Graph } from './graph.js';

/** Names of a transformer's inputs. */
export const idsInput = (prefix: string): string =>
  prefix === 'bert' ? 'input_ids' : `${prefix.replaceAll('-', '_')}_ids`;
export const maskInput = (prefix: string): string =>
  prefix === 'bert' ? 'attention_mask' : `${prefix.replaceAll('-', '_')}_mask`;

export interface Encoded {
  /** [N, D]: the tokens' mean, first or maximum. */
  readonly pool: string;
  /** [N, size]: after the last layer and its tanh, where there is one; else the pool. */
  readonly sentence: string;
}

export function writeTransformer(graph: Graph, encoder: PlainTransformer): Encoded {
  const { prefix } = encoder;
  const axes = ['texts', `${prefix} tokens`];
  const ids = graph.input(idsInput(prefix), 'int64', axes);
  const mask = graph.op('Cast', [graph.input(maskInput(prefix), 'int64', axes)], { to: 1 });
  // 0 for tokens, −1e9 for what fills up. [N, 1, 1, T]
  const bias = graph.op('Unsqueeze', [
    graph.op('Mul', [graph.op('Sub', [mask, graph.float(1)]), graph.float(1e9)]),
    graph.ints([1, 2]),
  ]);
  const length = graph.op('Slice', [graph.op('Shape', [ids]), graph.ints([1]), graph.ints([2])]);
  const positions = graph.op('Slice', [graph.weight(encoder.positions), graph.ints([0]), length, graph.ints([0])]);
  let x = graph.op('Add', [graph.op('Gather', [graph.weight(encoder.tokens), ids]), positions]);
  if (encoder.embeddingsNorm !== null) x = norm(graph, x, encoder.embeddingsNorm);
  for (const layer of encoder.layers) x = writeLayer(graph, x, { encoder, layer, bias });
  const pool = writePool(graph, x, mask, encoder.pooling);
  const sentence = encoder.tanh === null ? pool : graph.op('Tanh', [linear(graph, pool, encoder.tanh)]);
  return { pool, sentence };
}

interface LayerParts {
  readonly encoder: PlainTransformer;
  readonly layer: PlainLayer;
  readonly bias: string;
}

/** [N, T, in] → [N, T, out] */
function writeLayer(graph: Graph, x: string, { encoder, layer, bias }: LayerParts): string {
  const { normFirst, activation } = encoder;
  const add = (a: string, b: string): string => graph.op('Add', [a, b]);
  const before = (value: string, own: PlainNorm): string => (normFirst ? norm(graph, value, own) : value);
  const after = (value: string, own: PlainNorm): string => (normFirst ? value : norm(graph, value, own));
  const branch = (value: string, name: string): string => {
    const adapter = encoder.adapters.find(({ branch: own }) => own === `${layer.name}/${name}`);
    if (adapter === undefined) return value;
    return add(value, linear(graph, graph.op('Relu', [linear(graph, value, adapter.down)]), adapter.up));
  };
  const context = writeAttention(graph, linear(graph, before(x, layer.attentionNorm), layer.qkv), { layer, bias });
  const attended = branch(linear(graph, context, layer.output), 'attention');
  const residual = layer.residual === null ? x : linear(graph, x, layer.residual);
  const x1 = after(add(residual, attended), layer.attentionNorm);
  const hidden = linear(graph, before(x1, layer.feedForwardNorm), layer.expand);
  const active = activation === 'relu' ? graph.op('Relu', [hidden]) : gelu(graph, hidden);
  return after(add(x1, branch(linear(graph, active, layer.contract), 'feed-forward')), layer.feedForwardNorm);
}

/** [N, T, 3·H·S] → [N, T, H·S] */
function writeAttention(graph: Graph, qkv: string, { layer, bias }: Pick<LayerParts, 'layer' | 'bias'>): string {
  const { heads } = layer;
  const width = layer.qkv.weight.shape[1]! / 3;
  const size = width / heads;
  const parts = graph.ops('Split', [qkv, graph.ints([width, width, width])], { outputs: 3, attributes: { axis: -1 } });
  const split = (part: string, perm: readonly number[]): string =>
    graph.op('Transpose', [graph.op('Reshape', [part, graph.ints([0, 0, heads, size])])], { perm });
  const [queries, keys, values] = [
    split(parts[0]!, [0, 2, 1, 3]),
    split(parts[1]!, [0, 2, 3, 1]),
    split(parts[2]!, [0, 2, 1, 3]),
  ];
  const scores = graph.op('Mul', [graph.op('MatMul', [queries, keys]), graph.float(size ** -0.5)]);
  const shares = graph.op('Softmax', [graph.op('Add', [scores, bias])], { axis: -1 });
  const context = graph.op('Transpose', [graph.op('MatMul', [shares, values])], { perm: [0, 2, 1, 3] });
  return graph.op('Reshape', [context, graph.ints([0, 0, width])]);
}

/** [N, T, D], [N, T] → [N, D] */
function writePool(graph: Graph, x: string, mask: string, pooling: PlainTransformer['pooling']): string {
  if (pooling === 'cls')
    return graph.op('Squeeze', [graph.op('Slice', [x, ...[[0], [1], [1]].map(graph.ints)]), graph.ints([1])]);
  const perToken = graph.op('Unsqueeze', [mask, graph.ints([2])]);
  if (pooling === 'max') {
    const isToken = graph.op('Greater', [perToken, graph.float(0.5)]);
    return graph.op('ReduceMax', [graph.op('Where', [isToken, x, graph.float(-1e9)])], { axes: [1], keepdims: 0 });
  }
  const sum = graph.op('ReduceSum', [graph.op('Mul', [x, perToken]), graph.ints([1])], { keepdims: 0 });
  const count = graph.op('ReduceSum', [mask, graph.ints([1])], { keepdims: 1 });
  return graph.op('Div', [sum, graph.op('Max', [count, graph.float(1)])]);
}

const linear = (graph: Graph, x: string, { weight, bias }: PlainLinear): string =>
  graph.op('Add', [graph.op('MatMul', [x, graph.weight(weight)]), graph.weight(bias)]);

const norm = (graph: Graph, x: string, { scale, bias, epsilon }: PlainNorm): string =>
  graph.op('LayerNormalization', [x, graph.weight(scale), graph.weight(bias)], {
    axis: -1,
    epsilon: { float: epsilon },
  });

/** x · Φ(x), with Φ of the normal distribution. */
function gelu(graph: Graph, x: string): string {
  const erf = graph.op('Erf', [graph.op('Mul', [x, graph.float(Math.SQRT1_2)])]);
  return graph.op('Mul', [graph.op('Mul', [x, graph.float(0.5)]), graph.op('Add', [erf, graph.float(1)])]);
}
