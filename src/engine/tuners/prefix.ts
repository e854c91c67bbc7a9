// Prefix tuning (Li and Liang, 2021, https://arxiv.org/abs/2101.00190), in every layer as in P-tuning v2 (Liu et al., 2022,
// https://arxiv.org/abs/2110.07602): P trained keys and values stand before those of each text. Gates that are 0 at the start
// let a fresh prefix change nothing (nn/prefix-attention.ts).
//
// With `reparameterise` a small network makes the keys and values while they train; what it made in the end is kept.

import * as tf from '@tensorflow/tfjs';
import { type LayerShape, plain, type TunableEncoder } from '../encoders/encoder.js';
import { trainedLinear } from '../nn/ops.js';
import type { Prefix } from '../nn/prefix-attention.js';
import type { Rng } from '../random.js';
import { createDropout } from './dropout.js';
import { closedGates, gateParameters, shrunkGate } from './gates.js';
import type { TunerOptions } from './options.js';
import { copyOf, expectOwners, randomVariable, storedAt, toTensor, zeroVariable } from './tensors.js';
import type { FloatTensor, Tuner, TunerState, TunerType } from './tuner.js';

/** Where the keys and values of each layer come from while they train. */
interface Source {
  readonly variables: readonly tf.Variable[];
  /** [P, H·S] each; gradients reach the variables. */
  keysAndValues(layer: number): Pick<Prefix, 'keys' | 'values'>;
}

export const prefix: TunerType<'prefix'> = { kind: 'prefix', create, restore };

const widthOf = ({ heads, headSize }: LayerShape): number => heads * headSize;

function create(encoder: TunableEncoder, options: TunerOptions['prefix'], rng: Rng): Tuner {
  const { layers } = encoder;
  const { length, reparameterise, dropout } = options;
  const source = reparameterise === 0 ? trainedThemselves(layers, length, rng) : madeByNetwork(layers, options, rng);
  const gates = closedGates(layers);
  return {
    ...plain,
    parameters: [...source.variables.map((variable) => ({ variable, rate: 1 })), ...gateParameters(gates)],
    prefix: (layer) => ({ ...source.keysAndValues(layer), gate: gates[layer]! }),
    branch: createDropout(dropout, rng),
    async state(strength) {
      const tensors: Record<string, FloatTensor> = {};
      for (const [index, { name }] of layers.entries()) {
        const { keys, values } = tf.tidy(() => {
          const made = source.keysAndValues(index);
          return { keys: made.keys.clone(), values: made.values.clone() };
        });
        tensors[`${name}/prefix/keys`] = await copyOf(keys);
        tensors[`${name}/prefix/values`] = await copyOf(values);
        tensors[`${name}/prefix/gate`] = await shrunkGate(gates[index]!, strength);
        tf.dispose([keys, values]);
      }
      return { kind: 'prefix', settings: {}, tensors };
    },
    dispose: () => tf.dispose([...source.variables, ...gates]),
  };
}

/** Drawn at the scale of a layer's own keys and values, which is about 1 (measured: 0.9 to 1.5 in USE lite). */
function trainedThemselves(layers: readonly LayerShape[], length: number, rng: Rng): Source {
  const pairs = layers.map((layer) => ({
    keys: randomVariable<tf.Rank.R2>([length, widthOf(layer)], 1, rng),
    values: randomVariable<tf.Rank.R2>([length, widthOf(layer)], 1, rng),
  }));
  return {
    variables: pairs.flatMap(({ keys, values }) => [keys, values] as tf.Variable[]),
    keysAndValues: (layer) => pairs[layer]!,
  };
}

/** tanh(vectors · hidden + bias) · output + bias: vectors [P, m] and hidden [m, m] of all layers, output [m, 2·H·S] of each. */
function madeByNetwork(
  layers: readonly LayerShape[],
  { length, reparameterise: width }: TunerOptions['prefix'],
  rng: Rng,
): Source {
  const vectors = randomVariable<tf.Rank.R2>([length, width], 1, rng);
  const hidden = randomVariable<tf.Rank.R2>([width, width], 1 / Math.sqrt(width), rng);
  const hiddenBias = zeroVariable<tf.Rank.R1>([width]);
  const outputs = layers.map((layer) => ({
    // tanh of standard normal numbers has variance 0.39.
    weight: randomVariable<tf.Rank.R2>([width, 2 * widthOf(layer)], 1 / Math.sqrt(0.39 * width), rng),
    bias: zeroVariable<tf.Rank.R1>([2 * widthOf(layer)]),
  }));
  return {
    variables: [vectors, hidden, hiddenBias, ...outputs.flatMap(({ weight, bias }) => [weight, bias])] as tf.Variable[],
    keysAndValues(layer) {
      const { weight, bias } = outputs[layer]!;
      const inner = tf.tanh(trainedLinear(vectors, hidden, hiddenBias));
      const [keys, values] = tf.split(trainedLinear(inner, weight, bias), 2, 1);
      return { keys: keys as tf.Tensor2D, values: values as tf.Tensor2D };
    },
  };
}

async function restore(encoder: TunableEncoder, state: TunerState): Promise<TunableEncoder> {
  const names = encoder.layers.map(({ name }) => `${name}/prefix`);
  expectOwners(state, { encoder: encoder.name, owners: names });
  const prefixes: Prefix[] = tf.tidy(() =>
    names.map((name) => ({
      keys: toTensor<tf.Rank.R2>(storedAt(state, `${name}/keys`)),
      values: toTensor<tf.Rank.R2>(storedAt(state, `${name}/values`)),
      gate: toTensor<tf.Rank.R1>(storedAt(state, `${name}/gate`)),
    })),
  );
  return encoder.withHooks({ ...plain, prefix: (layer) => prefixes[layer] ?? null }, () => {
    for (const tensors of prefixes) tf.dispose(Object.values(tensors));
  });
}
