import { describe, expect, it } from 'vitest';
import { fitLexicon, lexicalRows, type SparseRows } from '../../../src/engine/encoders/lexical.js';
import { lengthOf } from '../../support/numbers.js';

/** The entries of one row by n-gram. */
function entries(rows: SparseRows, row: number, columns: ReadonlyMap<string, number>): Record<string, number> {
  const names = [...columns.keys()];
  const out: Record<string, number> = {};
  for (let i = rows.offsets[row]!; i < rows.offsets[row + 1]!; i++) out[names[rows.indices[i]!]!] = rows.values[i]!;
  return out;
}

describe('the lexicon', () => {
  const shots = ['退款', '退', '退退退'];
  const lexicon = fitLexicon(shots);

  it('has a column for each n-gram of the shots', () => {
    expect([...lexicon.columns]).toEqual([
      ['c 退', 0],
      ['c 款', 1],
      ['c 退款', 2],
      ['c 退退', 3],
      ['c 退退退', 4],
    ]);
  });

  it('weighs a column by ln((1 + texts) / (1 + texts with it)) + 1', () => {
    const [everywhere, once] = [Math.log(4 / 4) + 1, Math.log(4 / 2) + 1];
    expect([...lexicon.idf]).toEqual([everywhere, once, once, once, once].map(Math.fround));
  });

  it('gives a row (1 + ln count) · idf, brought to length 1', () => {
    const rows = lexicalRows(['退退退款'], lexicon);
    const raw = {
      'c 退': 1 + Math.log(3),
      'c 款': 1 + Math.log(2),
      'c 退款': 1 + Math.log(2),
      'c 退退': (1 + Math.log(2)) * (1 + Math.log(2)),
      'c 退退退': 1 + Math.log(2),
    };
    const length = lengthOf(Object.values(raw));
    const expected = Object.entries(raw).map(([gram, value]) => [gram, expect.closeTo(value / length, 6)]);
    expect(entries(rows, 0, lexicon.columns)).toEqual(Object.fromEntries(expected));
  });

  it('leaves out what the shots did not have, down to an empty row', () => {
    const rows = lexicalRows(['新退', '新', '', '退'], lexicon);
    expect(rows.rows).toBe(4);
    expect(rows.columns).toBe(5);
    expect(entries(rows, 0, lexicon.columns)).toEqual({ 'c 退': 1 });
    expect(entries(rows, 1, lexicon.columns)).toEqual({});
    expect(entries(rows, 2, lexicon.columns)).toEqual({});
    expect(entries(rows, 3, lexicon.columns)).toEqual({ 'c 退': 1 });
  });

  it('gives rows of another length when asked', () => {
    const rows = lexicalRows(['退款', '退退'], lexicon, 0.5);
    for (const row of [0, 1]) {
      expect(lengthOf(rows.values.subarray(rows.offsets[row]!, rows.offsets[row + 1]!))).toBeCloseTo(0.5, 6);
    }
  });

  it('keeps at most 50,000 columns, those of most texts', () => {
    const texts = Array.from({ length: 13_000 }, (_, i) => `a${i} b${i} ok`);
    const { columns, idf } = fitLexicon(texts);
    expect(columns.size).toBe(50_000);
    expect(idf.length).toBe(50_000);
    expect(columns.get('w ok')).toBe(0);
    expect(idf[0]).toBe(1);
  });

  it('of no text is empty', () => {
    const nothing = fitLexicon([]);
    expect(nothing.columns.size).toBe(0);
    expect(lexicalRows(['anything'], nothing)).toMatchObject({ rows: 1, columns: 0 });
  });
});
