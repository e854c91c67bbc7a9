import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import type { Features } from '../../../src/engine/features.js';
import { innerProducts } from '../../../src/engine/heads/inner-products.js';
import { createPrototypes, nearestShots } from '../../../src/engine/heads/prototype.js';
import type { Shots } from '../../../src/engine/heads/shots.js';
import { headContract } from '../../contracts/head.js';
import { expectClose, normals } from '../../support/numbers.js';
import { featuresFrom, shotsFrom } from '../../support/shots.js';

beforeAll(() => startBackend('cpu'));

async function learn(shots: Shots): Promise<(features: Features) => Promise<Float32Array>> {
  const own = await innerProducts(shots.features, shots.features);
  return async (features) => createPrototypes(shots, own).logits(await innerProducts(features, shots.features));
}
headContract('prototype', learn, 1e-5);

/** Directions in the plane, by their angle in degrees. */
const at = (...degrees: readonly number[]): number[][] =>
  degrees.map((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]);
const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);

describe('a logit of the prototype head', () => {
  it('is 0.7 · cosine with the mean of the shots + 0.3 · cosine with the nearest shot', async () => {
    // Label 0 at 0° and 60° (mean at 30°), label 1 at 180°.
    const logits = await learn(shotsFrom(at(0, 60, 180), [0, 0, 1], 2));
    expectClose(
      await logits(featuresFrom(at(0, 90))),
      [
        0.7 * cos(30) + 0.3 * cos(0),
        0.7 * cos(180) + 0.3 * cos(180),
        0.7 * cos(60) + 0.3 * cos(30),
        0.7 * cos(90) + 0.3 * cos(90),
      ],
      1e-6,
    );
  });

  it('leans to the shots of more weight', async () => {
    // 0° with weight 3 and 90° with weight 1: the mean points to atan(1/3).
    const logits = await learn(shotsFrom(at(0, 90, 180), [0, 0, 1], 2, [3, 1, 1]));
    const mean = (Math.atan2(1, 3) * 180) / Math.PI;
    const [own] = await logits(featuresFrom(at(0)));
    expect(own).toBeCloseTo(0.7 * cos(mean) + 0.3, 6);
  });

  it('is −1 for a label without shots', async () => {
    const logits = await learn(shotsFrom(at(0), [0], 2));
    expectClose(await logits(featuresFrom(at(0, 180))), [1, -1, -1, -1], 1e-6);
  });

  it('counts a prototype of length zero as −1', async () => {
    const logits = await learn(shotsFrom(at(0, 180), [0, 0], 1));
    expectClose(await logits(featuresFrom(at(0))), [-0.7 + 0.3], 1e-6);
  });
});

describe('leave-one-out', () => {
  it('gives what a head without that shot gives', async () => {
    const labels = [0, 1, 2, 0, 1, 2, 0, 0];
    const weights = [1, 1, 1, 2, 0.5, 3, 1, 1];
    const noise = normals(8 * 4, 'rows');
    const rows = labels.map((label, i) => [0, 1, 2, 3].map((d) => (d === label ? 1 : 0) + 0.4 * noise[4 * i + d]!));
    const shots = shotsFrom(rows, labels, 3, weights);
    const own = await innerProducts(shots.features, shots.features);
    const left = createPrototypes(shots, own).leaveOneOut(8);
    for (const [i, row] of rows.entries()) {
      const others = <T>(list: readonly T[]): T[] => list.filter((_, j) => j !== i);
      const rebuilt = await learn(shotsFrom(others(rows), others(labels), 3, others(weights)));
      expectClose(left.subarray(3 * i, 3 * i + 3), await rebuilt(featuresFrom([row])), 1e-5, `shot ${i}`);
    }
  });

  it('gives −1 to the label whose only shot is left out', async () => {
    const shots = shotsFrom(at(0, 90), [0, 1], 2);
    const own = await innerProducts(shots.features, shots.features);
    expectClose(createPrototypes(shots, own).leaveOneOut(2), [-1, 0, 0, -1], 1e-6);
  });
});

describe('nearestShots', () => {
  it.each<[string, readonly number[], readonly number[], number, readonly number[]]>([
    ['best first', [0.1, 0.9, 0.5], [0, 0, 0], 3, [1, 2, 0]],
    ['at most so many of a label', [0.1, 0.9, 0.5, 0.4], [0, 0, 0, 1], 1, [1, 3]],
    ['in the order of the shots where they are as near', [0.5, 0.5, 0.5], [0, 1, 0], 2, [0, 1, 2]],
    ['none of none', [], [], 3, []],
  ])('gives %s', (_, cosines, labels, perLabel, expected) => {
    expect(nearestShots(Float32Array.from(cosines), labels, perLabel)).toEqual(expected);
  });
});
