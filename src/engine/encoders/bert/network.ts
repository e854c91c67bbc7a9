// The weights of a BERT-family network from model.safetensors, under the names that tuners know. Files differ in the prefix of
// their names and DistilBERT in the names themselves. What the weights become is for the caller to say: tensors of TensorFlow.js
// (weights.ts), or plain numbers (export/bert.ts).

import path from 'node:path';
import { UserError } from '../../errors.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors.js';
import type { BertArchitecture } from './architecture.js';
import { type BertFolder, WEIGHTS } from './folder.js';
import { BERT_NAMES, type BertNames } from './layer-names.js';

export interface BertLayerOf<Linear, Norm> {
  readonly name: string;
  readonly qkv: Linear;
  readonly output: Linear;
  readonly attentionNorm: Norm;
  readonly expand: Linear;
  readonly contract: Linear;
  readonly feedForwardNorm: Norm;
}

export interface BertNetwork<Linear, Norm> {
  /** [vocabulary, D], row-major */
  readonly tokens: Float32Array;
  readonly vocabulary: number;
  /** [positions, D]: of each position, with the vector of the first token type added. */
  readonly positions: Float32Array;
  readonly embeddingsNorm: Norm;
  readonly layers: readonly BertLayerOf<Linear, Norm>[];
}

/** What becomes of the weights that were read. */
export interface Make<Linear, Norm> {
  /** weight row-major [in, out], bias [out] */
  linear(name: string, weight: Float32Array, shape: readonly [number, number], bias: Float32Array): Linear;
  /** [D] each */
  norm(name: string, scale: Float32Array, bias: Float32Array, epsilon: number): Norm;
}

/** One tensor after another. Throws a UserError `damaged` when the file lacks weights that config.json tells of. */
export async function readNetwork<Linear, Norm>(
  { name, path: folder, architecture }: BertFolder,
  make: Make<Linear, Norm>,
): Promise<BertNetwork<Linear, Norm>> {
  const file = await openSafetensors(path.join(folder, WEIGHTS));
  try {
    return await build(createReader(name, file), architecture, make);
  } finally {
    await file.close();
  }
}

const WORDS = 'embeddings.word_embeddings.weight';

type Reader = (name: string, shape: readonly [number | null, ...number[]]) => Promise<Float32Array>;

/** Reads a tensor whatever its prefix (`bert.`, `0.auto_model.`, …), and checks its shape; null stands for any size. */
function createReader(model: string, file: SafetensorsFile): Reader {
  const words = file.names.find((name) => name === WORDS || name.endsWith(`.${WORDS}`));
  const prefix = words?.slice(0, words.length - WORDS.length) ?? '';
  const names = new Set(file.names);
  return async (short, shape) => {
    // Very old checkpoints say gamma and beta.
    const older = short.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    const name = [short, older].map((one) => prefix + one).find((one) => names.has(one));
    if (name === undefined)
      throw new UserError(
        'damaged',
        `${model} has no weights ${prefix}${short} in ${WEIGHTS}, which its config.json needs.`,
      );
    const given = file.shapeOf(name);
    if (given.length !== shape.length || shape.some((size, axis) => size !== null && size !== given[axis])) {
      const expected = shape.map((size) => size ?? 'any').join(', ');
      throw new UserError(
        'damaged',
        `${model} has weights ${name} of the shape [${given.join(', ')}], and its config.json tells of [${expected}].`,
      );
    }
    return file.read(name);
  };
}

async function build<Linear, Norm>(
  read: Reader,
  architecture: BertArchitecture,
  make: Make<Linear, Norm>,
): Promise<BertNetwork<Linear, Norm>> {
  const { hiddenSize: D, intermediateSize, epsilon } = architecture;
  const norm = async (own: string, name: string): Promise<Norm> =>
    make.norm(own, await read(`${name}.weight`, [D]), await read(`${name}.bias`, [D]), epsilon);
  /** Layers side by side over the same inputs; files hold [out, in]. */
  const linear = async (own: string, names: readonly string[], [inputs, outputs]: [number, number]) => {
    const width = names.length * outputs;
    const weight = new Float32Array(inputs * width);
    const bias = new Float32Array(width);
    for (const [part, name] of names.entries()) {
      const values = await read(`${name}.weight`, [outputs, inputs]);
      transposeInto(weight, values, { inputs, outputs, width, at: part * outputs });
      bias.set(await read(`${name}.bias`, [outputs]), part * outputs);
    }
    return make.linear(own, weight, [inputs, width], bias);
  };
  const tokens = await read(WORDS, [null, D]);
  const embeddingsNorm = await norm('embeddings-norm', 'embeddings.LayerNorm');
  const positions = await positionTable(read, architecture);
  const layers: BertLayerOf<Linear, Norm>[] = [];
  const names = BERT_NAMES[architecture.names];
  for (let index = 0; index < architecture.layers; index++) {
    const name = `layer${index}`;
    const inFile = (part: Exclude<keyof BertNames, 'path'>): string => `${names.path}.${index}.${names[part]}`;
    layers.push({
      name,
      qkv: await linear(`${name}/qkv`, [inFile('query'), inFile('key'), inFile('value')], [D, D]),
      output: await linear(`${name}/output`, [inFile('output')], [D, D]),
      attentionNorm: await norm(`${name}/attention-norm`, inFile('attentionNorm')),
      expand: await linear(`${name}/expand`, [inFile('expand')], [D, intermediateSize]),
      contract: await linear(`${name}/contract`, [inFile('contract')], [intermediateSize, D]),
      feedForwardNorm: await norm(`${name}/feed-forward-norm`, inFile('feedForwardNorm')),
    });
  }
  return { tokens, vocabulary: tokens.length / D, positions, embeddingsNorm, layers };
}

/** Rows that texts use, with what every token gets for being of the first type. */
async function positionTable(
  read: Reader,
  { hiddenSize: D, firstPosition, positions, names }: BertArchitecture,
): Promise<Float32Array> {
  const all = await read('embeddings.position_embeddings.weight', [firstPosition + positions, D]);
  const table = all.slice(firstPosition * D);
  if (names === 'distilbert') return table;
  const types = await read('embeddings.token_type_embeddings.weight', [null, D]);
  for (let i = 0; i < table.length; i++) table[i]! += types[i % D]!;
  return table;
}

/** Columns at … at + outputs of `out` [inputs, width] from `values` [outputs, inputs]; by tiles, as caches like it. */
function transposeInto(
  out: Float32Array,
  values: Float32Array,
  { inputs, outputs, width, at }: { inputs: number; outputs: number; width: number; at: number },
): void {
  const TILE = 32;
  for (let top = 0; top < outputs; top += TILE) {
    const bottom = Math.min(top + TILE, outputs);
    for (let left = 0; left < inputs; left += TILE) {
      const right = Math.min(left + TILE, inputs);
      for (let i = left; i < right; i++) {
        for (let o = top; o < bottom; o++) out[i * width + at + o] = values[o * inputs + i]!;
      }
    }
  }
}
