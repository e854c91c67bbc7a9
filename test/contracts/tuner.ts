// What every tuner does inside an encoder: nothing at birth, gradients into its own variables, none of the encoder's weights
// written, and the same change whether it runs beside the weights or is merged into them.

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, type TunableEncoder } from '../../src/engine/encoders/encoder.js';
import { createRng, type Rng } from '../../src/engine/random.js';
import type { Tuner } from '../../src/engine/tuners/tuner.js';
import { expectNoLeak } from '../support/no-leak.js';
import { expectClose, expectSameBits, normals, rowsOf, unit } from '../support/numbers.js';

export interface TunerCase {
  readonly encoder: () => Promise<TunableEncoder>;
  /** A fresh tuner without dropout. */
  readonly create: (encoder: TunableEncoder, rng: Rng) => Tuner;
  /** The encoder with the tuner's change folded in. */
  readonly merge: (encoder: TunableEncoder, tuner: Tuner) => Promise<TunableEncoder>;
}

const TEXTS = ['I was charged twice', 'a', 'the app crashes when I open the settings page', ''];

/**
 * Of the merged forward pass against the unmerged one: on values up to 1, where rounding W + ΔW to float32 costs up to 1.4e-5
 * after two transformer layers, and on the unit vectors that heads read.
 */
const MERGED = 2e-5;
const MERGED_UNIT = 1e-6;

export function tunerContract(name: string, { encoder: open, create, merge }: TunerCase): void {
  describe(`tuner contract: ${name}`, () => {
    let encoder: TunableEncoder;
    beforeAll(async () => {
      encoder = await open();
    });
    afterAll(() => encoder.dispose());

    const forward = async (through: TunableEncoder, adapter: Parameters<TunableEncoder['forward']>[1]) => {
      const batch = await through.batch(TEXTS);
      const value = tf.tidy(() => through.forward(batch, adapter));
      const data = Float32Array.from(await value.data());
      tf.dispose(value);
      batch.dispose();
      return data;
    };
    const fresh = (): Tuner => create(encoder, createRng('tuner'));
    /** A tuner whose variables are as if it had been trained. */
    const changed = (): Tuner => {
      const tuner = fresh();
      tuner.variables.forEach((variable, i) => {
        tf.tidy(() =>
          variable.assign(
            tf.tensor(
              normals(variable.size, i).map((x) => 0.05 * x),
              variable.shape,
            ),
          ),
        );
      });
      return tuner;
    };
    const weights = () =>
      Promise.all(encoder.linears.map(async ({ weight }) => Float32Array.from(await weight.data())));

    it('changes nothing at birth, to the bit', async () => {
      const tuner = fresh();
      expect(await forward(encoder, tuner)).toEqual(await forward(encoder, plain));
      tuner.dispose();
    });

    it('changes the output once its variables have moved', async () => {
      const tuner = changed();
      expect(await forward(encoder, tuner)).not.toEqual(await forward(encoder, plain));
      tuner.dispose();
    });

    it('merged into the weights gives the same output', async () => {
      const tuner = changed();
      const merged = await merge(encoder, tuner);
      const [actual, expected] = [await forward(merged, plain), await forward(encoder, tuner)];
      expectClose(actual, expected, MERGED);
      const [actualRows, expectedRows] = [actual, expected].map((values) => rowsOf(values, encoder.outputSize));
      actualRows!.forEach((row, i) => {
        const other = expectedRows![i]!;
        expectClose(unit(row), unit(other), MERGED_UNIT, `unit vector ${i}`);
      });
      merged.dispose();
      tuner.dispose();
    });

    it('merged at birth gives the output of the encoder', async () => {
      const tuner = fresh();
      const merged = await merge(encoder, tuner);
      expect(await forward(merged, plain)).toEqual(await forward(encoder, plain));
      merged.dispose();
      tuner.dispose();
    });

    it('gets a gradient into every variable, and none into the encoder', async () => {
      const tuner = changed();
      const before = await weights();
      const batch = await encoder.batch(TEXTS);
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(encoder.forward(batch, tuner))));
      expect(Object.keys(grads).sort()).toEqual(tuner.variables.map((variable) => variable.name).sort());
      for (const gradient of Object.values(grads)) {
        const slopes = await gradient.data();
        expect(slopes.every(Number.isFinite)).toBe(true);
        expect(slopes.some((slope) => slope !== 0)).toBe(true);
      }
      tf.dispose([value, ...Object.values(grads)]);
      batch.dispose();
      tuner.dispose();
      (await weights()).forEach((values, i) => {
        expectSameBits(values, before[i]!);
      });
    });

    it('is the same for the same seed, and another for another', async () => {
      const values = async (seed: number) => {
        const tuner = create(encoder, createRng(seed));
        const data = await Promise.all(
          tuner.variables.map(async (variable) => Float32Array.from(await variable.data())),
        );
        tuner.dispose();
        return data;
      };
      expect(await values(1)).toEqual(await values(1));
      expect(await values(1)).not.toEqual(await values(2));
    });

    it('leaves no tensor behind', async () => {
      await expectNoLeak(async () => {
        const tuner = changed();
        const merged = await merge(encoder, tuner);
        await forward(merged, plain);
        await forward(encoder, tuner);
        merged.dispose();
        tuner.dispose();
      }, 2);
    });
  });
}
