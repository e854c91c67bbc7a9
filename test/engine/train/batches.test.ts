import { describe, expect, it } from 'vitest';
import { createRng } from '../../../src/engine/random.js';
import { epochBatches } from '../../../src/engine/train/batches.js';

/** Random tasks: labels, batch sizes and groups. */
function* tasks() {
  for (let seed = 0; seed < 100; seed++) {
    const rng = createRng(seed, 'tasks');
    const classes = 1 + rng.integer(6);
    const labels = Array.from({ length: 1 + rng.integer(70) }, () => rng.integer(classes));
    const options = { batchSize: 2 + rng.integer(12), shotsTogether: 1 + rng.integer(4) };
    const what = `seed ${seed}: ${labels.length} rows, ${JSON.stringify(options)}`;
    yield { labels, options, what, batches: epochBatches(labels, options, createRng(seed)) };
  }
}

describe('an epoch of batches', () => {
  it('holds every row once', () => {
    for (const { labels, batches, what } of tasks()) {
      expect(
        batches.flat().sort((a, b) => a - b),
        what,
      ).toEqual([...labels.keys()]);
    }
  });

  it('has batches of the wanted size, but the last', () => {
    for (const { batches, options, what } of tasks()) {
      batches.slice(0, -2).forEach((batch) => {
        expect(batch.length, what).toBe(options.batchSize);
      });
      for (const batch of batches) expect(batch.length, what).toBeLessThanOrEqual(options.batchSize + 1);
    }
  });

  it('has no batch of a single row, unless there is only one row', () => {
    for (const { labels, batches, what } of tasks()) {
      if (labels.length > 1) for (const batch of batches) expect(batch.length, what).toBeGreaterThan(1);
    }
    expect(epochBatches([0], { batchSize: 4, shotsTogether: 2 }, createRng(0))).toEqual([[0]]);
  });

  it('has as many batches in every epoch', () => {
    for (const { labels, options, batches, what } of tasks()) {
      expect(epochBatches(labels, options, createRng('another')).length, what).toBe(batches.length);
    }
  });

  it('keeps shots of one label together', () => {
    for (const { labels, batches, options, what } of tasks()) {
      const order = batches.flat();
      const runs = order.filter((row, i) => i === 0 || labels[row] !== labels[order[i - 1]!]).length;
      const counts = new Map<number, number>();
      for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
      const groups = [...counts.values()].reduce((sum, count) => sum + Math.ceil(count / options.shotsTogether), 0);
      expect(runs, what).toBeLessThanOrEqual(groups);
    }
  });

  it('gives every shot a positive where groups fit into batches', () => {
    const labels = Array.from({ length: 48 }, (_, i) => i % 12);
    for (let seed = 0; seed < 20; seed++) {
      for (const batch of epochBatches(labels, { batchSize: 8, shotsTogether: 4 }, createRng(seed))) {
        for (const row of batch) {
          expect(batch.some((other) => other !== row && labels[other] === labels[row])).toBe(true);
        }
      }
    }
  });

  it('is the same for the same seed, and another for another and in the next epoch', () => {
    const labels = Array.from({ length: 30 }, (_, i) => i % 3);
    const options = { batchSize: 8, shotsTogether: 2 };
    expect(epochBatches(labels, options, createRng(1))).toEqual(epochBatches(labels, options, createRng(1)));
    expect(epochBatches(labels, options, createRng(1))).not.toEqual(epochBatches(labels, options, createRng(2)));
    const rng = createRng(1);
    expect(epochBatches(labels, options, rng)).not.toEqual(epochBatches(labels, options, rng));
  });

  it('of no rows is empty', () => {
    expect(epochBatches([], { batchSize: 4, shotsTogether: 2 }, createRng(0))).toEqual([]);
  });
});
