import { describe, expect, it } from 'vitest';
import { NGRAMS } from '../../src/engine/encoders/blocks.js';
import {
  type EncodedTexts,
  encodersOf,
  type Features,
  featuresOf,
  fitFeatureSpace,
  joinRows,
  selectRows,
} from '../../src/engine/features.js';
import { expectClose, lengthOf, normals } from '../support/numbers.js';

/** Random vectors of use-lite (1024 numbers) and static-en-zh (384) for these texts. */
const encoded = (texts: readonly string[], seed = 0): EncodedTexts => ({
  texts,
  vectors: {
    'use-lite': { dimensions: 1024, data: normals(texts.length * 1024, 'use-lite', seed) },
    'static-en-zh': { dimensions: 384, data: normals(texts.length * 384, 'static', seed) },
  },
});

const shots = encoded(['charged twice', 'app crashes', 'thank you', 'charged again']);
const block = (name: string, weight: number) => ({ name, weight });
const ALL = [block('use-lite', 1), block('use-lite-pool', 1), block('static-en-zh', 2), block(NGRAMS, 4)];

const denseRow = ({ dense, width }: Features, row: number): Float32Array =>
  dense.subarray(row * width, (row + 1) * width);
const sparseRow = ({ sparse }: Features, row: number): Float32Array =>
  sparse!.values.subarray(sparse!.offsets[row]!, sparse!.offsets[row + 1]!);

describe('a feature space', () => {
  it('lays the dense blocks side by side, in their order', () => {
    const space = fitFeatureSpace(shots, ALL);
    expect(space.dense.map(({ name, centre }) => [name, centre.length])).toEqual([
      ['use-lite', 512],
      ['use-lite-pool', 512],
      ['static-en-zh', 384],
    ]);
    expect(featuresOf(shots, space)).toMatchObject({ rows: 4, width: 512 + 512 + 384 });
    expect(encodersOf(space)).toEqual(['use-lite', 'static-en-zh']);
  });

  it('gives each block the root of its share of the weights as length, and rows the length 1', () => {
    const features = featuresOf(shots, fitFeatureSpace(shots, ALL));
    for (let row = 0; row < 4; row++) {
      const dense = denseRow(features, row);
      expectClose(
        [dense.subarray(0, 512), dense.subarray(512, 1024), dense.subarray(1024), sparseRow(features, row)].map(
          lengthOf,
        ),
        [Math.sqrt(1 / 8), Math.sqrt(1 / 8), Math.sqrt(2 / 8), Math.sqrt(4 / 8)],
        1e-5,
      );
    }
  });

  it('takes the mean of the shots off', () => {
    const { dense } = fitFeatureSpace(shots, [block('use-lite-pool', 1)]);
    const { data } = shots.vectors['use-lite']!;
    const mean = Array.from({ length: 512 }, (_, d) =>
      [0, 1, 2, 3].reduce((sum, i) => sum + data[i * 1024 + 512 + d]! / 4, 0),
    );
    expectClose(dense[0]!.centre, mean, 1e-5);
    const features = featuresOf(shots, { dense, lexicon: null, lexicalLength: 0 });
    const raw = mean.map((value, d) => data[512 + d]! - value);
    expectClose(
      denseRow(features, 0),
      raw.map((value) => value / lengthOf(raw)),
      1e-5,
    );
  });

  it('takes a share of the mean off when asked', () => {
    const whole = fitFeatureSpace(shots, [block('static-en-zh', 1)]).dense[0]!.centre;
    const half = fitFeatureSpace(shots, [block('static-en-zh', 1)], 0.5).dense[0]!.centre;
    const none = fitFeatureSpace(shots, [block('static-en-zh', 1)], 0).dense[0]!.centre;
    expectClose(
      half,
      whole.map((value) => value / 2),
      1e-6,
    );
    expect(none.every((value) => value === 0)).toBe(true);
  });

  it('without n-grams has no sparse part, and of n-grams alone no dense one', () => {
    expect(featuresOf(shots, fitFeatureSpace(shots, [block('use-lite', 1)])).sparse).toBeNull();
    const features = featuresOf(shots, fitFeatureSpace(shots, [block(NGRAMS, 1)]));
    expect(features.width).toBe(0);
    expect(lengthOf(sparseRow(features, 0))).toBeCloseTo(1, 5);
  });

  it('gives zeros to a text that lies at the centre and has no known n-gram', () => {
    const space = fitFeatureSpace(shots, [block('static-en-zh', 1), block(NGRAMS, 1)]);
    const centre: EncodedTexts = {
      texts: ['退'],
      vectors: { 'static-en-zh': { dimensions: 384, data: space.dense[0]!.centre } },
    };
    const features = featuresOf(centre, space);
    expect(features.dense.every((value) => value === 0)).toBe(true);
    expect(sparseRow(features, 0).length).toBe(0);
  });

  it('of one shot puts that shot at the centre', () => {
    const one = selectRows(shots, [0]);
    expect(featuresOf(one, fitFeatureSpace(one, [block('use-lite', 1)])).dense.every((x) => x === 0)).toBe(true);
  });

  it('reads no texts, and can be fitted on none', () => {
    const none = selectRows(shots, []);
    expect(featuresOf(none, fitFeatureSpace(shots, ALL))).toMatchObject({ rows: 0, width: 1408 });
    expect(featuresOf(shots, fitFeatureSpace(none, [block('use-lite', 1)])).dense.every(Number.isFinite)).toBe(true);
  });
});

describe('rows', () => {
  it('are selected with their texts and vectors, in any order and repeatedly', () => {
    const picked = selectRows(shots, [2, 0, 2]);
    expect(picked.texts).toEqual(['thank you', 'charged twice', 'thank you']);
    for (const [name, { dimensions, data }] of Object.entries(shots.vectors)) {
      const own = picked.vectors[name]!;
      [2, 0, 2].forEach((from, to) => {
        expect(own.data.slice(to * dimensions, (to + 1) * dimensions)).toEqual(
          data.slice(from * dimensions, (from + 1) * dimensions),
        );
      });
    }
  });

  it('are joined one list after the other', () => {
    const more = encoded(['new'], 1);
    const joined = joinRows(shots, more);
    expect(joined.texts).toEqual([...shots.texts, 'new']);
    expect(selectRows(joined, [4])).toEqual(more);
    expect(selectRows(joined, [0, 1, 2, 3])).toEqual(shots);
  });
});
