import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { plain, type TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import { createRng } from '../../../src/engine/random.js';
import { layersOf, lora } from '../../../src/engine/tuners/lora.js';
import { tunerOptions } from '../../../src/engine/tuners/options.js';
import type { Tuner } from '../../../src/engine/tuners/tuner.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { expectClose, lengthOf, normals } from '../../support/numbers.js';

const parse = (given: object) => tunerOptions.lora.parse(given);

const layerOf = (encoder: TunableEncoder, name: string) => encoder.linears.find((layer) => layer.name === name)!;

describe('LoRA', () => {
  beforeAll(() => startBackend('cpu'));

  /** A tuner of the small encoder with B = 1 everywhere, and lengths of 1.5. */
  const moved = (settings: object): Tuner => {
    const tuner = lora.create(createFakeTunable(), parse({ dropout: 0, ...settings }), createRng(0));
    for (const { variable } of tuner.parameters) {
      const values = variable.dataSync();
      if (variable.shape.length === 1) variable.assign(tf.fill(variable.shape, 1.5));
      else if (values.every((x) => x === 0)) variable.assign(tf.onesLike(variable));
    }
    return tuner;
  };
  const x = (): tf.Tensor2D => tf.tensor2d(normals(32, 'x'), [2, 16]);

  it('starts with A drawn at 1 / √inputs and B at zero', async () => {
    const tuner = lora.create(createFakeTunable(), parse({ rank: 64 }), createRng(0));
    const { tensors } = await tuner.state(1);
    expect(Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]))).toEqual({
      'layer0/qkv/a': [16, 64],
      'layer0/qkv/b': [64, 48],
      'layer0/output/a': [16, 64],
      'layer0/output/b': [64, 16],
      'layer1/qkv/a': [16, 64],
      'layer1/qkv/b': [64, 48],
      'layer1/output/a': [16, 64],
      'layer1/output/b': [64, 16],
      'tanh/a': [16, 64],
      'tanh/b': [64, 8],
    });
    for (const [name, { data }] of Object.entries(tensors)) {
      if (name.endsWith('/a')) expect((lengthOf(data) / Math.sqrt(data.length)) * 4).toBeCloseTo(1, 1);
      else expect(data.every((value) => value === 0)).toBe(true);
    }
  });

  it.each([
    [{ rank: 4, alpha: 6 }, 1.5],
    [{ rank: 4, alpha: 6, rslora: true }, 3],
  ])('with %j adds %d · x · A · B to the layer', async (settings, scaling) => {
    const tuner = moved({ targets: 'tanh', ...settings });
    const layer = layerOf(createFakeTunable(), 'tanh');
    const [a, b] = tuner.parameters.map(({ variable }) => variable) as unknown as [tf.Tensor2D, tf.Tensor2D];
    const expected = tf.add(plain.linear(x(), layer), tf.mul(tf.matMul(tf.matMul(x(), a), b), scaling));
    expectClose(await tuner.linear(x(), layer).data(), await expected.data(), 1e-5);
  });

  it('with dora brings the columns of the changed weights to the trained lengths', async () => {
    const tuner = moved({ targets: 'tanh', rank: 4, alpha: 6, dora: true });
    const layer = layerOf(createFakeTunable(), 'tanh');
    const [a, b] = tuner.parameters.map(({ variable }) => variable) as unknown as [tf.Tensor2D, tf.Tensor2D];
    const whole = tf.add(layer.weight, tf.mul(tf.matMul(a, b), 1.5));
    const direction = tf.div(whole, tf.norm(whole, 2, 0, true));
    const expected = tf.matMul(x(), tf.mul(direction, tf.mul(1.5, tf.norm(layer.weight, 2, 0, true))) as tf.Tensor2D);
    const actual = tuner.linear(x(), layer);
    expectClose(await actual.data(), await tf.add(expected, layer.bias!).data(), 1e-5);

    const merged = await lora.restore(createFakeTunable(), await tuner.state(1));
    const before = (await layer.weight.array()) as number[][];
    const after = (await layerOf(merged, 'tanh').weight.array()) as number[][];
    const columns = (rows: number[][]) => rows[0]!.map((_, column) => lengthOf(rows.map((row) => row[column]!)));
    expectClose(
      columns(after),
      columns(before).map((length) => 1.5 * length),
      1e-5,
    );
  });

  it('leaves layers alone that are no target', async () => {
    const tuner = moved({ targets: 'tanh' });
    const layer = layerOf(createFakeTunable(), 'layer0/output');
    expect(tuner.parameters.length).toBe(2);
    expect(layersOf((await tuner.state(1)).tensors)).toEqual(['tanh']);
    expect(await tuner.linear(x(), layer).data()).toEqual(await plain.linear(x(), layer).data());
  });

  it('says so when no target is a layer of the encoder', () => {
    const { linears, ...rest } = createFakeTunable();
    const encoder = { ...rest, linears: linears.filter(({ name }) => name !== 'tanh') };
    expect(() => lora.create(encoder, parse({ targets: 'tanh' }), createRng(0))).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: 'targets=tanh names no layer of use-lite, which has qkv, output, expand, contract.',
      }),
    );
  });

  it('restored in an encoder without such a layer says so', async () => {
    const one = { shape: [1, 1], data: new Float32Array(1) };
    const state = { kind: 'lora', settings: { scaling: 1 }, tensors: { 'x/a': one, 'x/b': one } } as const;
    await expect(lora.restore(createFakeTunable(), state)).rejects.toThrow(
      'use-lite has no layer x, which the LoRA weights change',
    );
  });

  it.each(['tanh/b', 'tanh/lengths'])('restored without the tensor %s says so', async (missing) => {
    const state = await moved({ dora: true }).state(1);
    const { [missing]: gone, ...tensors } = state.tensors;
    expect(gone).toBeDefined();
    await expect(lora.restore(createFakeTunable(), { ...state, tensors })).rejects.toMatchObject({
      code: 'damaged',
      message: `The checkpoint is damaged (its lora weights lack ${missing}).`,
    });
  });

  it.each([
    [1, 2],
    [0.5, 1],
    [0, 0],
  ])('at strength %d scales the change by strength · alpha / rank: %d', async (strength, scaling) => {
    expect((await moved({}).state(strength)).settings.scaling).toBe(scaling);
  });
});

describe('options of LoRA', () => {
  it('have defaults', () => {
    expect(parse({})).toEqual({
      rank: 8,
      alpha: 16,
      targets: 'qkv+output+tanh',
      rslora: false,
      dora: false,
      dropout: 0.1,
    });
  });

  it.each([
    { rank: 0 },
    { rank: 1.5 },
    { alpha: 0 },
    { dropout: 1 },
    { targets: '' },
    { targets: 'q' },
    { unknown: 1 },
  ])('refuse %j', (given) => {
    expect(tunerOptions.lora.safeParse(given).success).toBe(false);
  });
});
