import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { isOutOfMemory } from '../../../src/engine/backend/out-of-memory.js';
import { startBackend } from '../../../src/engine/backend.js';
import {
  type PreparedStep,
  type PrepareStep,
  type StepReport,
  type TrainerOptions,
  train,
} from '../../../src/engine/train/trainer.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { expectClose } from '../../support/numbers.js';

beforeAll(() => startBackend('cpu'));

interface Problem {
  readonly variable: tf.Variable;
  readonly prepare: () => Promise<PreparedStep>;
  readonly options: TrainerOptions;
  readonly reports: StepReport[];
  /** How many steps were prepared, and how many of them were released. */
  readonly counts: { prepared: number; released: number };
}

/** Minimises (x − 3)², one step an epoch; `loss` may say something else for a step. */
function problem(options: Partial<TrainerOptions> = {}, loss?: (step: number) => number): Problem {
  const variable = tf.tidy(() => tf.variable(tf.scalar(0)));
  const reports: StepReport[] = [];
  const counts = { prepared: 0, released: 0 };
  return {
    variable,
    reports,
    counts,
    prepare: async () => {
      const step = counts.prepared++;
      return {
        loss: () => {
          const distance = tf.square(tf.sub(variable, 3));
          return (loss === undefined ? distance : tf.add(tf.mul(distance, 0), loss(step))) as tf.Scalar;
        },
        release: () => {
          counts.released++;
        },
      };
    },
    options: {
      groups: [{ variables: [variable], learningRate: 0.3, weightDecay: 0 }],
      steps: 20,
      stepsPerEpoch: 1,
      warmupShare: 0.1,
      clipNorm: 100,
      patience: 100,
      onStep: (report) => reports.push(report),
      ...options,
    },
  };
}

