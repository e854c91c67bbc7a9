// The methods that tune an encoder on something else than cross-entropy of the shots: pairs, other tasks, texts without labels.

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/engine/backend.js';
import { fitMethod } from '../../../../src/engine/cascade/fit-method.js';
import type { Fit } from '../../../../src/engine/cascade/method.js';
import type { TunableEncoder } from '../../../../src/engine/encoders/encoder.js';
import type { StepReport } from '../../../../src/engine/train/trainer.js';
import type { FittedMethod, MethodOptions, TaskData } from '../../../../src/engine/types.js';
import { createFakeTunable, libraryOf } from '../../../support/fake-tunable.js';
import { fitInput } from '../../../support/fit-input.js';

const SHOTS = [
  ...['charged twice again', 'my invoice is wrong', 'refund my card', 'the price went up'].map((text) => ({
    text,
    label: 'billing',
  })),
  ...['the app crashes', 'an error on login', 'the page is blank', 'it freezes often'].map((text) => ({
    text,
    label: 'bug',
  })),
];
const HELD = ['where is my refund', 'login fails', 'a bill I never got'];
const LOOSE = Array.from({ length: 20 }, (_, i) => `something about thing ${i} and more`);

/** Another task, which has one of the held-out texts among its own. */
const RELATED: TaskData = {
  instruction: '',
  labels: [{ name: 'greeting' }, { name: 'parting' }],
  examples: [
    ...['hello there', 'good morning all', 'hi friends'].map((text) => ({ text, label: 'greeting' })),
    ...['good bye', 'see you soon', 'farewell then', 'Login fails!'].map((text) => ({ text, label: 'parting' })),
  ],
};

const METHODS = ['contrastive', 'prototypes', 'pretrain'] as const satisfies readonly FittedMethod[];

interface Run {
  readonly fit: Fit;
  /** Texts that went through the encoder where gradients reach. */
  readonly learnedFrom: ReadonlySet<string>;
  readonly reports: readonly StepReport[];
}

describe.each(METHODS)('%s', (method) => {
  beforeAll(() => startBackend('wasm'));

  async function run({ seed = 0, options = {} as MethodOptions, related = [RELATED] } = {}): Promise<Run> {
    const encoder = createFakeTunable({ size: 512 });
    const learnedFrom = new Set<string>();
    const reports: StepReport[] = [];
    const spied: TunableEncoder = {
      ...encoder,
      batch(texts) {
        for (const text of texts) learnedFrom.add(text);
        return encoder.batch(texts);
      },
    };
    const input = await fitInput<MethodOptions>({
      shots: SHOTS,
      held: HELD,
      // The held-out texts lie among those without a label too, one of them in another spelling.
      unlabelled: [...LOOSE, ...HELD.slice(1), 'Where is my refund?'],
      related,
      library: libraryOf(spied),
      join: { blocks: [{ name: 'use-lite', weight: 1 }], names: true },
      encoders: ['use-lite'],
      tunable: 'use-lite',
      // Enough pairs for each shot to be in one.
      options: { epochs: 2, batchSize: 8, ...(method === 'contrastive' ? { pairs: 4 } : {}), ...options },
      seed,
      onStep: (report) => reports.push(report),
    });
    try {
      return { fit: await fitMethod(method, input), learnedFrom, reports };
    } finally {
      encoder.dispose();
    }
  }

  it('answers with the frozen head and a tuned one, and can be kept', async () => {
    const { fit } = await run();
    expect(fit.logits.map(({ length }) => length)).toEqual([2 * HELD.length, 2 * HELD.length]);
    expect(fit.logits.flatMap((logits) => [...logits]).every(Number.isFinite)).toBe(true);
    expect(fit.logits[0]).not.toEqual(fit.logits[1]);
    expect(fit.experts?.map(({ tuned }) => tuned?.tuner.kind)).toEqual([undefined, 'lora']);
  });

  it('learns from the shots and its other texts, never from one that is held out', async () => {
    const { learnedFrom } = await run();
    for (const { text } of SHOTS) expect(learnedFrom).toContain(text);
    for (const text of [...HELD, 'Where is my refund?', 'Login fails!']) expect(learnedFrom).not.toContain(text);
    const others = [...learnedFrom].filter((text) => !SHOTS.some((shot) => shot.text === text));
    const wanted = {
      contrastive: [],
      prototypes: RELATED.examples.map(({ text }) => text).filter((text) => text !== 'Login fails!'),
      pretrain: LOOSE,
    }[method];
    expect(others.length > 0).toBe(wanted.length > 0);
    for (const text of others) expect(wanted).toContain(text);
  });

  it('counts its steps from the first to the last, whatever it learns from', async () => {
    const { reports } = await run();
    expect(reports.map(({ step }) => step)).toEqual(reports.map((_, i) => i + 1));
    expect(new Set(reports.map(({ steps }) => steps)).size).toBe(1);
    expect(reports.at(-1)!.step).toBe(reports.at(-1)!.steps);
  });

  it('gives the same for the same seed, something else for another', async () => {
    const [first, second, other] = [await run({ seed: 1 }), await run({ seed: 1 }), await run({ seed: 2 })];
    expect(second.fit.logits).toEqual(first.fit.logits);
    expect(other.fit.logits[1]).not.toEqual(first.fit.logits[1]);
  });

  it('leaves no tensor behind', async () => {
    await run();
    const before = tf.memory().numTensors;
    await run();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses options that it does not have', async () => {
    await expect(run({ options: { passing: 1 } })).rejects.toThrow('passing');
  });
});

it('contrastive caps the pairs of an epoch, and takes SetFit’s own loss', async () => {
  await startBackend('wasm');
  const steps = async (options: MethodOptions): Promise<number> => {
    const encoder = createFakeTunable({ size: 512 });
    let count = 0;
    const input = await fitInput<MethodOptions>({
      shots: SHOTS,
      held: HELD,
      library: libraryOf(encoder),
      join: { blocks: [{ name: 'use-lite', weight: 1 }], names: true },
      encoders: ['use-lite'],
      tunable: 'use-lite',
      options: { epochs: 1, batchSize: 8, ...options },
      onStep: () => {
        count++;
      },
    });
    await fitMethod('contrastive', input);
    encoder.dispose();
    return count;
  };
  // 8 shots: 12 alike and 16 unlike pairs, four of them a batch.
  expect(await steps({})).toBe(2);
  expect(await steps({ pairs: 100 })).toBe(8);
  expect(await steps({ pairs: 100, sampling: 'undersampling', loss: 'cosine' })).toBe(6);
  expect(await steps({ pairs: 100, sampling: 'unique' })).toBe(7);
  expect(await steps({ pairs: 100, mostPairs: 12 })).toBe(3);
});

it('prototypes says what is missing where no other task can be learned from', async () => {
  await startBackend('wasm');
  const input = await fitInput<MethodOptions>({
    shots: SHOTS,
    held: HELD,
    library: libraryOf(createFakeTunable({ size: 512 })),
    join: { blocks: [{ name: 'use-lite', weight: 1 }], names: true },
    encoders: ['use-lite'],
    tunable: 'use-lite',
    options: {},
  });
  const refused = async (): Promise<Fit> => fitMethod('prototypes', input);
  await expect(refused()).rejects.toMatchObject({ name: 'UserError', code: 'too-few-examples' });
});
