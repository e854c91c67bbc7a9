import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { plain, type TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import { createUseLite } from '../../../src/engine/encoders/use-lite.js';
import { createRng } from '../../../src/engine/random.js';
import { tuneConfigSchema } from '../../../src/engine/train/tune-config.js';
import { type TuneOptions, tuneEncoder } from '../../../src/engine/train/tune-encoder.js';
import { restoreTuned, TUNERS } from '../../../src/engine/tuners/index.js';
import { lora } from '../../../src/engine/tuners/lora.js';
import { type TunerOptions, tunerOptions } from '../../../src/engine/tuners/options.js';
import type { TunerKind, TunerState } from '../../../src/engine/tuners/tuner.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { cosine, expectClose, expectSameBits, rowsOf } from '../../support/numbers.js';

const TEXTS = [
  'charged twice again',
  'my invoice is wrong',
  'refund my card',
  'the price went up',
  'the app crashes',
  'an error on login',
  'the page is blank',
  'it freezes often',
];
const LABELS = Int32Array.from([0, 0, 0, 0, 1, 1, 1, 1]);

/** The small encoder learns in few steps when they are large. */
const config = tuneConfigSchema.parse({ epochs: 10, batchSize: 4, patience: 50, learningRate: 0.02 });

/** Rates that float32 cannot hold. */
const wild = tuneConfigSchema.parse({ epochs: 10, batchSize: 4, learningRate: 1e39, headLearningRate: 1e39 });

interface Trained {
  readonly state: TunerState;
  readonly losses: readonly number[];
}

interface TrainedOptions extends Partial<TuneOptions> {
  readonly seed?: number;
  readonly kind?: TunerKind;
}

/** A tuner, by default a LoRA, trained on the texts; it is disposed. */
async function trained(
  encoder: TunableEncoder,
  { seed = 0, kind = 'lora', ...options }: TrainedOptions = {},
): Promise<Trained> {
  const tuner = fresh(encoder, kind, seed);
  const losses: number[] = [];
  try {
    await tuneEncoder({
      encoder,
      tuner,
      texts: TEXTS,
      labels: LABELS,
      classes: 2,
      config,
      rng: createRng(seed, 'batches'),
      onStep: ({ loss }) => losses.push(loss),
      ...options,
    });
    return { state: await tuner.state(1), losses };
  } finally {
    tuner.dispose();
  }
}

function fresh<Kind extends TunerKind>(encoder: TunableEncoder, kind: Kind, seed: number) {
  const options = tunerOptions[kind].parse({}) as TunerOptions[Kind];
  return TUNERS[kind].create(encoder, options, createRng(seed, kind));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe.each(['wasm', 'cpu'] as const)('tuning a small encoder on the backend %s', (backend) => {
  let encoder: TunableEncoder;
  beforeAll(async () => {
    await startBackend(backend);
    encoder = createFakeTunable();
  });
  afterAll(() => encoder.dispose());

  it.each([
    ['lora', 0.02],
    ['weights', 0.02],
    ['adapter', 0.05],
    ['prefix', 0.1],
    ['soft-prompt', 0.1],
  ] as const)('with a tuner of the kind %s lowers the loss', async (kind, learningRate) => {
    const { losses } = await trained(encoder, { kind, config: { ...config, learningRate } });
    expect(losses.length).toBe(20);
    expect(mean(losses.slice(-4))).toBeLessThan(0.7 * mean(losses.slice(0, 4)));
  });

  it('leaves every bit of the weights of the encoder as it was', async () => {
    const weights = () =>
      Promise.all(encoder.linears.map(async ({ weight }) => Float32Array.from(await weight.data())));
    const before = await weights();
    const { state } = await trained(encoder);
    const merged = await restoreTuned(encoder, state);
    (await weights()).forEach((values, i) => {
      expectSameBits(values, before[i]!);
    });
    expect(await merged.encode(TEXTS)).not.toEqual(await encoder.encode(TEXTS));
    merged.dispose();
  });

  it('is the same for the same seed, to the bit, and another for another', async () => {
    const [first, second, other] = [
      await trained(encoder),
      await trained(encoder),
      await trained(encoder, { seed: 1 }),
    ];
    expect(second).toEqual(first);
    expect(other.losses).not.toEqual(first.losses);
    expect(other.state).not.toEqual(first.state);
  });

  it('merged gives the vectors that were trained', async () => {
    const tuner = lora.create(encoder, tunerOptions.lora.parse({ dropout: 0 }), createRng(0, 'lora'));
    await tuneEncoder({ encoder, tuner, texts: TEXTS, labels: LABELS, classes: 2, config, rng: createRng(0) });
    const merged = await restoreTuned(encoder, await tuner.state(1));
    const batch = await encoder.batch(TEXTS);
    const [together, folded] = tf.tidy(() => [encoder.forward(batch, tuner), merged.forward(batch, plain)]);
    expectClose(await folded.data(), await together.data(), 1e-5);
    tf.dispose([together, folded]);
    batch.dispose();
    merged.dispose();
    tuner.dispose();
  });

  it('brings texts of one label together', async () => {
    const merged = await restoreTuned(encoder, (await trained(encoder)).state);
    const apart = async (given: TunableEncoder): Promise<number> => {
      const rows = rowsOf(await given.encode(TEXTS), given.dimensions).map((row) => row.subarray(0, given.outputSize));
      const similarity = (wanted: boolean): number =>
        mean(
          rows.flatMap((a, i) =>
            rows.flatMap((b, j) => (i < j && (LABELS[i] === LABELS[j]) === wanted ? [cosine(a, b)] : [])),
          ),
        );
      return similarity(true) - similarity(false);
    };
    expect(await apart(merged)).toBeGreaterThan((await apart(encoder)) + 0.1);
    merged.dispose();
  });

  it('leaves no tensor behind, whether it ends, is cancelled or fails', async () => {
    const burnIn = await trained(encoder);
    const before = tf.memory().numTensors;
    await trained(encoder);
    const abort = new AbortController();
    const cancelled = trained(encoder, { signal: abort.signal, onStep: () => abort.abort(new Error('enough')) });
    await expect(cancelled).rejects.toThrow('enough');
    await expect(trained(encoder, { config: wild })).rejects.toMatchObject({ code: 'training-failed' });
    expect(tf.memory().numTensors).toBe(before);
    expect(burnIn.losses.length).toBe(20);
  });

  it('has as many tensors after each of 50 steps', async () => {
    const counts = new Set<number>();
    const long = tuneConfigSchema.parse({ epochs: 25, batchSize: 4, patience: 50 });
    await trained(encoder, { config: long, onStep: () => counts.add(tf.memory().numTensors) });
    expect(counts.size).toBe(1);
  });

  it('says that the loss is not a number, and at which step', async () => {
    await expect(trained(encoder, { config: wild })).rejects.toMatchObject({
      name: 'UserError',
      code: 'training-failed',
      message: 'Training stopped at step 2 of 20: the loss is NaN. Nothing was changed.',
    });
  });

  it('takes one text a label, labels of one text among others, and an empty text', async () => {
    for (const [texts, labels, classes] of [
      [['one', 'two'], [0, 1], 2],
      [['one', 'two', 'three', ''], [0, 0, 0, 2], 3],
    ] as const) {
      const { losses } = await trained(encoder, { texts, labels: Int32Array.from(labels), classes });
      expect(losses.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('tuning', () => {
  beforeAll(() => startBackend('cpu'));

  it('without the contrastive term trains on cross-entropy alone', async () => {
    const without = tuneConfigSchema.parse({ epochs: 10, batchSize: 4, contrastiveWeight: 0 });
    const [plainLosses, both] = [
      (await trained(createFakeTunable(), { config: without })).losses,
      (await trained(createFakeTunable())).losses,
    ];
    expect(plainLosses[0]!).toBeLessThan(both[0]!);
  });

  it('starts its head from the centroids of the labels: the first answers are right', async () => {
    const still = tuneConfigSchema.parse({ epochs: 1, batchSize: 8, contrastiveWeight: 0, headScale: 100 });
    const twoWords = { texts: ['a', 'a', 'b', 'b'], labels: Int32Array.from([0, 0, 1, 1]) };
    const { losses } = await trained(createFakeTunable(), { config: still, ...twoWords });
    expect(losses[0]).toBeLessThan(0.01);
  });

  it.each([{ epochs: 0 }, { batchSize: 1 }, { learningRate: 0 }, { warmupShare: 2 }, { patience: 0 }, { unknown: 1 }])(
    'refuses the configuration %j',
    (given) => {
      expect(tuneConfigSchema.safeParse(given).success).toBe(false);
    },
  );
});

describe('tuning use-lite', () => {
  it('lowers the loss in a few steps, keeps the weights and leaves no tensor behind', async () => {
    await startBackend('wasm');
    const encoder = await createUseLite();
    const few = tuneConfigSchema.parse({ epochs: 4, batchSize: 4, patience: 50 });
    const before = await encoder.encode(TEXTS.slice(0, 1));
    // Made with the first gradient and kept.
    expect(encoder.linears.map(({ weightTransposed }) => weightTransposed.isDisposed)).not.toContain(true);
    const counts = new Set<number>();
    const tensors = tf.memory().numTensors;
    const losses: number[] = [];
    await trained(encoder, {
      config: few,
      onStep: ({ loss }) => {
        losses.push(loss);
        counts.add(tf.memory().numTensors);
      },
    });
    expect(mean(losses.slice(-2))).toBeLessThan(mean(losses.slice(0, 2)));
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await encoder.encode(TEXTS.slice(0, 1))).toEqual(before);
    encoder.dispose();
  });
});
