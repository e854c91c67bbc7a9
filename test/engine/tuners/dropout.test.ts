import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { createRng } from '../../../src/engine/random.js';
import { createDropout } from '../../../src/engine/tuners/dropout.js';
import { TUNERS } from '../../../src/engine/tuners/index.js';
import { TUNER_KINDS, tunerOptions } from '../../../src/engine/tuners/options.js';
import type { Tuner, TunerKind } from '../../../src/engine/tuners/tuner.js';
import { createFakeTunable } from '../../support/fake-tunable.js';

beforeAll(() => startBackend('cpu'));

const ones = (): tf.Tensor2D => tf.ones([100, 16]);

describe('dropout', () => {
  it('drops the wanted share of values, others each time, and scales the rest up', async () => {
    const drop = createDropout(0.25, createRng(0));
    const values = await drop(ones()).data();
    expect(values.filter((x) => x === 0).length / values.length).toBeCloseTo(0.25, 1);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(await drop(ones()).data()).not.toEqual(values);
  });

  it.each(TUNER_KINDS)('of a tuner of the kind %s is that of its options', async (kind) => {
    const zeros = async (dropout: number): Promise<number> => {
      const tuner = create(kind, dropout);
      const values = await tuner.branch(ones(), 'layer0/attention').data();
      tuner.dispose();
      return values.filter((x) => x === 0).length / values.length;
    };
    expect(await zeros(0)).toBe(0);
    expect(await zeros(0.5)).toBeCloseTo(0.5, 1);
  });
});

function create<Kind extends TunerKind>(kind: Kind, dropout: number): Tuner {
  const options = tunerOptions[kind].parse({ dropout });
  return TUNERS[kind].create(createFakeTunable(), options as never, createRng(0));
}
