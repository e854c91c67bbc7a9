import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { parametersOf, type TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import { createRng } from '../../../src/engine/random.js';
import { tunerOptions } from '../../../src/engine/tuners/options.js';
import { tokensOf } from '../../../src/engine/tuners/token-vectors.js';
import type { Tuner } from '../../../src/engine/tuners/tuner.js';
import { weights } from '../../../src/engine/tuners/weights.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { expectClose, expectSameBits } from '../../support/numbers.js';

beforeAll(() => startBackend('cpu'));

const create = (encoder: TunableEncoder, given: object, tokens?: Int32Array): Tuner =>
  weights.create(encoder, tunerOptions.weights.parse({ dropout: 0, ...given }), createRng(0), tokens);

/** Names of what trains. */
const trained = async (tuner: Tuner): Promise<string[]> => Object.keys((await tuner.state(1)).tensors);

const namesOf = (encoder: TunableEncoder, like: RegExp): string[] =>
  parametersOf(encoder).flatMap(({ name }) => (like.test(name) ? [name] : []));

/** Every variable one higher. */
function raise(tuner: Tuner): void {
  for (const { variable } of tuner.parameters) tf.tidy(() => variable.assign(tf.add(variable, 1)));
}

describe('training the weights of', () => {
  const encoder = (): TunableEncoder => createFakeTunable();

  it('the last layer takes its weights, biases and norms, and what comes after it', async () => {
    const names = await trained(create(encoder(), { unfreeze: 1 }));
    expect(names.sort()).toEqual(namesOf(encoder(), /^layer1\/|^tanh\//).sort());
    expect(names).toContain('layer1/attention-norm/scale');
    expect(names).toContain('layer1/qkv/bias');
  });

  it.each([0, 2, 64])('all layers (unfreeze=%d) takes every one', async (unfreeze) => {
    const names = await trained(create(encoder(), { unfreeze }));
    expect(names.sort()).toEqual(namesOf(encoder(), /./).sort());
  });

  it('what comes before the first layer takes part only when all layers do, at the rate of a layer below it', async () => {
    const given = encoder();
    const before = { ...given.norms[0]!, name: 'embeddings/norm' };
    const withNorm: TunableEncoder = { ...given, norms: [before, ...given.norms] };
    expect(await trained(create(withNorm, { unfreeze: 1 }))).not.toContain('embeddings/norm/scale');
    const tuner = create(withNorm, { unfreeze: 0, layerDecay: 0.5 });
    expect(await trained(tuner)).toContain('embeddings/norm/scale');
    expect(Math.min(...tuner.parameters.map(({ rate }) => rate))).toBe(0.25);
  });

  it('each layer trains slower than the one above it, the last and what comes after it at the full rate', async () => {
    const tuner = create(encoder(), { unfreeze: 0, layerDecay: 0.5 });
    (await trained(tuner)).forEach((name, i) => {
      expect(tuner.parameters[i]!.rate, name).toBe(name.startsWith('layer0/') ? 0.5 : 1);
    });
  });

  it('half the strength is half way between the old weights and the new ones', async () => {
    const given = encoder();
    const tuner = create(given, { unfreeze: 1 });
    raise(tuner);
    const { tensors } = await tuner.state(0.5);
    for (const { name, value } of parametersOf(given)) {
      if (tensors[name] === undefined) continue;
      expectClose(
        tensors[name].data,
        (await value.data()).map((x) => x + 0.5),
        1e-6,
        name,
      );
    }
  });

  it('frozen layers gives a restored encoder that shares them', async () => {
    const given = encoder();
    const restored = await weights.restore(given, await create(given, { unfreeze: 1 }).state(1));
    given.linears.forEach((layer, i) => {
      expect(restored.linears[i]!.weight === layer.weight, layer.name).toBe(layer.name.startsWith('layer0/'));
    });
  });
});

describe('training the vectors of tokens', () => {
  const SHOTS = ['one two', 'three'];

  it('takes those of the shots, slower than the layers', async () => {
    const encoder = createFakeTunable();
    const tokens = await tokensOf(encoder, SHOTS);
    const tuner = create(encoder, { unfreeze: 0, layerDecay: 0.5, embeddings: true }, tokens);
    const { tensors } = await tuner.state(1);
    expect([...tensors['embeddings/tokens']!.data]).toEqual([...tokens]);
    expect(tensors['embeddings/changes']!.shape).toEqual([tokens.length, 16]);
    expect(tuner.parameters.at(-1)!.rate).toBe(0.25);
  });

  it('leaves texts of other tokens as they were', async () => {
    const encoder = createFakeTunable();
    const tokens = await tokensOf(encoder, SHOTS);
    const other = ['a', 'b', 'c', 'd', 'e'].filter((word) => !tokens.includes(word.codePointAt(0)! % 16));
    expect(other.length).toBeGreaterThan(0);
    const tuner = create(encoder, { embeddings: true }, tokens);
    const { variable } = tuner.parameters.at(-1)!;
    variable.assign(tf.onesLike(variable).mul(tf.range(0, 16)));
    const restored = await weights.restore(encoder, await tuner.state(1));
    expectSameBits(await restored.encode(other), await encoder.encode(other));
    expect(await restored.encode(SHOTS)).not.toEqual(await encoder.encode(SHOTS));
  });

  it('needs the tokens', () => {
    expect(() => create(createFakeTunable(), { embeddings: true })).toThrow('can only train with their tokens');
  });
});
