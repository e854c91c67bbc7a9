import { describe, expect, it } from 'vitest';
import { cleanLabel, cleanText } from '../../../src/engine/data/clean.js';
import { toCsv, toJsonl, toTsv } from '../../../src/engine/data/export.js';
import { importExamples } from '../../../src/engine/data/format.js';
import { summariseProblems } from '../../../src/engine/data/problems.js';
import { createRng } from '../../../src/engine/random.js';
import { nastyText } from './nasty.js';

const FORMATS = [
  ['csv', toCsv],
  ['tsv', toTsv],
  ['jsonl', toJsonl],
] as const;

describe('exporting', () => {
  const examples = [
    { text: 'a, "b"\nc', label: 'bug' },
    { text: '=1+1', label: null },
  ];

  it('writes CSV with a header, and disarms what a spreadsheet would run', () => {
    expect(toCsv(examples)).toBe(`text,label\n"a, ""b""\nc",bug\n'=1+1,\n`);
  });

  it('writes TSV and JSONL', () => {
    expect(toTsv(examples)).toBe(`text\tlabel\n"a, ""b""\nc"\tbug\n'=1+1\t\n`);
    expect(toJsonl(examples)).toBe('{"text":"a, \\"b\\"\\nc","label":"bug"}\n{"text":"=1+1","label":null}\n');
  });

  it('begins CSV with a byte order mark only when there is more than ASCII', () => {
    expect(toCsv([{ text: '你好', label: 'a' }])).toBe('\ufefftext,label\n你好,a\n');
  });
});

describe.each(FORMATS)('what was exported as %s comes back as it was', (format, write) => {
  const reread = async (examples: readonly { text: string; label: string | null }[]) => {
    const { rows, problems } = await importExamples(Buffer.from(write(examples)), { fileName: `a.${format}` });
    expect(problems).toEqual([]);
    return rows.map(({ text, label }) => ({ text, label }));
  };

  it.each([
    '"',
    '""',
    'say "hi"',
    'a,b',
    'a;b',
    'a\nb',
    '\\n',
    "'",
    "'=x",
    "''+1",
    '=SUM(A1)',
    '+1',
    '-1',
    '@here',
    '＝1',
    'text',
    'label',
    'text,label',
    'null',
    '0',
    '{"text": "a"}',
    '👩‍👩‍👧',
    '你好，世界',
    '#',
    '\\',
    '|',
  ])('%j', async (text) => {
    const examples = [
      { text, label: 'bug' },
      { text: 'other', label: text.replace(/\n/g, ' ') },
      { text, label: null },
    ];
    expect(await reread(examples)).toEqual(examples);
  });

  it('whatever the text', async () => {
    const rng = createRng(3, format);
    const examples = Array.from({ length: 400 }, (_, i) => ({
      text: cleanText(`${nastyText(rng)}${i}`),
      label: i % 5 === 0 ? null : cleanLabel(`${nastyText(rng).replace(/[\n\r\u2028,;|，、]/gu, '')}x`),
    }));
    expect(await reread(examples)).toEqual(examples);
  });
});

describe('summariseProblems', () => {
  const problems = Array.from({ length: 16 }, (_, i) => ({
    line: i + 2,
    expected: 'a text',
    found: 'nothing',
    message: `line ${i + 2}: expected a text, found nothing`,
  }));

  it.each([
    [0, ''],
    [1, 'a.csv: 1 row could not be read.\nline 2: expected a text, found nothing'],
    [
      4,
      'a.csv: 4 rows could not be read.\nline 2: expected a text, found nothing\nline 3: expected a text, found nothing\nline 4: expected a text, found nothing\nand 1 more (line 5)',
    ],
  ])('of %i problems', (count, summary) => {
    expect(summariseProblems('a.csv', problems.slice(0, count))).toBe(summary);
  });

  it('stays short however many there are', () => {
    expect(summariseProblems('a.csv', problems, { inFull: 1 })).toBe(
      'a.csv: 16 rows could not be read.\nline 2: expected a text, found nothing\nand 15 more (lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, …)',
    );
  });
});
