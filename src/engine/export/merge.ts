// A tuner's change as weights of the encoder, computed without TensorFlow.js: what src/engine/tuners does when it restores.

import { UserError } from '../errors.js';
import type { FloatTensor, TunerState } from '../tuners/tuner.js';
import {
  linearsOf,
  mapWeights,
  type NamedTensor,
  normsOf,
  type PlainAdapter,
  type PlainLinear,
  type PlainTransformer,
} from './transformer.js';

/** Kinds of tuners that a plain network can hold. */
const HELD = ['lora', 'weights', 'adapter'] as const;

export const holdsTuner = ({ kind }: TunerState): boolean => (HELD as readonly string[]).includes(kind);

/** The encoder with the change in it; tensors that differ are named after `owner`. Throws where the kind is none of HELD. */
export function mergeTuner(encoder: PlainTransformer, state: TunerState, owner: string): PlainTransformer {
  switch (state.kind) {
    case 'lora':
      return replace(encoder, loraWeights(encoder, state), owner);
    case 'weights':
      return replace(encoder, trainedWeights(encoder, state), owner);
    case 'adapter':
      return { ...encoder, adapters: adaptersOf(state, owner) };
    default:
      throw new Error(`a tuner of the kind ${state.kind} cannot be folded into ${encoder.name}`);
  }
}

function replace(
  encoder: PlainTransformer,
  weights: ReadonlyMap<string, Float32Array>,
  owner: string,
): PlainTransformer {
  const unused = new Set(weights.keys());
  const replaced = mapWeights(encoder, (tensor, parameter): NamedTensor => {
    const data = weights.get(parameter);
    if (data === undefined) return tensor;
    if (data.length !== tensor.data.length) throw misfit(encoder, parameter);
    unused.delete(parameter);
    return { name: `${owner}/${parameter}`, shape: tensor.shape, data };
  });
  const [unknown] = unused;
  if (unknown !== undefined) throw misfit(encoder, unknown);
  return replaced;
}

/** Pairs of a LoRA by the layer that they change, as plain numbers. */
export interface LoraPair {
  /** `layer0/qkv` */
  readonly layer: string;
  /** [in, rank] */
  readonly a: FloatTensor;
  /** [rank, out] */
  readonly b: FloatTensor;
  /** [out], relative to the lengths of the frozen columns; null without DoRA. */
  readonly lengths: Float32Array | null;
}

export function loraPairs({ tensors }: TunerState): LoraPair[] {
  return Object.entries(tensors).flatMap(([name, a]) => {
    if (!name.endsWith('/a')) return [];
    const layer = name.slice(0, -2);
    return [{ layer, a, b: tensors[`${layer}/b`]!, lengths: tensors[`${layer}/lengths`]?.data ?? null }];
  });
}

function loraWeights(encoder: PlainTransformer, state: TunerState): Map<string, Float32Array> {
  const scaling = Number(state.settings.scaling);
  return new Map(
    loraPairs(state).map((pair) => {
      const layer = linearsOf(encoder).find(({ name }) => name === pair.layer);
      if (layer === undefined) throw misfit(encoder, pair.layer);
      return [`${pair.layer}/weight`, changedWeight(layer, pair, scaling)];
    }),
  );
}

/** W + scaling · A · B, with columns of the trained lengths where there are some. */
function changedWeight({ weight }: PlainLinear, { a, b, lengths }: LoraPair, scaling: number): Float32Array {
  const [inputs, outputs] = weight.shape as [number, number];
  const rank = a.shape[1]!;
  const out = Float32Array.from(weight.data);
  for (let i = 0; i < inputs; i++) {
    const row = out.subarray(i * outputs, (i + 1) * outputs);
    for (let r = 0; r < rank; r++) {
      const factor = scaling * a.data[i * rank + r]!;
      const from = r * outputs;
      for (let o = 0; o < outputs; o++) row[o]! += factor * b.data[from + o]!;
    }
  }
  if (lengths !== null) {
    const [before, after] = [columnLengths(weight.data, outputs), columnLengths(out, outputs)];
    for (let i = 0; i < out.length; i++) {
      const o = i % outputs;
      out[i]! *= (lengths[o]! * before[o]!) / after[o]!;
    }
  }
  return out;
}

/** Euclidean length of each column of a row-major matrix. */
export function columnLengths(values: Float32Array, columns: number): Float64Array {
  const squares = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) squares[i % columns]! += values[i]! ** 2;
  return squares.map((square) => Math.sqrt(Math.max(square, 1e-12)));
}

/** Ids [M] and differences [M, D] of the token vectors that trained (tuners/weights.ts). */
const [TOKENS, CHANGES] = ['embeddings/tokens', 'embeddings/changes'];

function trainedWeights(encoder: PlainTransformer, { tensors }: TunerState): Map<string, Float32Array> {
  const { [TOKENS!]: ids, [CHANGES!]: changes, ...own } = tensors;
  const weights = new Map(Object.entries(own).map(([name, { data }]) => [name, data]));
  if (ids === undefined || changes === undefined) return weights;
  const table = Float32Array.from(encoder.tokens.data);
  const width = encoder.tokens.shape[1]!;
  ids.data.forEach((id, row) => {
    for (let d = 0; d < width; d++) table[id * width + d]! += changes.data[row * width + d]!;
  });
  return weights.set('tokens', table);
}

function adaptersOf({ tensors }: TunerState, owner: string): PlainAdapter[] {
  const branches = Object.keys(tensors).flatMap((name) => (name.endsWith('/down') ? [name.slice(0, -5)] : []));
  return branches.map((branch) => {
    const linear = (part: 'down' | 'up'): PlainLinear => {
      const tensor = (name: string, { shape, data }: FloatTensor): NamedTensor => ({
        name: `${owner}/${branch}/${part}/${name}`,
        shape,
        data,
      });
      return {
        name: `${branch}/${part}`,
        weight: tensor('weight', tensors[`${branch}/${part}`]!),
        bias: tensor('bias', tensors[`${branch}/${part}-bias`]!),
      };
    };
    return { branch, down: linear('down'), up: linear('up') };
  });
}

const misfit = (encoder: PlainTransformer, parameter: string): UserError => {
  const known = [...linearsOf(encoder), ...normsOf(encoder)].map(({ name }) => name);
  const why = `it changes ${parameter}, and ${encoder.name} has ${known.slice(0, 4).join(', ')}…`;
  return new UserError('damaged', `The version does not fit its encoder: ${why}`, { details: { parameter } });
};
