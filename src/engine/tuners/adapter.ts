// Adapters (Houlsby et al., 2019, https://arxiv.org/abs/1902.00751): a narrow network after each residual branch, whose output
// is added to what the branch gives: x + relu(x · down + down-bias) · up + up-bias, with down [D, bottleneck] random and up
// [bottleneck, D] zero at the start. It cannot be folded into the weights, so the tuned encoder runs it.

import * as tf from '@tensorflow/tfjs';
import { plain, type TunableEncoder } from '../encoders/encoder.js';
import { trainedLinear } from '../nn/ops.js';
import type { Rng } from '../random.js';
import { createDropout } from './dropout.js';
import type { TunerOptions } from './options.js';
import { copyOf, expectOwners, randomVariable, storedAt, toTensor, zeroVariable } from './tensors.js';
import type { FloatTensor, Tuner, TunerState, TunerType } from './tuner.js';

/** Variables while it trains, tensors when it answers. */
interface Bottleneck {
  readonly down: tf.Tensor2D;
  readonly downBias: tf.Tensor1D;
  readonly up: tf.Tensor2D;
  readonly upBias: tf.Tensor1D;
}

export const adapter: TunerType<'adapter'> = { kind: 'adapter', create, restore };

/** Names of the residual branches: those that `Hooks.branch` gets. */
const branchesOf = (encoder: TunableEncoder): { name: string; width: number }[] =>
  encoder.layers.flatMap(({ name, outputs }) => [
    { name: `${name}/attention`, width: outputs },
    { name: `${name}/feed-forward`, width: outputs },
  ]);

function create(encoder: TunableEncoder, { bottleneck, dropout }: TunerOptions['adapter'], rng: Rng): Tuner {
  const variables = new Map(
    branchesOf(encoder).map(({ name, width }) => [
      name,
      {
        down: randomVariable<tf.Rank.R2>([width, bottleneck], 1 / Math.sqrt(width), rng),
        downBias: zeroVariable<tf.Rank.R1>([bottleneck]),
        up: zeroVariable<tf.Rank.R2>([bottleneck, width]),
        upBias: zeroVariable<tf.Rank.R1>([width]),
      },
    ]),
  );
  const drop = createDropout(dropout, rng);
  return {
    ...plain,
    parameters: [...variables.values()]
      .flatMap(({ down, downBias, up, upBias }) => [down, downBias, up, upBias] as tf.Variable[])
      .map((variable) => ({ variable, rate: 1 })),
    branch: (x, name) => adapted(drop(x), variables.get(name)),
    async state(strength) {
      const tensors: Record<string, FloatTensor> = {};
      for (const [name, { down, downBias, up, upBias }] of variables) {
        tensors[`${name}/down`] = await copyOf(down);
        tensors[`${name}/down-bias`] = await copyOf(downBias);
        tensors[`${name}/up`] = await copyOf(up, strength);
        tensors[`${name}/up-bias`] = await copyOf(upBias, strength);
      }
      return { kind: 'adapter', settings: {}, tensors };
    },
    dispose() {
      for (const tensors of variables.values()) tf.dispose(Object.values(tensors));
    },
  };
}

/** [N, D] → [N, D] */
function adapted(x: tf.Tensor2D, bottleneck: Bottleneck | undefined): tf.Tensor2D {
  if (bottleneck === undefined) return x;
  const { down, downBias, up, upBias } = bottleneck;
  return tf.add(x, trainedLinear(tf.relu(trainedLinear(x, down, downBias)), up, upBias));
}

async function restore(encoder: TunableEncoder, state: TunerState): Promise<TunableEncoder> {
  const branches = branchesOf(encoder).map(({ name }) => name);
  expectOwners(state, { encoder: encoder.name, owners: branches });
  const read = (name: string): Bottleneck => ({
    down: toTensor(storedAt(state, `${name}/down`)),
    downBias: toTensor(storedAt(state, `${name}/down-bias`)),
    up: toTensor(storedAt(state, `${name}/up`)),
    upBias: toTensor(storedAt(state, `${name}/up-bias`)),
  });
  const tensors = tf.tidy(() => branches.map((name) => ({ ...read(name) })));
  const bottlenecks = new Map(branches.map((name, i) => [name, tensors[i]!]));
  return encoder.withHooks({ ...plain, branch: (x, name) => adapted(x, bottlenecks.get(name)) }, () =>
    tf.dispose(tensors),
  );
}
