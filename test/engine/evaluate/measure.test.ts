import { describe, expect, it } from 'vitest';
import { measure } from '../../../src/engine/evaluate/measure.js';
import { logLoss, softmaxRows, wilsonInterval } from '../../../src/engine/evaluate/metrics.js';
import { normals } from '../../support/numbers.js';

describe('measure', () => {
  const labels = ['billing', 'bug', 'praise'];
  const rows = 60;
  const right = Int32Array.from({ length: rows }, (_, i) => i % 3);
  const logits = normals(rows * 3, 'logits').map((x, i) => x + (i % 3 === right[Math.floor(i / 3)] ? 1.5 : 0));
  const texts = Array.from({ length: rows }, (_, i) => `text ${i}`);
  const measurement = measure({ texts, labels, right, logits, folds: 3, expectedTemperature: 1 });

  it('counts examples, folds and answers alike', () => {
    expect(measurement.examples).toBe(rows);
    expect(measurement.folds).toBe(3);
    const hits = measurement.confusion.reduce((sum, row, i) => sum + row[i]!, 0);
    expect(measurement.accuracy).toBeCloseTo(hits / rows, 10);
    expect(measurement.confusion.flat().reduce((a, b) => a + b, 0)).toBe(rows);
    expect(measurement.interval).toEqual(wilsonInterval(measurement.accuracy, rows));
  });

  it('reports the log-loss after calibration', () => {
    const calibrated = softmaxRows(logits, 3, measurement.temperature);
    expect(measurement.logLoss).toBe(logLoss(calibrated, right, 3));
    expect(measurement.logLoss).toBeLessThanOrEqual(logLoss(softmaxRows(logits, 3), right, 3) + 1e-3);
  });

  it('names at most 20 of the examples that went wrong', () => {
    const wrong = Math.round(rows * (1 - measurement.accuracy));
    expect(measurement.worst.length).toBe(Math.min(20, wrong));
    for (const { label, answered, probability } of measurement.worst) {
      expect(answered).not.toBe(label);
      expect(probability).toBeGreaterThan(1 / 3 - 1e-6);
    }
  });

  it('of an answerer that is always right is spotless', () => {
    const certain = Float32Array.from({ length: 18 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 8 : 0));
    const spotless = measure({
      texts: texts.slice(0, 6),
      labels,
      right: right.slice(0, 6),
      logits: certain,
      folds: 2,
      expectedTemperature: 1,
    });
    expect(spotless).toMatchObject({ accuracy: 1, macroF1: 1, worst: [] });
    expect(spotless.logLoss).toBeLessThan(0.01);
  });
});
