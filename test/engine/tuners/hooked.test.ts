// What is special to tuners that run inside the encoder when it answers: adapter, prefix, soft prompt.

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { plain } from '../../../src/engine/encoders/encoder.js';
import { createRng } from '../../../src/engine/random.js';
import { restoreTuned, TUNERS, tokensOf } from '../../../src/engine/tuners/index.js';
import { type TunerOptions, tunerOptions } from '../../../src/engine/tuners/options.js';
import type { Tuner, TunerKind, TunerState } from '../../../src/engine/tuners/tuner.js';
import { encoderContract } from '../../contracts/encoder.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { expectClose, normals } from '../../support/numbers.js';

beforeAll(() => startBackend('wasm'));

function create<Kind extends TunerKind>(kind: Kind, given: object, tokens?: Int32Array): Tuner {
  const options = tunerOptions[kind].parse({ dropout: 0, ...given }) as TunerOptions[Kind];
  return TUNERS[kind].create(createFakeTunable(), options, createRng(0), tokens);
}

/** Every variable somewhere else. */
function moved(tuner: Tuner): Tuner {
  tuner.parameters.forEach(({ variable }, i) => {
    const values = normals(variable.size, 'moved', i).map((x) => 0.3 * x);
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  });
  return tuner;
}

const shapes = ({ tensors }: TunerState) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));

describe.each([
  ['weights', { embeddings: true }],
  ['adapter', {}],
  ['prefix', {}],
  ['soft-prompt', {}],
] as const)('an encoder restored with %s %j', (kind, given) => {
  encoderContract(`${kind} in a small encoder`, async () => {
    const encoder = createFakeTunable();
    const tokens = await tokensOf(encoder, ['I was charged twice', 'the parcel never came']);
    return restoreTuned(encoder, await moved(create(kind, given, tokens)).state(1));
  });

  it('says so when it is another encoder', async () => {
    const state = await create(kind, given, Int32Array.from([1])).state(1);
    const { data, shape } = Object.values(state.tensors)[0]!;
    const tensors = { ...state.tensors, 'layer7/attention/scale': { data, shape } };
    await expect(restoreTuned(createFakeTunable(), { ...state, tensors })).rejects.toThrow(
      /^use-lite has no (weight )?layer7\/attention/,
    );
  });

  it('says so when a tensor is missing, and leaves no other behind', async () => {
    const state = await create(kind, given, Int32Array.from([1])).state(1);
    const { [Object.keys(state.tensors).at(-1)!]: last, ...tensors } = state.tensors;
    expect(last).toBeDefined();
    const encoder = createFakeTunable();
    const before = tf.memory().numTensors;
    await expect(restoreTuned(encoder, { ...state, tensors })).rejects.toMatchObject({ code: 'damaged' });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('an adapter', () => {
  it('adds relu(x · down + down-bias) · up + up-bias to what a branch gives', async () => {
    const tuner = moved(create('adapter', { bottleneck: 4 }));
    const { tensors } = await tuner.state(1);
    const at = (name: string): tf.Tensor2D => {
      const { shape, data } = tensors[`layer1/attention/${name}`]!;
      return tf.tensor<tf.Rank.R2>(data, shape as [number, number]);
    };
    const x = tf.tensor2d(normals(32, 'x'), [2, 16]);
    const hidden = tf.relu(tf.add(tf.matMul(x, at('down')), at('down-bias'))) as tf.Tensor2D;
    const expected = tf.add(x, tf.add(tf.matMul(hidden, at('up')), at('up-bias')));
    expectClose(await tuner.branch(x, 'layer1/attention').data(), await expected.data(), 1e-5);
  });

  it('stands after both branches of every layer', async () => {
    const state = await create('adapter', { bottleneck: 4 }).state(1);
    expect(shapes(state)).toEqual(
      Object.fromEntries(
        ['layer0/attention', 'layer0/feed-forward', 'layer1/attention', 'layer1/feed-forward'].flatMap((name) => [
          [`${name}/down`, [16, 4]],
          [`${name}/down-bias`, [4]],
          [`${name}/up`, [4, 16]],
          [`${name}/up-bias`, [16]],
        ]),
      ),
    );
  });
});

describe('a prefix', () => {
  const expected = Object.fromEntries(
    ['layer0/prefix', 'layer1/prefix'].flatMap((name) => [
      [`${name}/keys`, [5, 16]],
      [`${name}/values`, [5, 16]],
      [`${name}/gate`, [2]],
    ]),
  );

  it.each([0, 7])(
    'has keys, values and gates of every layer, whatever made them (reparameterise=%d)',
    async (width) => {
      const tuner = create('prefix', { length: 5, reparameterise: width });
      expect(shapes(await tuner.state(1))).toEqual(expected);
    },
  );

  it.each([0, 64])('starts at the scale of the keys of a layer (reparameterise=%d)', async (width) => {
    const { tensors } = await create('prefix', { length: 100, reparameterise: width }).state(1);
    const values = tensors['layer1/prefix/keys']!.data;
    const square = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    expect(square).toBeGreaterThan(0.7);
    expect(square).toBeLessThan(1.4);
  });

  it('made by a network moves as a whole when one number of it moves', async () => {
    const tuner = create('prefix', { length: 5, reparameterise: 7 });
    const keys = async () => Float32Array.from(await tuner.prefix(0)!.keys.data());
    const before = await keys();
    const bias = tuner.parameters.find(({ variable }) => variable.shape.length === 1)!.variable;
    bias.assign(tf.onesLike(bias));
    expect((await keys()).every((value, i) => value !== before[i])).toBe(true);
  });
});

describe('a soft prompt', () => {
  it('is its vectors and the gates of every layer', async () => {
    expect(shapes(await create('soft-prompt', { length: 5 }).state(1))).toEqual({
      'prompt/vectors': [5, 16],
      'layer0/prompt/gate': [2],
      'layer1/prompt/gate': [2],
    });
  });

  it('reaches the texts in the layer whose gate is open', async () => {
    const encoder = createFakeTunable();
    const batch = await encoder.batch(['one two', 'three']);
    const forward = async (tuner: Tuner | null): Promise<Float32Array> =>
      Float32Array.from(await encoder.forward(batch, tuner ?? plain).data());
    const opened = async (layer: number): Promise<Float32Array> => {
      const tuner = create('soft-prompt', { length: 5 });
      const { variable } = tuner.parameters[1 + layer]!;
      variable.assign(tf.onesLike(variable));
      return forward(tuner);
    };
    const [closed, first, second] = [await forward(null), await opened(0), await opened(1)];
    expect(first).not.toEqual(closed);
    expect(second).not.toEqual(closed);
    expect(second).not.toEqual(first);
  });
});

describe('a gate', () => {
  it('at half the strength lets half as much through, and keeps the open ones open at full strength', async () => {
    const tuner = create('soft-prompt', { length: 2 });
    const { variable } = tuner.parameters[1]!;
    variable.assign(tf.tensor1d([-0.8, 30]));
    const gate = async (strength: number) => [...(await tuner.state(strength)).tensors['layer0/prompt/gate']!.data];
    expectClose(
      (await gate(0.5)).map(Math.tanh),
      [-0.8, 30].map((x) => 0.5 * Math.tanh(x)),
      1e-6,
    );
    expect(await gate(1)).toEqual([Math.fround(-0.8), 30]);
    expect((await gate(0)).map(Math.abs)).toEqual([0, 0]);
  });
});
