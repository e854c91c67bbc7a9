// What every head does: it learns labels from weighted shots and gives logits for new rows. A head here is a function from
// shots to a function from features to logits [rows, classes].

import { describe, expect, it } from 'vitest';
import type { Features } from '../../src/engine/features.js';
import type { Shots } from '../../src/engine/heads/shots.js';
import { expectClose, normals } from '../support/numbers.js';
import { featuresFrom, shotsFrom } from '../support/shots.js';

export type FitHead = (shots: Shots) => Promise<(features: Features) => Promise<Float32Array>>;

const CLASSES = 3;
const WIDTH = 5;

/** Rows around one direction a class, of unit length; `spread` 0 puts all rows of a class in one place. */
function rowsAround(labels: readonly number[], spread: number, seed: string): number[][] {
  const noise = normals(labels.length * WIDTH, seed);
  return labels.map((label, row) => {
    const raw = Array.from({ length: WIDTH }, (_, d) => (d === label ? 1 : 0) + spread * noise[row * WIDTH + d]!);
    const length = Math.hypot(...raw);
    return raw.map((x) => x / length);
  });
}

export function headContract(name: string, learn: FitHead, tolerance = 1e-3): void {
  describe(`head contract: ${name}`, () => {
    const labels = Array.from({ length: 12 }, (_, i) => i % CLASSES);
    const rows = rowsAround(labels, 0.2, 'rows');
    const asked = featuresFrom(rowsAround([0, 1, 2, 2], 0.2, 'asked'));
    const shots = shotsFrom(rows, labels, CLASSES);
    const logitsOf = async (given: Shots, features = asked): Promise<Float32Array> => (await learn(given))(features);

    it('gives a finite logit for each row and class', async () => {
      const logits = await logitsOf(shots);
      expect(logits.length).toBe(asked.rows * CLASSES);
      expect(logits.every(Number.isFinite)).toBe(true);
    });

    it('answers its own shots right where the classes lie apart', async () => {
      const logits = await logitsOf(shots, shots.features);
      expect(answers(logits)).toEqual(labels);
    });

    it('answers rows that it has not seen', async () => {
      expect(answers(await logitsOf(shots))).toEqual([0, 1, 2, 2]);
    });

    it('gives the same bits for the same shots', async () => {
      expect(await logitsOf(shots)).toEqual(await logitsOf(shots));
    });

    it('does not depend on the order of the shots', async () => {
      const order = [7, 2, 11, 0, 5, 9, 1, 10, 3, 8, 6, 4];
      const mixed = shotsFrom(
        order.map((i) => rows[i]!),
        order.map((i) => labels[i]!),
        CLASSES,
      );
      expectClose(await logitsOf(mixed), await logitsOf(shots), tolerance);
    });

    it('does not depend on which number a class has', async () => {
      const renamed = [2, 0, 1];
      const other = shotsFrom(
        rows,
        labels.map((label) => renamed[label]!),
        CLASSES,
      );
      const [before, after] = [await logitsOf(shots), await logitsOf(other)];
      for (let row = 0; row < asked.rows; row++) {
        for (let c = 0; c < CLASSES; c++) {
          expect(after[row * CLASSES + renamed[c]!]).toBeCloseTo(before[row * CLASSES + c]!, 2);
        }
      }
    });

    it('counts a shot of weight 2 like the same shot twice', async () => {
      const weights = labels.map((_, i) => (i === 4 ? 2 : 1));
      const twice = shotsFrom([...rows, rows[4]!], [...labels, labels[4]!], CLASSES);
      expectClose(await logitsOf(shotsFrom(rows, labels, CLASSES, weights)), await logitsOf(twice), tolerance);
    });

    it('takes one shot a class, equal shots of different classes, and a class without shots', async () => {
      const one = shotsFrom(rows.slice(0, 3), labels.slice(0, 3), CLASSES);
      expect(answers(await logitsOf(one))).toEqual([0, 1, 2, 2]);
      const equal = shotsFrom([rows[0]!, rows[0]!], [0, 1], 2);
      const [a, b] = await logitsOf(equal, featuresFrom([rows[0]!]));
      expect(a).toBeCloseTo(b!, 3);
      const missing = shotsFrom(rows, labels, CLASSES + 1);
      const logits = await logitsOf(missing, shots.features);
      expect(logits.every(Number.isFinite)).toBe(true);
      expect(answers(logits, CLASSES + 1)).toEqual(labels);
    });

    it('takes rows of zeros', async () => {
      const zeros = shotsFrom([...rows, new Array<number>(WIDTH).fill(0)], [...labels, 0], CLASSES);
      const logits = await logitsOf(zeros, featuresFrom([new Array<number>(WIDTH).fill(0)]));
      expect(logits.every(Number.isFinite)).toBe(true);
    });
  });
}

function answers(logits: Float32Array, classes = CLASSES): number[] {
  return Array.from({ length: logits.length / classes }, (_, row) => {
    const own = [...logits.subarray(row * classes, (row + 1) * classes)];
    return own.indexOf(Math.max(...own));
  });
}
