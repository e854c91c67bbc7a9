// A LoRA that was trained elsewhere: taken as it is, with heads of the task's own.

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeTrained } from '../../../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../../../src/engine/backend.js';
import { runCascade } from '../../../../src/engine/cascade/cascade.js';
import { fitMethod } from '../../../../src/engine/cascade/fit-method.js';
import { createRng } from '../../../../src/engine/random.js';
import type { StepReport } from '../../../../src/engine/train/trainer.js';
import { TUNERS } from '../../../../src/engine/tuners/index.js';
import { tunerOptions } from '../../../../src/engine/tuners/options.js';
import type { TunerState } from '../../../../src/engine/tuners/tuner.js';
import { contextWith, jobsHere, request } from '../../../support/cascade-jobs.js';
import { createFakeTunable, libraryOf } from '../../../support/fake-tunable.js';
import { fitInput } from '../../../support/fit-input.js';
import { support, supportQuestions } from '../../../support/tasks.js';

beforeAll(() => startBackend('wasm'));

const library = libraryOf(createFakeTunable({ size: 512 }));

/** A LoRA whose every layer changes something. */
async function elsewhere(): Promise<TunerState> {
  const options = tunerOptions.lora.parse({ rank: 2 });
  const tuner = TUNERS.lora.create(await library.tunable('use-lite'), options, createRng('elsewhere'));
  const rng = createRng('values');
  for (const { variable } of tuner.parameters) {
    const values = Float32Array.from({ length: variable.size }, () => 0.3 * rng.normal());
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  const state = await tuner.state(1);
  tuner.dispose();
  return state;
}

const join = {
  blocks: [
    { name: 'use-lite', weight: 1 },
    { name: 'use-lite-pool', weight: 1 },
  ],
  names: true,
};

async function fitWith(given: TunerState | null) {
  const reports: StepReport[] = [];
  const input = await fitInput({
    shots: support.examples,
    held: Object.keys(supportQuestions),
    library,
    join,
    encoders: ['use-lite'],
    tunable: 'use-lite',
    options: { epochs: 1 },
    onStep: (report) => reports.push(report),
  });
  return { fitted: await fitMethod('lora', { ...input, given }), reports };
}

describe('a LoRA that is given', () => {
  it('is taken as it is, and nothing inside the encoder is trained', async () => {
    const state = await elsewhere();
    const { fitted, reports } = await fitWith(state);
    expect(reports).toEqual([]);
    expect(fitted.experts!.map(({ tuned }) => tuned)).toEqual([null, { encoder: 'use-lite', tuner: state }]);
    const trained = await fitWith(null);
    expect(trained.reports.length).toBeGreaterThan(0);
    expect(trained.fitted.experts![1]!.tuned!.tuner.tensors).not.toEqual(state.tensors);
  });

  it('changes what the second expert sees, not what the first does', async () => {
    const [given, trained] = [(await fitWith(await elsewhere())).fitted, (await fitWith(null)).fitted];
    expect(given.logits[0]).toEqual(trained.logits[0]);
    expect(given.logits[1]).not.toEqual(trained.logits[1]);
    expect(given.logits[1]).not.toEqual(given.logits[0]);
  });

  it('that fits another encoder is an error', async () => {
    const { tensors, ...rest } = await elsewhere();
    const other = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`other/${name}`, tensor]));
    await expect(fitWith({ ...rest, tensors: other })).rejects.toThrow('use-lite has no layer other/layer0/qkv');
  });

  it('reaches the checkpoint of a run', async () => {
    const lora = await elsewhere();
    const jobs = jobsHere(undefined, { library, tunes: true });
    const { checkpoints } = await runCascade(
      request({ methods: ['lora'], lora, exhaustive: true }),
      contextWith(jobs, { encoder: 'use-lite' }).context,
    );
    expect(decodeTrained(checkpoints.lora!).experts[1]!.tuned).toEqual({ encoder: 'use-lite', tuner: lora });
  });
});
