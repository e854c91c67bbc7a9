// Trains the encoder's own weights: those of its last layers (`freeze`) or of all of them (`full`), each layer slower than the
// one above it (Howard and Ruder, 2018, ULMFiT, https://arxiv.org/abs/1801.06146). `strength` takes a point on the straight
// line from the old weights to the new ones (Wortsman et al., 2022, WiSE-FT, https://arxiv.org/abs/2109.01903).

import * as tf from '@tensorflow/tfjs';
import { layerOf, type Parameter, parametersOf, plain, type TunableEncoder } from '../encoders/encoder.js';
import { layerNorm, trainedLayerNorm } from '../nn/layer-norm.js';
import { frozenLinear, trainedLinear } from '../nn/ops.js';
import type { Rng } from '../random.js';
import { createDropout } from './dropout.js';
import type { TunerOptions } from './options.js';
import { copyOf, storedAt, zeroVariable } from './tensors.js';
import { addRows, pickedRows, rowFinder } from './token-vectors.js';
import type { FloatTensor, Tuner, TunerState, TunerType } from './tuner.js';

export const weights: TunerType<'weights'> = { kind: 'weights', create, restore };

/** Names under which the differences of token vectors are kept: ids [M] and differences [M, D]. */
const TOKENS = 'embeddings/tokens';
const CHANGES = 'embeddings/changes';

interface Trained {
  readonly start: tf.Tensor;
  readonly variable: tf.Variable;
  readonly rate: number;
}

function create(
  encoder: TunableEncoder,
  { unfreeze, layerDecay, embeddings, dropout }: TunerOptions['weights'],
  rng: Rng,
  tokens?: Int32Array,
): Tuner {
  if (embeddings && tokens === undefined) throw new Error('the vectors of tokens can only train with their tokens');
  const top = encoder.layers.length - 1;
  const lowest = unfreeze === 0 ? -1 : top + 1 - unfreeze;
  const trained = new Map<string, Trained>();
  for (const { name, depth, value } of withDepth(encoder)) {
    if (depth < lowest) continue;
    trained.set(name, { start: value, variable: tf.variable(value), rate: layerDecay ** (top - depth) });
  }
  const changes = embeddings
    ? {
        tokens: tokens!,
        rows: rowFinder(tokens!),
        table: zeroVariable<tf.Rank.R2>([tokens!.length, encoder.layers[0]!.inputs]),
      }
    : null;
  const find = <R extends tf.Rank>(name: string): tf.Tensor<R> | null =>
    (trained.get(name)?.variable as unknown as tf.Tensor<R> | undefined) ?? null;
  return {
    ...plain,
    parameters: [
      ...[...trained.values()].map(({ variable, rate }) => ({ variable, rate })),
      ...(changes === null ? [] : [{ variable: changes.table as tf.Variable, rate: layerDecay ** (top + 1) }]),
    ],
    embed: (x, ids) => (changes === null ? x : addRows(x, changes.table, changes.rows(ids))),
    linear(x, layer) {
      const weight = find<tf.Rank.R2>(`${layer.name}/weight`);
      if (weight === null) return frozenLinear(x, layer);
      return trainedLinear(x, weight, find<tf.Rank.R1>(`${layer.name}/bias`));
    },
    norm(x, layer) {
      const [scale, bias] = [find<tf.Rank.R1>(`${layer.name}/scale`), find<tf.Rank.R1>(`${layer.name}/bias`)];
      if (scale === null || bias === null) return layerNorm(x, layer);
      return trainedLayerNorm(x, scale, bias, layer.epsilon);
    },
    branch: createDropout(dropout, rng),
    async state(strength) {
      const tensors: Record<string, FloatTensor> = {};
      for (const [name, { start, variable }] of trained) {
        const [before, after] = [await start.data(), await copyOf(variable)];
        const data = after.data.map((value, i) => (1 - strength) * before[i]! + strength * value);
        tensors[name] = { shape: after.shape, data };
      }
      if (changes !== null) {
        tensors[TOKENS] = { shape: [changes.tokens.length], data: Float32Array.from(changes.tokens) };
        tensors[CHANGES] = await copyOf(changes.table, strength);
      }
      return { kind: 'weights', settings: {}, tensors };
    },
    dispose() {
      tf.dispose([...trained.values()].map(({ variable }) => variable));
      if (changes !== null) tf.dispose(changes.table);
    },
  };
}

/** Every weight with its layer: −1 for what comes before the first, the last layer's for what comes after it. */
function withDepth(encoder: TunableEncoder): (Parameter & { readonly depth: number })[] {
  const depths = new Map<string, number>();
  for (const owners of [encoder.linears, encoder.norms]) {
    let started = false;
    for (const { name } of owners) {
      const layer = layerOf(name);
      started ||= layer !== null;
      depths.set(name, layer ?? (started ? encoder.layers.length - 1 : -1));
    }
  }
  return parametersOf(encoder).map((parameter) => ({ ...parameter, depth: depths.get(parameter.owner)! }));
}

async function restore(encoder: TunableEncoder, state: TunerState): Promise<TunableEncoder> {
  const { [TOKENS]: tokens, [CHANGES]: changes, ...own } = state.tensors;
  const weightsOf = (): TunableEncoder =>
    encoder.withWeights(new Map(Object.entries(own).map(([name, { data }]) => [name, data])));
  if (tokens === undefined && changes === undefined) return weightsOf();
  const rows = rowFinder(storedAt(state, TOKENS).data);
  const { shape, data } = storedAt(state, CHANGES);
  const width = shape[1]!;
  // A copy: the data may be a view that keeps a whole checkpoint in memory.
  const table = Float32Array.from(data);
  const changed = weightsOf();
  const embed = (x: tf.Tensor2D, ids: Int32Array): tf.Tensor2D => tf.add(x, pickedRows(table, rows(ids), width));
  return changed.withHooks({ ...plain, embed }, () => changed.dispose());
}
