import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import * as results from '../../bench/support/results.js';

const { readNewest, readResults, writeResults } = results;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bench-results-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('files of results', () => {
  const figures = [
    { set: 'support', shots: 8, seed: 1, accuracy: 0.5, note: 'a $& "quoted" text' },
    { set: 'support', shots: 8, seed: 0, accuracy: 0.75, note: null },
  ];

  it('come back as they were written, with machine, versions, commit, seeds and load', () => {
    const file = writeResults('quality', { size: 'quick', figures, options: { most: 5 } }, { folder });
    expect(path.basename(file)).toMatch(/^quality-\d{8}\.json$/);
    const read = readResults(file);
    expect(read).toMatchObject({ kind: 'quality', size: 'quick', figures, seeds: [0, 1], options: { most: 5 } });
    expect(read.machine.node).toBe(process.versions.node);
    expect(read.versions.handful).toMatch(/^\d+\.\d+\.\d+$/);
    expect(read.commit).toMatch(/^([0-9a-f]{12}\+?|unknown)$/);
    expect([read.load.start, read.load.end].map((load) => load.length)).toEqual([3, 3]);
    expect(Date.parse(read.date)).toBeGreaterThan(0);
  });

  it('have a row a line, so that two runs can be compared by eye', () => {
    const file = writeResults('quality', { size: 'quick', figures }, { folder });
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('"set":"support"'))).toHaveLength(2);
  });

  it('are found by kind, the newest first', () => {
    expect(readNewest('quality', { folder })).toBeNull();
    for (const [date, size] of [
      ['20250102', 'old'],
      ['20250103', 'new'],
    ])
      writeFileSync(path.join(folder, `quality-${date}.json`), JSON.stringify({ kind: 'quality', size, figures: [] }));
    writeFileSync(path.join(folder, 'peers-20250104.json'), JSON.stringify({ kind: 'peers', size: 'x', figures: [] }));
    expect(readNewest('quality', { folder }).size).toBe('new');
  });

  it('are refused when they are something else', () => {
    const file = path.join(folder, 'other.json');
    writeFileSync(file, '{"name": "x"}');
    expect(() => readResults(file)).toThrow('expected results of a benchmark');
  });
});
