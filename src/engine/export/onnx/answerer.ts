// A trained answerer as one ONNX graph: encoders, features, heads and the out-of-scope rule. What the experts share is written
// once (graph.ts).

import { sliceOf } from '../../encoders/blocks.js';
import type { DenseBlock, FeatureSpace } from '../../features.js';
import { type AnswererParts, blockKey, ngramsOf } from '../parts.js';
import type { StaticTable } from '../static.js';
import type { NamedTensor } from '../transformer.js';
import type { Graph } from './graph.js';
import { writeTransformer } from './transformer.js';

/** Values of encoder vectors by the name of a block. */
type Blocks = ReadonlyMap<string, string>;

/** Names of the n-gram inputs: one for each list of columns, as experts may have lists of their own. */
export function ngramInputs({ model }: AnswererParts): Map<string, readonly string[]> {
  const inputs = new Map<string, readonly string[]>();
  for (const { space } of model.experts) {
    const columns = ngramsOf(space);
    if (columns !== null && inputFor(inputs, columns) === undefined)
      inputs.set(inputs.size === 0 ? 'ngrams' : `ngrams_${inputs.size}`, columns);
  }
  return inputs;
}

const inputFor = (inputs: ReadonlyMap<string, readonly string[]>, columns: readonly string[]): string | undefined =>
  [...inputs].find(([, own]) => own.length === columns.length && own.every((gram, i) => gram === columns[i]))?.[0];

/** Inputs as the encoders need them; outputs `probabilities` [N, labels] and `similarity` [N]. */
export function writeAnswerer(graph: Graph, parts: AnswererParts): void {
  const { model, tuned } = parts;
  const classes = model.labels.length;
  const frozen = frozenBlocks(graph, parts);
  const ngrams = ngramInputs(parts);
  const logits = model.experts.map(({ space, head }, i) => {
    const encoder = tuned[i] ?? null;
    const own = encoder === null ? [] : transformerBlocks(encoder.name, writeTransformer(graph, encoder), graph);
    const at = `expert${i}`;
    const dense = denseFeatures(graph, space, { blocks: new Map([...frozen, ...own]), at });
    const weight = (name: string, data: Float32Array, shape: readonly number[]): string =>
      graph.weight({ name: `${at}/head/${name}`, shape, data });
    let sum = graph.op('Add', [
      graph.op('MatMul', [dense, weight('dense', head.dense, [head.width, classes])]),
      weight('intercepts', head.intercepts, [classes]),
    ]);
    const columns = ngramsOf(space);
    if (columns !== null && head.sparse !== null) {
      const rows = ngramRows(graph, space, { input: inputFor(ngrams, columns)!, at });
      const weights = weight('sparse', head.sparse, [columns.length, classes]);
      sum = graph.op('Add', [sum, graph.op('MatMul', [rows, weights])]);
    }
    return graph.op('Mul', [sum, graph.float(model.shares[i]!)]);
  });
  const mixed = logits.reduce((a, b) => graph.op('Add', [a, b]));
  const probabilities = graph.op('Softmax', [graph.op('Div', [mixed, graph.float(model.temperature)])], { axis: -1 });
  graph.output('probabilities', probabilities, ['texts', classes]);

  const { space, width, centroids } = model.scope;
  const dense = denseFeatures(graph, space, { blocks: frozen, at: 'scope' });
  const cosines = graph.op('MatMul', [dense, graph.weight(transposed('scope/centroids', centroids, [classes, width]))]);
  graph.output('similarity', graph.op('ReduceMax', [cosines], { axes: [1], keepdims: 0 }), ['texts']);
}

function frozenBlocks(graph: Graph, { model, transformers, table }: AnswererParts): Map<string, string> {
  // Only what somebody reads: with every expert tuned, the frozen encoder may serve the out-of-scope rule alone.
  const read = [
    model.scope.space,
    ...model.experts.flatMap(({ space, tuned }) => (tuned === null ? [space] : [without(space, tuned.encoder)])),
  ].flatMap(({ dense }) => dense.map(({ name }) => sliceOf(name).encoder));
  const blocks = new Map<string, string>();
  for (const [name, encoder] of transformers) {
    if (!read.includes(name)) continue;
    for (const [block, value] of transformerBlocks(name, writeTransformer(graph, encoder), graph))
      blocks.set(block, value);
  }
  if (table !== null) blocks.set('static-en-zh', tableRows(graph, table));
  if (read.includes('hashing')) blocks.set('hashing', graph.input('hashing', 'float32', ['texts', 1024]));
  return blocks;
}

