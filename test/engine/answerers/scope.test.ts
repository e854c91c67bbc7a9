import { describe, expect, it } from 'vitest';
import { fitScope, type Scope, scopeSimilarities } from '../../../src/engine/answerers/scope.js';
import type { EncodedTexts } from '../../../src/engine/features.js';
import { cosine, dot, expectClose, normals } from '../../support/numbers.js';

const WIDTH = 384;
const BLOCKS = [{ name: 'static-en-zh', weight: 1 }];

/** Texts whose vectors start with these numbers. */
const encoded = (rows: readonly (readonly number[])[]): EncodedTexts => {
  const data = new Float32Array(rows.length * WIDTH);
  rows.forEach((row, i) => {
    data.set(row, i * WIDTH);
  });
  return { texts: rows.map((_, i) => `text ${i}`), vectors: { 'static-en-zh': { dimensions: WIDTH, data } } };
};

const at = (...degrees: readonly number[]): number[][] =>
  degrees.map((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]);
const cos = (degrees: number): number => Math.cos((degrees * Math.PI) / 180);

describe('the threshold', () => {
  it('is a low quantile of how like their own label the shots are, each left out', () => {
    // Two labels opposite each other, so that the mean is zero. Left out, 0° is 5° from the mean of the others, 20° is 35°
    // and −30° is 40° away.
    const scope = fitScope(encoded(at(0, 20, -30, 180, 200, 150)), [0, 0, 0, 1, 1, 1], 2, BLOCKS);
    expect(scope.threshold).toBeCloseTo(cos(40), 5);
  });

  it('interpolates between the two lowest similarities of 21 shots or fewer', () => {
    const { rows, labels } = cloud(7, 3);
    const scope = fitScope(encoded(rows), labels, 3, BLOCKS);
    const [lowest, second] = leftOut(rows, labels, 3).sort((a, b) => a - b);
    expect(scope.threshold).toBeCloseTo(lowest! + 0.05 * 20 * (second! - lowest!), 5);
    expect(scope.threshold).toBeCloseTo(second!, 5);
    const few = cloud(5, 2);
    const [a, b] = leftOut(few.rows, few.labels, 2).sort((x, y) => x - y);
    expect(fitScope(encoded(few.rows), few.labels, 2, BLOCKS).threshold).toBeCloseTo(a! + 0.05 * 9 * (b! - a!), 5);
  });

  it('refuses about one shot in twenty', () => {
    const { rows, labels } = cloud(50, 4);
    const { threshold } = fitScope(encoded(rows), labels, 4, BLOCKS);
    const refused = leftOut(rows, labels, 4).filter((similarity) => similarity < threshold).length;
    expect(refused / rows.length).toBeCloseTo(0.05, 2);
  });

  it.each<[string, readonly number[], number]>([
    ['no shots', [], 2],
    ['two shots a label', [0, 0, 1, 1], 2],
    ['three shots of one label and one of the other', [0, 0, 0, 1], 2],
  ])('with %s is −1: nothing is refused', (_, labels, classes) => {
    const rows = at(...labels.map((label, i) => 90 * label + 5 * i));
    expect(fitScope(encoded(rows), labels, classes, BLOCKS).threshold).toBe(-1);
  });

  it('counts another label that is nearer: what is answered as something is in scope', () => {
    // The last shot of label 0 lies among those of label 1.
    const rows = at(0, 10, -10, 178, 180, 190, 170);
    const labels = [0, 0, 0, 0, 1, 1, 1];
    expect(fitScope(encoded(rows), labels, 2, BLOCKS).threshold).toBeGreaterThan(0.9);
  });
});

describe('the similarity', () => {
  const scope = fitScope(encoded(at(0, 20, -20, 180, 200, 160)), [0, 0, 0, 1, 1, 1], 2, BLOCKS);

  it('is the cosine with the nearest centroid', () => {
    expectClose(scopeSimilarities(encoded(at(0, 40, 90, 150)), scope), [1, cos(40), 0, cos(30)], 1e-5);
  });

  it('of a text without a vector is 0', () => {
    expect([...scopeSimilarities(encoded([[0, 0]]), scope)]).toEqual([0]);
  });

  it('of no texts is empty', () => {
    expect(scopeSimilarities(encoded([]), scope)).toEqual(new Float32Array(0));
  });

  it('without shots is 0, which nothing refuses', () => {
    const empty = fitScope(encoded([]), [], 2, BLOCKS);
    expect([...scopeSimilarities(encoded(at(0)), empty)]).toEqual([0]);
    expect(empty.threshold).toBe(-1);
  });
});

describe('a scope', () => {
  it('has unit centroids, and zeros for a label without shots', () => {
    const { rows, labels } = cloud(4, 2);
    const { centroids, width } = fitScope(encoded(rows), labels, 3, BLOCKS);
    const row = (c: number) => centroids.subarray(c * width, (c + 1) * width);
    expect([dot(row(0), row(0)), dot(row(1), row(1)), dot(row(2), row(2))]).toEqual([
      expect.closeTo(1, 5),
      expect.closeTo(1, 5),
      0,
    ]);
  });

  it.each([
    [1, 0.5 / 11],
    [2, 1 / 12],
    [10, 0.25],
    [90, 0.45],
  ])('of %i labels takes %d of the mean off', (classes, share) => {
    const rows = [[1, 0, 2], [0, 1, 2]]; // biome-ignore format: a table
    const { space }: Scope = fitScope(encoded(rows), [0, 0], classes, BLOCKS);
    expectClose(space.dense[0]!.centre.subarray(0, 3), [0.5 * share, 0.5 * share, 2 * share], 1e-6);
  });
});

/** Shots of each label around a direction of its own. */
function cloud(shots: number, classes: number): { rows: number[][]; labels: number[] } {
  const labels = Array.from({ length: shots * classes }, (_, i) => i % classes);
  const noise = normals(labels.length * 6, 'cloud', shots, classes);
  const rows = labels.map((label, i) =>
    Array.from({ length: 6 }, (_, d) => (d === label ? 2 : 0) + 0.6 * noise[6 * i + d]!),
  );
  return { rows, labels };
}

/** Each shot's cosine with the nearest centroid, its own label's rebuilt without it: by definition. */
function leftOut(rows: readonly (readonly number[])[], labels: readonly number[], classes: number): number[] {
  const share = (0.5 * classes) / (classes + 10);
  const centre = rows[0]!.map((_, d) => (share * rows.reduce((sum, row) => sum + row[d]!, 0)) / rows.length);
  const units = rows.map((row) => {
    const moved = row.map((value, d) => value - centre[d]!);
    return moved.map((value) => value / Math.sqrt(dot(moved, moved)));
  });
  return units.map((unit, i) => {
    const similarities = Array.from({ length: classes }, (_, c) => {
      const members = units.filter((_, j) => labels[j] === c && j !== i);
      const sum = unit.map((_, d) => members.reduce((total, member) => total + member[d]!, 0));
      return cosine(sum, unit);
    });
    return Math.max(...similarities);
  });
}
