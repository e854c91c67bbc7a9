import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import * as sets from '../../bench/support/sets.js';

interface Row {
  readonly text: string;
  readonly label: string;
}

const { drawShots, loadSet, setNames } = sets;
const before = process.env.HANDFUL_BENCH_DATA;
let folder: string;

const write = (set: string, file: string, rows: readonly Row[]): void => {
  mkdirSync(path.join(folder, set), { recursive: true });
  writeFileSync(path.join(folder, set, file), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
};
const rowsOf = (count: number, prefix = 'text'): Row[] =>
  Array.from({ length: count }, (_, i) => ({ text: `${prefix} ${i}`, label: i % 2 === 0 ? 'even' : 'odd' }));
const perLabel = (rows: readonly Row[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { label } of rows) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bench-sets-'));
  process.env.HANDFUL_BENCH_DATA = folder;
  write('plain', 'train.jsonl', rowsOf(40));
  write('plain', 'test.jsonl', rowsOf(30, 'test'));
});

afterEach(() => {
  if (before === undefined) delete process.env.HANDFUL_BENCH_DATA;
  else process.env.HANDFUL_BENCH_DATA = before;
  rmSync(folder, { recursive: true, force: true });
});

describe('labelled sets', () => {
  it('are the samples and the folders that are named', () => {
    mkdirSync(path.join(folder, 'empty'));
    expect(setNames()).toEqual(['community', 'support', 'support-zh', 'plain']);
  });

  it('say which sets there are when one is not', async () => {
    await expect(loadSet('banking7')).rejects.toThrow(/no set "banking7".*support.*plain.*HANDFUL_BENCH_DATA/);
  });

  it('know the language of the samples', async () => {
    expect((await loadSet('support')).language).toBe('en');
    expect((await loadSet('support-zh')).language).toBe('zh');
  });

  it('cut the test part the same way every time', async () => {
    const [first, again, whole] = [
      await loadSet('plain', { most: 10 }),
      await loadSet('plain', { most: 10 }),
      await loadSet('plain'),
    ];
    expect(first.test).toHaveLength(10);
    expect(first.test).toEqual(again.test);
    expect(first.test).not.toEqual(whole.test.slice(0, 10));
    expect(whole.test).toHaveLength(30);
  });
});

describe('draws', () => {
  it('take as many examples of each label, others with another seed', async () => {
    const set = await loadSet('support');
    const one = await drawShots(set, 4, 1);
    const two = await drawShots(set, 4, 2);
    expect(one.draw).toBe('seeded');
    expect(perLabel(one.examples)).toEqual(Object.fromEntries(set.labels.map((label: string) => [label, 4])));
    expect(one.examples).not.toEqual(two.examples);
    expect((await drawShots(set, 4, 1)).examples).toEqual(one.examples);
  });

  it('are the official file for draw 0 of its number of shots, and seeded otherwise', async () => {
    write('plain', 'train_5.jsonl', rowsOf(10, 'official'));
    const set = await loadSet('plain');
    const official = await drawShots(set, 5, 0);
    expect(official.draw).toBe('official');
    expect(official.examples[0].text).toBe('official 0');
    expect((await drawShots(set, 5, 1)).draw).toBe('seeded');
    expect((await drawShots(set, 6, 0)).draw).toBe('seeded');
  });

  it('are whole official draws where the files are numbered from 0, and fewer shots come from them', async () => {
    for (const draw of [0, 1]) write('plain', `train_${draw}.jsonl`, rowsOf(16, `draw ${draw}`));
    const set = await loadSet('plain');
    const whole = await drawShots(set, 8, 1);
    expect([whole.draw, whole.examples[0].text]).toEqual(['official', 'draw 1 0']);
    const fewer = await drawShots(set, 3, 1);
    expect(fewer.draw).toBe('seeded');
    expect(perLabel(fewer.examples)).toEqual({ even: 3, odd: 3 });
    expect(fewer.examples.every(({ text }: Row) => text.startsWith('draw 1'))).toBe(true);
    expect((await drawShots(set, 12, 0)).examples.every(({ text }: Row) => text.startsWith('text'))).toBe(true);
  });
});
