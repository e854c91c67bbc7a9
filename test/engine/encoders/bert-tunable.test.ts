import { tmpdir } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { createTunableBert, fetchBert } from '../../../src/engine/encoders/bert/index.js';
import { createTokenize } from '../../../src/engine/encoders/bert/tokens.js';
import { type Hooks, parametersOf, plain, type TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import { attentionLayout } from '../../../src/engine/nn/attention.js';
import { frozenLinear } from '../../../src/engine/nn/ops.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose, normals, rowsOf, unit } from '../../support/numbers.js';
import { VARIED_TEXTS } from '../../support/texts.js';
import { TINY_SIZE, type TinyBertOptions, writeTinyBert } from '../../support/tiny-bert.js';

const FILES = { home: tmpdir(), hub: null, offline: true };
const TEXTS = ['my app crashes when I press save', 'a', '', 'charged twice', '这个月被重复扣费了', ...VARIED_TEXTS];

const open = (options: TinyBertOptions = {}) => fetchBert(writeTinyBert(options), FILES);

beforeAll(async () => {
  await startBackend('wasm');
});

describe('the tunable encoder', () => {
  let encoder: TunableEncoder;
  beforeAll(async () => {
    encoder = await createTunableBert(await open());
  });
  afterAll(() => encoder.dispose());

  const run = async (hooks: Partial<Hooks>, texts: readonly string[] = TEXTS): Promise<Float32Array> => {
    const batch = await encoder.batch(texts);
    const value = tf.tidy(() => encoder.forward(batch, { ...plain, ...hooks }));
    const data = Float32Array.from(await value.data());
    tf.dispose(value);
    batch.dispose();
    return data;
  };

  it('names its layers, norms and widths', () => {
    expect(encoder.linears.map(({ name, weight }) => [name, ...weight.shape])).toEqual(
      ['layer0', 'layer1'].flatMap((layer) => [
        [`${layer}/qkv`, 16, 48],
        [`${layer}/output`, 16, 16],
        [`${layer}/expand`, 16, 32],
        [`${layer}/contract`, 32, 16],
      ]),
    );
    expect(encoder.norms.map(({ name }) => name)).toEqual([
      'embeddings-norm',
      'layer0/attention-norm',
      'layer0/feed-forward-norm',
      'layer1/attention-norm',
      'layer1/feed-forward-norm',
    ]);
    expect(encoder.layers[1]).toEqual({ name: 'layer1', inputs: 16, outputs: 16, heads: 2, headSize: 8 });
    expect([encoder.dimensions, encoder.outputSize, encoder.outputAt]).toEqual([TINY_SIZE, TINY_SIZE, 0]);
  });

  it('has a forward pass that is the embedding before it is brought to unit length', async () => {
    const vectors = rowsOf(await encoder.encode(TEXTS), TINY_SIZE);
    rowsOf(await run({}), TINY_SIZE).forEach((row, i) => {
      expectClose(unit(row), vectors[i]!, 1e-6);
    });
  });

  it('sends everything through the hooks, in order', async () => {
    const seen: string[] = [];
    const tell =
      <Layer>(name: (layer: Layer) => string) =>
      (x: tf.Tensor2D, layer: Layer): tf.Tensor2D => {
        seen.push(name(layer));
        return x;
      };
    await run({
      embed: tell(() => 'embed'),
      norm: (x, layer) => plain.norm(tell<typeof layer>(({ name }) => name)(x, layer), layer),
      linear: (x, layer) => plain.linear(tell<typeof layer>(({ name }) => name)(x, layer), layer),
      branch: tell((name) => `${name}?`),
    });
    const layer = (name: string) =>
      ['qkv', 'output', 'attention?', 'attention-norm', 'expand', 'contract', 'feed-forward?', 'feed-forward-norm'].map(
        (part) => `${name}/${part}`,
      );
    expect(seen).toEqual(['embed', 'embeddings-norm', ...layer('layer0'), ...layer('layer1')]);
  });

  it('hands the token ids to the embedding hook, one a row', async () => {
    const tokenize = await createTokenize(await open());
    const texts = ['my app crashes', 'late'];
    let rows = 0;
    let ids: readonly number[] = [];
    await run(
      {
        embed: (x, given) => {
          [rows, ids] = [x.shape[0], Array.from(given)];
          return x;
        },
      },
      texts,
    );
    expect(ids).toEqual([...tokenize('late'), ...tokenize('my app crashes')]);
    expect(rows).toBe(ids.length);
  });

  it('reads a prefix through its gates alone', async () => {
    const before = await run({});
    const gated = (gate: number) => {
      const values = () => tf.tensor2d(normals(3 * TINY_SIZE, 'prefix'), [3, TINY_SIZE]);
      return { keys: values(), values: values(), gate: tf.fill([2], gate) as tf.Tensor1D };
    };
    expectClose(await run({ prefix: () => gated(0) }), before, 0);
    expect(await run({ prefix: (layer) => (layer === 1 ? gated(1) : null) })).not.toEqual(before);
  });

  it('reads a soft prompt through its gates alone; the prompt sees itself alone', async () => {
    const before = await run({});
    const layout = attentionLayout([3]);
    const through = (gates: readonly number[], texts = TEXTS) => {
      const vectors = tf.tensor2d(normals(3 * TINY_SIZE, 'prompt'), [3, TINY_SIZE]);
      const filled = gates.map((gate) => tf.fill([2], gate) as tf.Tensor1D);
      return run({ prompt: { vectors, layout, gates: filled } }, texts);
    };
    expectClose(await through([0, 0]), before, 0);
    const [first, second] = [await through([1, 0]), await through([0, 1])];
    expect(first).not.toEqual(before);
    expect(second).not.toEqual(before);
    expect(first).not.toEqual(second);
    // A text reads the same from it alone as among others.
    const [row] = rowsOf(await through([1, 1]), TINY_SIZE);
    expectClose(await through([1, 1], TEXTS.slice(0, 1)), row!, 1e-5);
    layout.dispose();
  });

  it.each(['mean', 'cls', 'max'] as const)(
    'has the gradient that finite differences have, pooling %s',
    async (pooling) => {
      const tunable = await createTunableBert(await open({ pooling }));
      const batch = await tunable.batch(['my app crashes', 'late', '']);
      const [first] = tunable.linears;
      const loss = (change: tf.Tensor): tf.Scalar => {
        const linear: Hooks['linear'] = (x, layer) =>
          layer.name === first!.name
            ? (tf.add(
                frozenLinear(x, layer),
                tf.mul(change, tf.ones([x.shape[0]!, layer.weight.shape[1]])),
              ) as tf.Tensor2D)
            : frozenLinear(x, layer);
        return tf.sum(tf.square(tunable.forward(batch, { ...plain, linear }))) as tf.Scalar;
      };
      const at = tf.tensor1d(normals(48, 'change').map((x) => 0.1 * x));
      const slope = tf.grad(loss as (x: tf.Tensor) => tf.Tensor)(at);
      const direction = tf.tensor1d(normals(48, 'direction'));
      const along = tf.tidy(() => tf.sum(tf.mul(slope, direction)).dataSync()[0]!);
      const valueAt = (step: number): number => tf.tidy(() => loss(tf.add(at, tf.mul(direction, step))).dataSync()[0]!);
      const difference = (valueAt(2e-3) - valueAt(-2e-3)) / 4e-3;
      expect(Math.abs(along - difference)).toBeLessThan(0.01 * Math.abs(difference) + 0.01);
      batch.dispose();
      tunable.dispose();
    },
  );

  it('can be copied with other weights of every kind; the original keeps its own', async () => {
    const few = TEXTS.slice(0, 4);
    const before = await encoder.encode(few);
    for (const { name, value } of parametersOf(encoder)) {
      const values = Float32Array.from(await value.data());
      const same = encoder.withWeights(new Map([[name, values]]));
      const other = encoder.withWeights(new Map([[name, values.map((x) => 0.5 * x + 0.3)]]));
      expect(await same.encode(few), name).toEqual(before);
      expect(await other.encode(few), name).not.toEqual(before);
      same.dispose();
      other.dispose();
    }
    expect(await encoder.encode(few)).toEqual(before);
    expect(() => encoder.withWeights(new Map([['layer9/qkv/weight', new Float32Array(1)]]))).toThrow(
      'layer9/qkv/weight',
    );
  });

  it('encodes through hooks, and frees them', async () => {
    let released = 0;
    const hooked = encoder.withHooks({ ...plain, branch: (x) => tf.mul(x, 2) }, () => {
      released++;
    });
    expect(await hooked.encode(['late'])).not.toEqual(await encoder.encode(['late']));
    hooked.dispose();
    expect(released).toBe(1);
  });

  it('leaves no tensor behind, and frees all its weights', async () => {
    await expectNoLeak(async () => {
      await encoder.encode(TEXTS);
      const batch = await encoder.batch(['my app', '']);
      tf.tidy(() => {
        const factor = tf.scalar(2);
        tf.grad(() => tf.sum(encoder.forward(batch, { ...plain, branch: (x) => tf.mul(x, factor) })))(factor);
      });
      batch.dispose();
    });
    const before = tf.memory().numTensors;
    (await createTunableBert(await open())).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
