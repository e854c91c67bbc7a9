import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { sourceTasks } from '../../../src/engine/data/episodes.js';
import { PAIR_LOSSES } from '../../../src/engine/data/pairs.js';
import type { TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import { createRng } from '../../../src/engine/random.js';
import type { Tuning } from '../../../src/engine/train/tune-batches.js';
import { tuneConfigSchema } from '../../../src/engine/train/tune-config.js';
import { tuneOnEpisodes } from '../../../src/engine/train/tune-episodes.js';
import { tuneOnPairs } from '../../../src/engine/train/tune-pairs.js';
import { tuneOnViews, viewSteps } from '../../../src/engine/train/tune-views.js';
import { restoreTuned, TUNERS } from '../../../src/engine/tuners/index.js';
import { tunerOptions } from '../../../src/engine/tuners/options.js';
import type { TunerState } from '../../../src/engine/tuners/tuner.js';
import { createFakeTunable } from '../../support/fake-tunable.js';
import { cosine, rowsOf } from '../../support/numbers.js';

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
const LABELS = [0, 0, 0, 0, 1, 1, 1, 1];

const SOURCES = sourceTasks([
  {
    instruction: '',
    labels: [{ name: 'billing' }, { name: 'bug' }],
    examples: TEXTS.map((text, row) => ({ text, label: LABELS[row] === 0 ? 'billing' : 'bug' })),
  },
]);

/** The small encoder learns in few steps when they are larger. */
const config = tuneConfigSchema.parse({ epochs: 24, batchSize: 16, patience: 50, learningRate: 0.01 });

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

interface Tuned {
  readonly losses: readonly number[];
  readonly steps: number;
  readonly state: TunerState;
}

/** What each objective does with a fresh LoRA. */
const OBJECTIVES = {
  ...Object.fromEntries(
    PAIR_LOSSES.map((loss) => [
      `pairs, ${loss}`,
      (tuning: Tuning, seed: number) =>
        tuneOnPairs({
          ...tuning,
          texts: TEXTS,
          labels: LABELS,
          pairs: { sampling: 'oversampling', most: 32 },
          loss,
          rng: createRng(seed, 'pairs'),
        }),
    ]),
  ),
  episodes: (tuning: Tuning, seed: number) =>
    tuneOnEpisodes({
      ...tuning,
      sources: SOURCES,
      episodes: 40,
      episode: { ways: 2, shots: 2, queries: 2 },
      rng: createRng(seed, 'episodes'),
    }),
  views: (tuning: Tuning, seed: number) =>
    tuneOnViews({ ...tuning, texts: TEXTS, passes: 20, temperature: 0.1, rng: createRng(seed, 'views') }),
};

describe.each(Object.entries(OBJECTIVES))('tuning on %s', (_, objective) => {
  let encoder: TunableEncoder;
  beforeAll(async () => {
    await startBackend('wasm');
    encoder = createFakeTunable();
  });
  afterAll(() => encoder.dispose());

  async function tuned(seed = 0): Promise<Tuned> {
    const tuner = TUNERS.lora.create(encoder, tunerOptions.lora.parse({}), createRng(seed, 'lora'));
    const losses: number[] = [];
    try {
      const { steps } = await objective({ encoder, tuner, config, onStep: ({ loss }) => losses.push(loss) }, seed);
      return { losses, steps, state: await tuner.state(1) };
    } finally {
      tuner.dispose();
    }
  }

  it('lowers its loss', async () => {
    const { losses, steps } = await tuned();
    const quarter = Math.floor(steps / 4);
    expect(losses).toHaveLength(steps);
    expect(mean(losses.slice(-quarter))).toBeLessThan(0.85 * mean(losses.slice(0, quarter)));
  });

  it('is the same for the same seed, another for another', async () => {
    const [first, second, other] = [await tuned(1), await tuned(1), await tuned(2)];
    expect(second).toEqual(first);
    expect(other.losses).not.toEqual(first.losses);
  });

  it('leaves no tensor behind, and the encoder as it was', async () => {
    const before = await encoder.encode(TEXTS);
    await tuned();
    const tensors = tf.memory().numTensors;
    await tuned();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await encoder.encode(TEXTS)).toEqual(before);
  });

  it('takes a step in parts where memory ends, or says that it did', async () => {
    const tuner = TUNERS.lora.create(encoder, tunerOptions.lora.parse({}), createRng(0, 'lora'));
    const small: TunableEncoder = {
      ...encoder,
      batch: async (texts) => {
        if (texts.length > 5) throw new Error('out of memory');
        return encoder.batch(texts);
      },
    };
    const tuning = objective({ encoder: small, tuner, config: { ...config, batchSize: 8 } }, 0);
    if (objective === OBJECTIVES.episodes) await expect(tuning).rejects.toMatchObject({ code: 'training-failed' });
    else expect((await tuning).microBatches).toBe(2);
    tuner.dispose();
  });

  it('changes what the encoder says', async () => {
    const changed = await restoreTuned(encoder, (await tuned()).state);
    const apart = async (given: TunableEncoder): Promise<number> => {
      const rows = rowsOf(await given.encode(TEXTS), given.dimensions).map((row) => row.subarray(0, given.outputSize));
      const similarity = (alike: boolean): number =>
        mean(
          rows.flatMap((a, i) =>
            rows.flatMap((b, j) => (i < j && (LABELS[i] === LABELS[j]) === alike ? [cosine(a, b)] : [])),
          ),
        );
      return objective === OBJECTIVES.views
        ? -similarity(true) - similarity(false)
        : similarity(true) - similarity(false);
    };
    // Pairs and episodes bring texts of one label together; views spread all texts.
    expect(await apart(changed)).toBeGreaterThan((await apart(encoder)) + 0.1);
    changed.dispose();
  });
});

it('views count the steps that they take', () => {
  const eight = { ...config, batchSize: 8 };
  expect(viewSteps({ texts: TEXTS, passes: 3, config: eight })).toBe(6);
  expect(viewSteps({ texts: TEXTS.slice(0, 7), passes: 3, config: eight })).toBe(3);
  expect(viewSteps({ texts: TEXTS.slice(0, 2), passes: 3, config: eight })).toBe(3);
});
