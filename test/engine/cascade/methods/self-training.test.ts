// Self-training on points: a text is its own vector, so that what helps and what misleads can be laid out by hand.

import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/engine/backend.js';
import { fitMethod } from '../../../../src/engine/cascade/fit-method.js';
import { NO_NEIGHBOURS } from '../../../../src/engine/data/augment/index.js';
import type { EncoderLibrary } from '../../../../src/engine/encoders/load.js';
import { accuracy, argmaxRows } from '../../../../src/engine/evaluate/metrics.js';
import { createRng } from '../../../../src/engine/random.js';
import type { StepReport } from '../../../../src/engine/train/trainer.js';
import type { LabelledText, MethodOptions } from '../../../../src/engine/types.js';
import { fitInput } from '../../../support/fit-input.js';
import { expectClose } from '../../../support/numbers.js';

const DIMENSIONS = 24;

const library: EncoderLibrary = {
  tunable: () => Promise.reject(new Error('self-training tunes no encoder')),
  weights: async () => 'points',
  unknownShare: async () => 0,
  neighbours: async () => NO_NEIGHBOURS,
  encode: async (texts, names) => {
    const data = Float32Array.from(
      texts.flatMap((text) => {
        const numbers = text.split(' ').map(Number);
        return Array.from({ length: DIMENSIONS }, (_, d) => numbers[d] ?? 0);
      }),
    );
    return { texts, vectors: Object.fromEntries(names.map((name) => [name, { dimensions: DIMENSIONS, data }])) };
  },
};

/** Points whose first four coordinates tell the label, the others are noise. */
function points(count: number, seed: number, part: string): LabelledText[] {
  const rng = createRng('points', seed, part);
  return Array.from({ length: count }, (_, i) => {
    const label = i % 2;
    const numbers = Array.from(
      { length: DIMENSIONS },
      (_, d) => rng.normal() + (d < 4 ? (label === 0 ? -0.9 : 0.9) : 0),
    );
    return { text: numbers.map((x) => x.toFixed(3)).join(' '), label: `${label}` };
  });
}

interface Given {
  readonly seed: number;
  readonly unlabelled: readonly string[];
  readonly options?: MethodOptions;
  readonly reports?: StepReport[];
  readonly shots?: readonly LabelledText[];
}

const held = (seed: number): LabelledText[] => points(200, seed, 'held');

async function logitsOf(method: 'head' | 'self-training', given: Given): Promise<Float32Array> {
  const { seed, unlabelled, options = {}, reports = [], shots = points(16, seed, 'shots') } = given;
  const input = await fitInput<MethodOptions>({
    shots,
    held: held(seed).map(({ text }) => text),
    unlabelled,
    library,
    join: { blocks: [{ name: 'points', weight: 1 }], names: false },
    encoders: ['points'],
    options,
    seed,
    onStep: (report) => reports.push(report),
  });
  const { logits, experts } = await fitMethod(method, input);
  expect(experts).toHaveLength(1);
  expect(experts![0]!.tuned).toBeNull();
  return logits[0]!;
}

const accuracyOf = (logits: Float32Array, seed: number): number =>
  accuracy(
    argmaxRows(logits, 2),
    held(seed).map(({ label }) => Number(label)),
  );

const loose = (seed: number): string[] => points(150, seed, 'loose').map(({ text }) => text);

/** Points of pure noise: all that a head can say of them is what it got wrong about the noise of its shots. */
function misleading(seed: number): string[] {
  const rng = createRng('misleading', seed);
  return Array.from({ length: 150 }, () =>
    Array.from({ length: DIMENSIONS }, (_, d) => (d < 4 ? 0 : 3 * rng.normal()).toFixed(3)).join(' '),
  );
}

describe('self-training', () => {
  beforeAll(() => startBackend('wasm'));

  it('answers better than the head alone where texts without a label tell more about the labels', async () => {
    const gains: number[] = [];
    for (let seed = 0; seed < 6; seed++) {
      const [head, trained] = [
        await logitsOf('head', { seed, unlabelled: [] }),
        await logitsOf('self-training', { seed, unlabelled: loose(seed) }),
      ];
      gains.push(accuracyOf(trained, seed) - accuracyOf(head, seed));
    }
    expect(gains.reduce((a, b) => a + b, 0) / gains.length).toBeGreaterThan(0.01);
  });

  it('takes fewer rounds, or none, where pseudo-labels make held-out shots worse', async () => {
    let unchanged = 0;
    for (let seed = 0; seed < 6; seed++) {
      const [head, trained] = [
        await logitsOf('head', { seed, unlabelled: [] }),
        await logitsOf('self-training', { seed, unlabelled: misleading(seed) }),
      ];
      if (trained.every((value, i) => Math.abs(value - head[i]!) < 1e-4)) unchanged++;
    }
    // Pseudo-labels judged by themselves would always look better than none.
    expect(unchanged).toBeGreaterThanOrEqual(3);
  });

  it('learns nothing from held-out texts that lie among those without a label', async () => {
    const clean = await logitsOf('self-training', { seed: 0, unlabelled: loose(0) });
    const mixed = await logitsOf('self-training', {
      seed: 0,
      unlabelled: [...loose(0), ...held(0).map(({ text }) => text)],
    });
    expectClose(mixed, clean, 0);
  });

  it('is the head where there is nothing to label', async () => {
    const head = await logitsOf('head', { seed: 0, unlabelled: [] });
    expectClose(await logitsOf('self-training', { seed: 0, unlabelled: [] }), head, 1e-4);
  });

  it('gives the same for the same seed', async () => {
    const given = { seed: 3, unlabelled: loose(3) };
    expectClose(await logitsOf('self-training', given), await logitsOf('self-training', given), 0);
  });

  it('tries the one confidence that was asked for, and says how far it is', async () => {
    const [all, one]: [StepReport[], StepReport[]] = [[], []];
    await logitsOf('self-training', { seed: 0, unlabelled: loose(0), reports: all });
    await logitsOf('self-training', { seed: 0, unlabelled: loose(0), reports: one, options: { confidence: 0.8 } });
    expect(one.length).toBeLessThan(all.length);
    for (const reports of [all, one]) {
      expect(reports.map(({ step }) => step)).toEqual(reports.map((_, i) => i + 1));
      expect(reports.at(-1)!.step).toBeLessThanOrEqual(reports.at(-1)!.steps);
    }
  });

  it('takes one shot a label', async () => {
    const shots = points(2, 0, 'shots');
    const logits = await logitsOf('self-training', { seed: 0, unlabelled: loose(0), shots });
    expect(logits.every(Number.isFinite)).toBe(true);
  });
});