const without = (space: FeatureSpace, encoder: string): FeatureSpace => ({
  ...space,
  dense: space.dense.filter(({ name }) => sliceOf(name).encoder !== encoder),
});

function transformerBlocks(
  name: string,
  encoded: { pool: string; sentence: string },
  graph: Graph,
): [string, string][] {
  const sentence: [string, string] = [name, unit(graph, encoded.sentence)];
  return name === 'use-lite' ? [sentence, ['use-lite-pool', unit(graph, encoded.pool)]] : [sentence];
}

/** The unit-length sum of the rows of a text; the unknown piece, 0, adds nothing and fills up. */
function tableRows(graph: Graph, { packed, entries, dimensions, scale }: StaticTable): string {
  const ids = graph.input('static_ids', 'int64', ['texts', 'static tokens']);
  const table = graph.bytes('static-en-zh/vectors', [entries, dimensions / 2], packed);
  const bytes = graph.op('Cast', [graph.op('Gather', [table, ids])], { to: 1 });
  const high = graph.op('Floor', [graph.op('Div', [bytes, graph.float(16)])]);
  const low = graph.op('Sub', [bytes, graph.op('Mul', [high, graph.float(16)])]);
  const pair = [low, high].map((half) => graph.op('Unsqueeze', [half, graph.ints([3])]));
  const nibbles = graph.op('Reshape', [
    graph.ops('Concat', pair, { outputs: 1, attributes: { axis: 3 } })[0]!,
    graph.ints([0, 0, dimensions]),
  ]);
  const values = graph.op('Sub', [nibbles, graph.float(7.5)]);
  const scaled = graph.op('Mul', [values, graph.op('Gather', [graph.weight(scale), ids])]);
  return unit(graph, graph.op('ReduceSum', [scaled, graph.ints([1])], { keepdims: 0 }));
}

/** Blocks centred, brought to their lengths, side by side. [N, width] */
function denseFeatures(graph: Graph, { dense }: FeatureSpace, { blocks, at }: { blocks: Blocks; at: string }): string {
  const parts = dense.map((block: DenseBlock) => {
    const centre = graph.weight({
      name: `${at}/centre/${blockKey(block.name)}`,
      shape: [block.centre.length],
      data: block.centre,
    });
    return ofLength(graph, graph.op('Sub', [blocks.get(block.name)!, centre]), block.length);
  });
  return parts.length === 1 ? parts[0]! : graph.op('Concat', parts, { axis: 1 });
}

/** Rows of (1 + ln count) · idf, brought to their length. [N, columns] → [N, columns] */
function ngramRows(
  graph: Graph,
  { lexicon, lexicalLength }: FeatureSpace,
  { input, at }: { input: string; at: string },
): string {
  const { idf } = lexicon!;
  const counts = graph.input(input, 'float32', ['texts', idf.length]);
  const logarithm = graph.op('Log', [graph.op('Max', [counts, graph.float(1)])]);
  const held = graph.op('Min', [counts, graph.float(1)]);
  const weighted = graph.op('Mul', [
    graph.op('Mul', [graph.op('Add', [logarithm, graph.float(1)]), held]),
    graph.weight({ name: `${at}/ngrams/idf`, shape: [idf.length], data: idf }),
  ]);
  return ofLength(graph, weighted, lexicalLength);
}

const squares = (graph: Graph, x: string): string =>
  graph.op('ReduceSum', [graph.op('Mul', [x, x]), graph.ints([1])], { keepdims: 1 });

const unit = (graph: Graph, x: string): string =>
  graph.op('Div', [x, graph.op('Sqrt', [graph.op('Max', [squares(graph, x), graph.float(1e-12)])])]);

/** Rows of this length; a row of zeros stays one. */
function ofLength(graph: Graph, x: string, length: number): string {
  const square = squares(graph, x);
  const factor = graph.op('Div', [
    graph.float(length),
    graph.op('Sqrt', [graph.op('Max', [square, graph.float(1e-12)])]),
  ]);
  const known = graph.op('Greater', [square, graph.float(1e-12)]);
  return graph.op('Mul', [x, graph.op('Where', [known, factor, graph.float(0)])]);
}

function transposed(name: string, data: Float32Array, [rows, columns]: [number, number]): NamedTensor {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) out[(i % columns) * rows + Math.floor(i / columns)] = data[i]!;
  return { name, shape: [columns, rows], data: out };
}
