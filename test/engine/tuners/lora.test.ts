import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { plain } from '../../../src/engine/encoders/encoder.js';
import { createUseLite } from '../../../src/engine/encoders/use-lite.js';
import { createRng } from '../../../src/engine/random.js';
import { createLora, type LoraTuner, loraConfigSchema, mergeLora } from '../../../src/engine/tuners/lora.js';
import { type TunerCase, tunerContract } from '../../contracts/tuner.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { expectClose } from '../../support/numbers.js';

const config = loraConfigSchema.parse({ dropout: 0 });

const lora: Pick<TunerCase, 'create' | 'merge'> = {
  create: (encoder, rng) => createLora(encoder, config, rng),
  merge: async (encoder, tuner) => mergeLora(encoder, await (tuner as LoraTuner).state(1)),
};

describe.each(['wasm', 'cpu'] as const)('on the backend %s', (backend) => {
  beforeAll(() => startBackend(backend));
  tunerContract(`LoRA in a small encoder, ${backend}`, { ...lora, encoder: async () => createFakeTunable() });
});

describe('on the backend wasm', () => {
  beforeAll(() => startBackend('wasm'));
  tunerContract('LoRA in use-lite', { ...lora, encoder: createUseLite });
});

describe('LoRA', () => {
  beforeAll(() => startBackend('cpu'));

  /** A tuner of the small encoder with B = 1 everywhere. */
  const moved = (settings: Parameters<typeof loraConfigSchema.parse>[0]): LoraTuner => {
    const tuner = createLora(createFakeTunable(), loraConfigSchema.parse(settings), createRng(0));
    tuner.variables.forEach((variable, i) => {
      if (i % 2 === 1) variable.assign(tf.onesLike(variable));
    });
    return tuner;
  };

  it('starts with A drawn at 1 / √inputs and B at zero', async () => {
    const tuner = createLora(createFakeTunable(), loraConfigSchema.parse({ rank: 64 }), createRng(0));
    const { pairs } = await tuner.state(1);
    expect(pairs.map(({ layer, rank, a, b }) => [layer, rank, a.length, b.length])).toEqual([
      ['layer0/output', 64, 16 * 64, 64 * 16],
      ['tanh', 64, 16 * 64, 64 * 8],
    ]);
    for (const { a, b } of pairs) {
      expect(Math.sqrt(a.reduce((sum, x) => sum + x * x, 0) / a.length) * 4).toBeCloseTo(1, 1);
      expect(b.every((x) => x === 0)).toBe(true);
    }
  });

  it('adds alpha / rank · x · A · B to the layer', async () => {
    const tuner = moved({ rank: 2, alpha: 3, targets: ['tanh'], dropout: 0 });
    const layer = createFakeTunable().linears[1]!;
    const x = tf.tensor2d(
      Float32Array.from({ length: 32 }, (_, i) => Math.sin(i)),
      [2, 16],
    );
    const [a, b] = tuner.variables as unknown as [tf.Tensor2D, tf.Tensor2D];
    const expected = tf.add(plain.linear(x, layer), tf.mul(tf.matMul(tf.matMul(x, a), b), 1.5));
    expectClose(await tuner.linear(x, layer).data(), await expected.data(), 1e-5);
  });

  it('leaves layers alone that are no target', async () => {
    const tuner = moved({ targets: ['tanh'], dropout: 0 });
    const [first] = createFakeTunable().linears;
    const x = tf.ones<tf.Rank.R2>([1, 16]);
    expect(tuner.variables.length).toBe(2);
    expect(await tuner.linear(x, first!).data()).toEqual(await plain.linear(x, first!).data());
  });

  it('says so when no target is a layer of the encoder', () => {
    const bad = loraConfigSchema.parse({ targets: ['layer7/qkv'] });
    expect(() => createLora(createFakeTunable(), bad, createRng(0))).toThrow(
      'LoRA targets layer7/qkv are no layers of use-lite, which has layer0/output, tanh',
    );
  });

  it('merged into an encoder without such a layer says so', async () => {
    const state = { scaling: 1, pairs: [{ layer: 'x', rank: 1, a: new Float32Array(1), b: new Float32Array(1) }] };
    await expect(mergeLora(createFakeTunable(), state)).rejects.toThrow(
      'use-lite has no layer x, which the LoRA weights change',
    );
  });

  it.each([
    [1, 2],
    [0.5, 1],
    [0, 0],
  ])('at strength %d scales the change by strength · alpha / rank: %d', async (strength, scaling) => {
    expect((await moved({}).state(strength)).scaling).toBe(scaling);
  });

  it('at strength 0 merges into the encoder as it was', async () => {
    const encoder = createFakeTunable();
    const merged = await mergeLora(encoder, await moved({}).state(0));
    expect(await merged.encode(['one two'])).toEqual(await encoder.encode(['one two']));
  });

  it('gives a state that later training does not change', async () => {
    const tuner = moved({});
    const state = await tuner.state(1);
    const before = state.pairs.map(({ b }) => Float32Array.from(b));
    for (const variable of tuner.variables) variable.assign(tf.zerosLike(variable));
    expect(state.pairs.map(({ b }) => b)).toEqual(before);
  });

  it('drops the wanted share of values and scales the others up', async () => {
    const tuner = createLora(createFakeTunable(), loraConfigSchema.parse({ dropout: 0.25 }), createRng(0));
    const values = await tuner.dropout(tf.ones([100, 100])).data();
    expect(values.filter((x) => x === 0).length / values.length).toBeCloseTo(0.25, 1);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(await tuner.dropout(tf.ones([100, 100])).data()).not.toEqual(values);
  });

  it.each([
    [
      {},
      {
        rank: 8,
        alpha: 16,
        dropout: 0.1,
        targets: ['layer0/qkv', 'layer0/output', 'layer1/qkv', 'layer1/output', 'tanh'],
      },
    ],
    [{ rank: 4 }, { rank: 4 }],
  ])('reads the configuration %j with its defaults', (given, expected) => {
    expect(loraConfigSchema.parse(given)).toMatchObject(expected);
  });

  it.each([{ rank: 0 }, { rank: 1.5 }, { alpha: 0 }, { dropout: 1 }, { targets: [] }, { unknown: 1 }])(
    'refuses the configuration %j',
    (given) => {
      expect(loraConfigSchema.safeParse(given).success).toBe(false);
    },
  );
});