describe('training', () => {
  it('lowers the loss and reports each step', async () => {
    const { variable, prepare, options, reports } = problem();
    const summary = await train(prepare, options);
    expect(reports.map(({ step, steps }) => [step, steps])).toEqual(Array.from({ length: 20 }, (_, i) => [i + 1, 20]));
    expect(reports[0]!.loss).toBe(9);
    expect(reports.at(-1)!.loss).toBeLessThan(0.5);
    expect((await variable.data())[0]).toBeGreaterThan(2.2);
    expect(summary).toEqual({ steps: 20, loss: reports.at(-1)!.loss, stoppedEarly: false, microBatches: 1 });
  });

  it('prepares a step when it comes to it and releases it once', async () => {
    const { prepare, options, counts } = problem({ steps: 7 });
    await train(prepare, options);
    expect(counts).toEqual({ prepared: 7, released: 7 });
  });

  it('gives the mean loss of the last epoch, also of one that is cut short', async () => {
    const losses = [8, 6, 4, 2, 1];
    const { prepare, options } = problem({ steps: 5, stepsPerEpoch: 2 }, (step) => losses[step]!);
    expect((await train(prepare, options)).loss).toBe(1);
    const whole = problem({ steps: 4, stepsPerEpoch: 2 }, (step) => losses[step]!);
    expect((await train(whole.prepare, whole.options)).loss).toBe(3);
  });

  it.each<[string, readonly number[], number, number | null]>([
    ['goes on while every epoch is 1 % better', [100, 98, 96, 94, 92, 90], 1, null],
    ['stops at the first epoch that is less than 1 % better, with patience 1', [100, 99.5, 50], 1, 2],
    ['waits for one more with patience 2', [100, 99.5, 50, 49.9, 49.8, 1], 2, 5],
    ['starts to count again after a better epoch', [100, 100, 50, 50, 25, 25], 2, null],
    ['compares with the best epoch so far', [100, 50, 80, 60, 49.9, 1], 3, 5],
  ])('%s', async (_, losses, patience, stops) => {
    const { prepare, options } = problem({ steps: losses.length, patience }, (step) => losses[step]!);
    const summary = await train(prepare, options);
    expect(summary.stoppedEarly).toBe(stops !== null);
    expect(summary.steps).toBe(stops ?? losses.length);
    expect(summary.loss).toBeCloseTo(losses[summary.steps - 1]!, 4);
  });

  it.each([1, 4, 20])('can be cancelled before step %i: nothing of it runs', async (step) => {
    const abort = new AbortController();
    const { prepare, options, counts } = problem({
      signal: abort.signal,
      onStep: (report) => {
        if (report.step === step - 1) abort.abort(new Error('enough'));
      },
    });
    if (step === 1) abort.abort(new Error('enough'));
    await expect(train(prepare, options)).rejects.toThrow('enough');
    expect(counts).toEqual({ prepared: step - 1, released: step - 1 });
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('fails when the loss is %s, and says at which step', async (name, loss) => {
    const { prepare, options } = problem({}, (step) => (step === 4 ? loss : 1));
    await expect(train(prepare, options)).rejects.toMatchObject({
      name: 'UserError',
      code: 'training-failed',
      message: `Training stopped at step 5 of 20: the loss is ${name}. Nothing was changed.`,
    });
  });

  it('fails when a huge learning rate runs away', async () => {
    const { variable, prepare, options } = problem();
    const groups = [{ variables: [variable], learningRate: 1e30, weightDecay: 0 }];
    await expect(train(prepare, { ...options, groups })).rejects.toMatchObject({
      code: 'training-failed',
      message: 'Training stopped at step 2 of 20: the loss is Infinity. Nothing was changed.',
    });
  });

  it('passes on what a step throws, and releases that step', async () => {
    const { prepare, options, counts } = problem();
    const failing = async (): Promise<PreparedStep> => {
      const { release } = await prepare();
      return {
        release,
        loss: () => {
          throw new Error('out of memory');
        },
      };
    };
    await expect(train(failing, options)).rejects.toThrow('out of memory');
    expect(counts).toEqual({ prepared: 1, released: 1 });
  });

  it('of no steps changes nothing', async () => {
    const { variable, prepare, options } = problem({ steps: 0 });
    expect(await train(prepare, options)).toEqual({
      steps: 0,
      loss: Number.NaN,
      stoppedEarly: false,
      microBatches: 1,
    });
    expect((await variable.data())[0]).toBe(0);
  });
});

/** Fits y = w · x to eight points, all of them in a step; a part of more than `fits` rows runs out of memory. */
function points(fits: number, failsAt: 'prepare' | 'loss' = 'loss') {
  const [xs, ys] = [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [2, 1, 4, 3, 6, 5, 8, 7],
  ] as const;
  const weight = tf.tidy(() => tf.variable(tf.scalar(0)));
  const released: number[] = [];
  const full = (): Error => new RangeError('Array buffer allocation failed');
  const prepare: PrepareStep = async (_, part, parts) => {
    const size = Math.ceil(xs.length / parts);
    const [x, y] = [xs, ys].map((all) => all.slice(part * size, (part + 1) * size)) as [number[], number[]];
    if (failsAt === 'prepare' && x.length > fits) throw full();
    return {
      rows: x.length,
      loss: () => {
        const error = tf.squaredDifference(tf.mul(weight, tf.tensor1d(x)), tf.tensor1d(y));
        if (x.length > fits) throw full();
        return tf.mean(error) as tf.Scalar;
      },
      release: () => released.push(x.length),
    };
  };
  const reports: StepReport[] = [];
  const options: TrainerOptions = {
    groups: [{ variables: [weight], learningRate: 0.1, weightDecay: 0 }],
    steps: 5,
    stepsPerEpoch: 1,
    warmupShare: 0,
    clipNorm: 1e9,
    patience: 100,
    mostParts: () => xs.length / 2,
    onStep: (report) => reports.push(report),
  };
  return { weight, prepare, options, reports, released };
}

describe('a step that does not fit in memory', () => {
  it.each([
    [4, 2],
    [3, 4],
    [2, 4],
  ])('with room for %i rows is taken in %i parts, and trains as the whole', async (fits, parts) => {
    const [whole, split] = [points(8), points(fits)];
    const losses = async ({ prepare, options, reports }: typeof whole): Promise<number[]> => {
      await train(prepare, options);
      return reports.map(({ loss }) => loss);
    };
    expectClose(await losses(split), await losses(whole), 1e-5, 'losses');
    expectClose(await split.weight.data(), await whole.weight.data(), 1e-6, 'weights');
    expect(whole.reports.map(({ microBatches }) => microBatches)).toEqual([1, 1, 1, 1, 1]);
    expect(split.reports.map(({ microBatches }) => microBatches)).toEqual(Array(5).fill(parts));
    tf.dispose([whole.weight, split.weight]);
  });

  it('weights parts by their rows', async () => {
    const [whole, split] = [points(8), points(3)];
    const options = { ...split.options, mostParts: () => 3 };
    await train(whole.prepare, whole.options);
    // Parts of 3, 3 and 2 rows.
    expect((await train(split.prepare, options)).microBatches).toBe(3);
    expectClose(await split.weight.data(), await whole.weight.data(), 1e-6, 'weights');
    tf.dispose([whole.weight, split.weight]);
  });

  it('is not tried whole again: later steps go on in parts', async () => {
    const { weight, prepare, options, released } = points(4);
    const summary = await train(prepare, { ...options, steps: 2 });
    expect(summary.microBatches).toBe(2);
    expect(released).toEqual([8, 4, 4, 4, 4]);
    weight.dispose();
  });

  it.each(['prepare', 'loss'] as const)(
    'fails when the most parts do not fit either (memory ends in %s)',
    async (at) => {
      const { weight, prepare, options } = points(1, at);
      const failure = await train(prepare, options).catch((error: unknown) => error);
      expect(failure).toMatchObject({
        name: 'UserError',
        code: 'training-failed',
        details: { outOfMemory: true, step: 1, steps: 5, backend: 'cpu', parts: 4 },
        message: expect.stringMatching(
          /^Training ran out of memory on the backend cpu at step 1 of 5, .*Nothing was changed\./,
        ),
      });
      expect(isOutOfMemory(failure)).toBe(true);
      expect((await weight.data())[0]).toBe(0);
      weight.dispose();
    },
  );

  it('is not split for another error', async () => {
    const { weight, prepare, options, released } = points(8);
    const failing: PrepareStep = async (...part) => ({
      ...(await prepare(...part)),
      loss: () => {
        throw new Error('shapes do not match');
      },
    });
    await expect(train(failing, options)).rejects.toThrow('shapes do not match');
    expect(released).toEqual([8]);
    weight.dispose();
  });
});

describe('no tensor is left behind', () => {
  const leakFree = async (run: (given: Problem) => Promise<unknown>): Promise<void> => {
    await expectNoLeak(async () => {
      const given = problem();
      await run(given).catch(() => {});
      given.variable.dispose();
    });
  };

  it('by 50 steps: after each there are as many tensors as after the first', async () => {
    const counts = new Set<number>();
    const { prepare, options } = problem({ steps: 50, onStep: () => counts.add(tf.memory().numTensors) });
    await train(prepare, options);
    expect(counts.size).toBe(1);
  });

  it('by a whole training', () => leakFree(({ prepare, options }) => train(prepare, options)));

  it.each([1, 2, 8])('by steps with room for %i rows', (fits) =>
    expectNoLeak(async () => {
      const { weight, prepare, options } = points(fits);
      await train(prepare, options).catch(() => {});
      weight.dispose();
    }),
  );

  it('by one that is cancelled', () =>
    leakFree(({ prepare, options }) => {
      const abort = new AbortController();
      return train(prepare, { ...options, signal: abort.signal, onStep: () => abort.abort() });
    }));

  it('by one that fails', () =>
    leakFree(({ prepare, options, variable }) =>
      train(prepare, { ...options, groups: [{ variables: [variable], learningRate: 1e30, weightDecay: 0 }] }),
    ));
});
