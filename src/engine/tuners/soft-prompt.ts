// Prompt tuning (Lester et al., 2021, https://arxiv.org/abs/2104.08691): P trained vectors stand before every text and run
// through the frozen layers as its tokens do. Gates that are 0 at the start let a fresh prompt change nothing
// (nn/prefix-attention.ts).

import * as tf from '@tensorflow/tfjs';
import { plain, type SoftPrompt, type TunableEncoder } from '../encoders/encoder.js';
import { attentionLayout } from '../nn/attention.js';
import type { Rng } from '../random.js';
import { createDropout } from './dropout.js';
import { closedGates, gateParameters, shrunkGate } from './gates.js';
import type { TunerOptions } from './options.js';
import { copyOf, expectOwners, randomVariable, storedAt, toTensor } from './tensors.js';
import type { FloatTensor, Tuner, TunerState, TunerType } from './tuner.js';

/** Root mean square of what enters the first layer (measured in USE lite: 0.71). */
const INPUT_SCALE = 0.7;

export const softPrompt: TunerType<'soft-prompt'> = { kind: 'soft-prompt', create, restore };

function create(encoder: TunableEncoder, { length, dropout }: TunerOptions['soft-prompt'], rng: Rng): Tuner {
  const { layers } = encoder;
  const vectors = randomVariable<tf.Rank.R2>([length, layers[0]!.inputs], INPUT_SCALE, rng);
  const gates = closedGates(layers);
  const layout = attentionLayout([length]);
  return {
    ...plain,
    parameters: [{ variable: vectors as tf.Variable, rate: 1 }, ...gateParameters(gates)],
    prompt: { vectors, layout, gates },
    branch: createDropout(dropout, rng),
    async state(strength) {
      const tensors: Record<string, FloatTensor> = { 'prompt/vectors': await copyOf(vectors) };
      for (const [index, { name }] of layers.entries()) {
        tensors[`${name}/prompt/gate`] = await shrunkGate(gates[index]!, strength);
      }
      return { kind: 'soft-prompt', settings: {}, tensors };
    },
    dispose() {
      tf.dispose([vectors, ...gates]);
      layout.dispose();
    },
  };
}

async function restore(encoder: TunableEncoder, state: TunerState): Promise<TunableEncoder> {
  const names = encoder.layers.map(({ name }) => `${name}/prompt`);
  expectOwners(state, { encoder: encoder.name, owners: ['prompt', ...names] });
  const tensors = tf.tidy(() => ({
    vectors: toTensor<tf.Rank.R2>(storedAt(state, 'prompt/vectors')),
    gates: names.map((name) => toTensor<tf.Rank.R1>(storedAt(state, `${name}/gate`))),
  }));
  const prompt: SoftPrompt = { ...tensors, layout: attentionLayout([tensors.vectors.shape[0]]) };
  return encoder.withHooks({ ...plain, prompt }, () => {
    tf.dispose([prompt.vectors, ...prompt.gates]);
    prompt.layout.dispose();
  });
}
