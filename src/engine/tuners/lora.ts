// LoRA (Hu et al., 2021, https://arxiv.org/abs/2106.09685): next to a frozen weight W [in, out] two small matrices learn a
// change of low rank, x · W + scaling · (x · A) · B with A [in, rank] random and B [rank, out] zero at the start.
//
// With `dora` (Liu et al., 2024, https://arxiv.org/abs/2402.09353) the columns of W + ΔW are brought to lengths that train too:
// they start as those of W.

import * as tf from '@tensorflow/tfjs';
import { plain, type TunableEncoder } from '../encoders/encoder.js';
import { UserError } from '../errors.js';
import { withGradient } from '../nn/gradient.js';
import { frozenLinear, type Linear, matMul } from '../nn/ops.js';
import type { Rng } from '../random.js';
import { createDropout } from './dropout.js';
import type { TunerOptions } from './options.js';
import { copyOf, randomVariable, storedAt, toTensor, zeroVariable } from './tensors.js';
import type { FloatTensor, Tuner, TunerState, TunerType } from './tuner.js';

interface Pair {
  readonly layer: Linear;
  readonly a: tf.Variable<tf.Rank.R2>;
  readonly b: tf.Variable<tf.Rank.R2>;
  /** [out], relative to the lengths of W's columns: 1 at the start; null without DoRA. */
  readonly lengths: tf.Variable<tf.Rank.R1> | null;
}

export const lora: TunerType<'lora'> = { kind: 'lora', create, restore };

function create(encoder: TunableEncoder, options: TunerOptions['lora'], rng: Rng): Tuner {
  const { rank, alpha, rslora, dora } = options;
  const scaling = alpha / (rslora ? Math.sqrt(rank) : rank);
  const targets = options.targets.split('+');
  const pairs = new Map<string, Pair>();
  for (const layer of encoder.linears) {
    if (!targets.includes(layer.name.split('/').at(-1)!)) continue;
    const [inputs, outputs] = layer.weight.shape;
    pairs.set(layer.name, {
      layer,
      a: randomVariable<tf.Rank.R2>([inputs, rank], 1 / Math.sqrt(inputs), rng),
      b: zeroVariable<tf.Rank.R2>([rank, outputs]),
      lengths: dora ? tf.tidy(() => tf.variable(tf.ones<tf.Rank.R1>([outputs]))) : null,
    });
  }
  if (pairs.size === 0) {
    const names = [...new Set(encoder.linears.map(({ name }) => name.split('/').at(-1)))].join(', ');
    throw new UserError(
      'bad-input',
      `targets=${options.targets} names no layer of ${encoder.name}, which has ${names}.`,
    );
  }
  const drop = createDropout(options.dropout, rng);
  return {
    ...plain,
    parameters: [...pairs.values()].flatMap(({ a, b, lengths }) =>
      [a, b, ...(lengths === null ? [] : [lengths])].map((variable) => ({
        variable: variable as tf.Variable,
        rate: 1,
      })),
    ),
    linear(x, layer) {
      const pair = pairs.get(layer.name);
      return pair === undefined ? frozenLinear(x, layer) : changed(x, pair, scaling);
    },
    branch: drop,
    async state(strength) {
      const tensors: Record<string, FloatTensor> = {};
      for (const [layer, { a, b, lengths }] of pairs) {
        tensors[`${layer}/a`] = await copyOf(a);
        tensors[`${layer}/b`] = await copyOf(b);
        if (lengths !== null) {
          const { shape, data } = await copyOf(lengths);
          tensors[`${layer}/lengths`] = { shape, data: data.map((x) => 1 + strength * (x - 1)) };
        }
      }
      return { kind: 'lora', settings: { rank, alpha, rslora, dora, scaling: scaling * strength }, tensors };
    },
    dispose() {
      for (const { a, b, lengths } of pairs.values()) tf.dispose([a, b, ...(lengths === null ? [] : [lengths])]);
    },
  };
}

/** x · W' + bias for the changed weights, with gradients into the pair and x. */
function changed(x: tf.Tensor2D, { layer, a, b, lengths }: Pair, scaling: number): tf.Tensor2D {
  const change = tf.mul(matMul(matMul(x, a), b), scaling) as tf.Tensor2D;
  const base = frozenLinear(x, layer);
  if (lengths === null) return tf.add(base, change);
  // The bias keeps its length. As in the paper (4.3), no gradient flows through the length of W + ΔW.
  // Written as a sum with `base`, so that a fresh one changes no bit: (x · W + change) · factor + bias.
  const factor = columnFactors(lengths, { layer, a, b, scaling });
  const withoutBias = layer.bias === null ? base : tf.sub(base, layer.bias);
  return tf.add(base, tf.add(tf.mul(withoutBias, tf.sub(factor, 1)), tf.mul(change, factor)));
}

interface Change {
  readonly layer: Linear;
  readonly a: tf.Tensor2D;
  readonly b: tf.Tensor2D;
  readonly scaling: number;
}

/** lengths · |W| / |W + ΔW| for each column; the gradient reaches the lengths alone. [out] → [out] */
function columnFactors(lengths: tf.Tensor1D, { layer, a, b, scaling }: Change): tf.Tensor1D {
  return withGradient([lengths], (save) => {
    const columns = (w: tf.Tensor): tf.Tensor => tf.sqrt(tf.maximum(tf.sum(tf.square(w), 0), 1e-12));
    const ratio = tf.div(columns(layer.weight), columns(tf.add(layer.weight, tf.mul(tf.matMul(a, b), scaling))));
    save([ratio]);
    return { value: tf.mul(lengths, ratio) as tf.Tensor1D, gradient: (dy, [saved]) => tf.mul(dy, saved!) };
  });
}

async function restore(encoder: TunableEncoder, state: TunerState): Promise<TunableEncoder> {
  const { settings, tensors } = state;
  const merged = new Map<string, Float32Array>();
  for (const name of layersOf(tensors)) {
    const layer = encoder.linears.find((linear) => linear.name === name);
    if (layer === undefined) throw new Error(`${encoder.name} has no layer ${name}, which the LoRA weights change`);
    const weight = tf.tidy(() => {
      const a = toTensor<tf.Rank.R2>(storedAt(state, `${name}/a`));
      const b = toTensor<tf.Rank.R2>(storedAt(state, `${name}/b`));
      const whole = tf.add(layer.weight, tf.mul(tf.matMul(a, b), settings.scaling as number));
      if (settings.dora !== true) return whole;
      const lengths = toTensor<tf.Rank.R1>(storedAt(state, `${name}/lengths`));
      return tf.mul(whole, columnFactors(lengths, { layer, a, b, scaling: settings.scaling as number }));
    });
    merged.set(`${name}/weight`, Float32Array.from(await weight.data()));
    weight.dispose();
  }
  return encoder.withWeights(merged);
}

/** Names of the layers that a LoRA changes. */
export const layersOf = (tensors: TunerState['tensors']): string[] =>
  Object.keys(tensors).flatMap((name) => (name.endsWith('/a') ? [name.slice(0, -2)] : []));
