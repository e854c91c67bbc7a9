import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { detectFormat, importExamples } from '../../../src/engine/data/format.js';
import { isUserError } from '../../../src/engine/errors.js';
import { createRng } from '../../../src/engine/random.js';
import { nastyText } from './nasty.js';

const read = (content: string | Uint8Array, fileName = 'examples.csv', knownLabels?: readonly string[]) =>
  importExamples(Buffer.from(content), { fileName, ...(knownLabels ? { knownLabels } : {}) });

const ROWS = [
  { line: 1, text: 'charged twice', label: 'billing' },
  { line: 2, text: 'it crashes', label: 'bug' },
];
const shifted = (lines: number) => ROWS.map((row) => ({ ...row, line: row.line + lines }));

describe('the format', () => {
  it.each([
    ['a.csv', 'text,label\n', 'csv'],
    ['A.TSV', 'text\tlabel\n', 'tsv'],
    ['a.jsonl', '{"text": "a"}', 'jsonl'],
    ['a.ndjson', '\n', 'jsonl'],
    ['a.txt', '{"text": "a"}', 'jsonl'],
    ['a.csv', '  {"text": "a"}', 'jsonl'],
    ['a.txt', 'hello\tgreeting', 'tsv'],
    ['attachment', 'hello,greeting', 'csv'],
    ['a.csv', '{name} is missing,bug', 'csv'],
  ])('of %s that begins with %j is told as %s', (fileName, head, format) => {
    expect(detectFormat(fileName, head)).toBe(format);
  });

  it.each(['[{"text": "a", "label": "b"}]', '[\n  {"text": "a"}\n]'])('%j is refused with advice', async (content) => {
    await expect(read(content, 'a.json')).rejects.toMatchObject({
      code: 'bad-file',
      message:
        'a.json: expected JSONL, one {"text": "…", "label": "…"} a line, found other JSON. Put each object on a line of its own.',
    });
  });
});

describe('a table', () => {
  it.each([
    ['without a header: text, label', 'charged twice,billing\nit crashes,bug\n', 0],
    ['with a header', 'text,label\ncharged twice,billing\nit crashes,bug\n', 1],
    ['with a header in another order and case', 'LABEL,Text\nbilling,charged twice\nbug,it crashes\n', 1],
    ['with a Chinese header', '标签,文本\nbilling,charged twice\nbug,it crashes\n', 1],
    ['with more columns', 'id,sentence,by,intent\n1,charged twice,me,billing\n2,it crashes,you,bug\n', 1],
    ['with Windows line breaks', 'text,label\r\ncharged twice,billing\r\nit crashes,bug\r\n', 1],
    ['with old Mac line breaks', 'text,label\rcharged twice,billing\rit crashes,bug', 1],
    ['with a byte order mark', '\ufefftext,label\ncharged twice,billing\nit crashes,bug', 1],
    ['with quotes', '"text","label"\n"charged twice","billing"\n"it crashes","bug"\n', 1],
    ['with semicolons', 'text;label\ncharged twice;billing\nit crashes;bug\n', 1],
    ['with tabs', 'charged twice\tbilling\nit crashes\tbug\n', 0],
    ['with blank lines', '\n  \ntext,label\ncharged twice,billing\nit crashes,bug\n\n  \n', 3],
    ['with blanks around the cells', ' charged twice , billing\n it crashes ,bug \n', 0],
  ])('%s', async (_, content, lines) => {
    expect(await read(content)).toEqual({ format: 'csv', rows: shifted(lines), problems: [] });
  });

  it('with the label first and no header is told by the labels of the task', async () => {
    const { rows } = await read('billing,charged twice\nbug,it crashes\n', 'a.csv', ['billing', 'bug']);
    expect(rows).toEqual(ROWS);
  });

  it('keeps line breaks, commas and quotes in quoted texts, and counts the lines of the file', async () => {
    const { rows } = await read('text,label\r\n"a, ""b""\r\n\r\nc",bug\r\nnext,bug\r\n');
    expect(rows).toEqual([
      { line: 2, text: 'a, "b"\n\nc', label: 'bug' },
      { line: 5, text: 'next', label: 'bug' },
    ]);
  });

  it('takes a quote that was not meant as one for text', async () => {
    const { rows, problems } = await read('text,label\na 5" screen,bug\n"hi" she said,praise\n');
    expect(rows.map(({ text }) => text)).toEqual(['a 5" screen', '"hi" she said']);
    expect(problems).toEqual([]);
  });

  it('has unlabelled texts where the label is empty, or where a header names texts only', async () => {
    expect((await read('text,label\nhello,\nbye,  \n')).rows.map(({ label }) => label)).toEqual([null, null]);
    expect((await read('text\nhello\n')).rows).toEqual([{ line: 2, text: 'hello', label: null }]);
  });

  it.each([
    [
      'hello world\nbye\n',
      'x.csv: expected the columns text and label (in any order, a header helps), found 1 column in row 1: "hello world".',
    ],
    [
      'a,b,c\nd,e,f\n',
      'x.csv: expected the columns text and label (with a header that names them), found 3 columns in row 1: "a", "b", "c".',
    ],
    ['text,label\n', 'x.csv: expected examples, found a header and nothing below it.'],
    ['', 'x.csv: expected examples, found an empty file.'],
    [' \n\n', 'x.csv: expected examples, found an empty file.'],
    ['\ufeff', 'x.csv: expected examples, found an empty file.'],
  ])('%j is refused as a whole', async (content, message) => {
    await expect(read(content, 'x.csv')).rejects.toMatchObject({ name: 'UserError', code: 'bad-file', message });
  });
});

describe('JSONL', () => {
  it.each([
    ['one object a line', '{"text": "charged twice", "label": "billing"}\n{"text": "it crashes", "label": "bug"}\n'],
    [
      'other keys',
      '{"id": 1, "label": "billing", "text": "charged twice"}\n{"text":"it crashes","label":"bug","by":{}}',
    ],
    [
      'other names',
      '{"sentence": "charged twice", "intent": "billing"}\r\n{"Text": "it crashes", "Label": ["bug"]}\r\n',
    ],
  ])('with %s', async (_, content) => {
    expect(await read(content, 'a.jsonl')).toEqual({ format: 'jsonl', rows: ROWS, problems: [] });
  });

  it.each([
    ['{"text": "a"}', null],
    ['{"text": "a", "label": null}', null],
    ['{"text": "a", "label": ""}', null],
    ['{"text": "a", "label": 3}', '3'],
    ['{"text": "a", "label": true}', 'true'],
  ])('%j has the label %j', async (content, label) => {
    expect((await read(content, 'a.jsonl')).rows).toEqual([{ line: 1, text: 'a', label }]);
  });
});

describe('a bad row is a problem of its own', () => {
  const known = ['billing', 'refund', 'bug'];
  const good = { text: 'fine', label: 'bug' };

  it.each([
    [
      'hello,refnd',
      'one of the labels billing, refund, bug',
      '"refnd"',
      '"refnd" is not a label here, did you mean refund?',
    ],
    [
      'hello,praise',
      'one of the labels billing, refund, bug',
      '"praise"',
      '"praise" is not a label here, the labels are billing, refund, bug',
    ],
    ['hello,billing; bug', 'one label', '2 in "billing; bug"', null],
    ['hello,"Billing,bug"', 'one label', '2 in "Billing,bug"', null],
    [',bug', 'a text', 'nothing', null],
    ['"\u200b",bug', 'a text', 'only invisible characters', null],
    ['hello', '2 columns', '1', null],
    ['hello, world,bug', '2 columns', '3 (put a text that holds the separator in double quotes)', null],
    ['"hello\nworld",bug,x', '2 columns', '3 (a quote may be open: the row ends in line 4)', null],
    [`${'x'.repeat(4001)},bug`, 'a text of at most 4000 characters', '4001', null],
    [`hello,${'x'.repeat(101)}`, 'a label of at most 100 characters', '101', null],
  ])('in CSV: %.40j', async (row, expected, found, message) => {
    const { rows, problems } = await read(`text,label\nfine,bug\n${row}\nfine,bug\n`, 'a.csv', known);
    expect(rows).toMatchObject([good, good]);
    expect(problems).toEqual([
      { line: 3, expected, found, message: `line 3: ${message ?? `expected ${expected}, found ${found}`}` },
    ]);
  });

  it.each([
    [
      '{"text": "a", "label": "b"',
      'an object such as {"text": "…", "label": "…"}',
      '"{"text": "a", "label": "b"", which is not JSON',
    ],
    ['["a", "b"]', 'an object such as {"text": "…", "label": "…"}', '"["a", "b"]"'],
    ['null', 'an object such as {"text": "…", "label": "…"}', '"null"'],
    ['{"label": "bug", "id": 2}', 'a "text" in quotes', 'the keys "label", "id"'],
    ['{}', 'a "text" in quotes', 'an empty object'],
    ['{"text": 7, "label": "bug"}', 'a "text" in quotes', '"7"'],
    ['{"text": "a", "label": ["bug", "refund"]}', 'one label', '2 in "["bug","refund"]"'],
    ['{"text": "a", "label": {}}', 'a label in quotes', '"{}"'],
    ['{"text": " ", "label": "bug"}', 'a text', 'only blanks'],
  ])('in JSONL: %j', async (row, expected, found) => {
    const { rows, problems } = await read(
      `{"text":"fine","label":"bug"}\n\n${row}\n{"text":"fine","label":"bug"}`,
      'a.jsonl',
      known,
    );
    expect(rows).toMatchObject([good, good]);
    expect(problems).toEqual([{ line: 3, expected, found, message: `line 3: expected ${expected}, found ${found}` }]);
  });

  it('a quote that is never closed costs what comes after it, and the file keeps what came before', async () => {
    const { rows, problems } = await read('text,label\nfine,bug\n"open,bug\nlost,bug\n');
    expect(rows).toEqual([{ line: 2, ...good }]);
    expect(problems.map(({ message }) => message)).toEqual([
      'line 3: expected a closing quote, found none before the end of the file: nothing from here on was read',
    ]);
  });

  it('labels match in any case and width, and come out as the task writes them', async () => {
    const { rows } = await read('text,label\na,BUG\nb, ｂｕｇ\n', 'a.csv', known);
    expect(rows.map(({ label }) => label)).toEqual(['bug', 'bug']);
  });

  it('two labels of the file in one cell are found without knowing the labels', async () => {
    const { rows, problems } = await read('text,label\na,bug|billing\nb,bug\nc,billing\nd,"terms, conditions"\n');
    expect(rows.map(({ label }) => label)).toEqual(['bug', 'billing', 'terms, conditions']);
    expect(problems.map(({ message }) => message)).toEqual(['line 2: expected one label, found 2 in "bug|billing"']);
  });
});

describe('the bytes', () => {
  const latin1 = Buffer.from('text,label\ncaf\u00e9,bug\n', 'latin1');

  it.each([
    [
      'not UTF-8',
      latin1,
      'expected UTF-8 text, found something else at byte 15 (line 2). Save it as UTF-8, in Excel as "CSV UTF-8".',
    ],
    [
      'cut in a character',
      Buffer.from('a,账').subarray(0, -1),
      'expected UTF-8 text, found something else at byte 3 (line 1). Save it as UTF-8, in Excel as "CSV UTF-8".',
    ],
    [
      'binary',
      Buffer.from('text,label\na\0b,bug'),
      'expected a text file (CSV, TSV or JSONL), found a zero byte at byte 13 (line 2).',
    ],
    [
      'a workbook',
      Buffer.from('PK\u0003\u0004rest'),
      'expected a text file (CSV, TSV or JSONL), found a ZIP archive or an Excel workbook (save it as "CSV UTF-8").',
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffa,b', 'utf16le'),
      'expected a text file (CSV, TSV or JSONL), found UTF-16 text (save it as UTF-8).',
    ],
  ])('%s are refused with what to do', async (_, bytes, message) => {
    await expect(read(bytes, 'x.csv')).rejects.toMatchObject({ code: 'bad-file', message: `x.csv: ${message}` });
  });

  it('the place of a wrong byte is right in a long file with a real U+FFFD before it', async () => {
    const before = Buffer.from(`text,label\r\n${'你好\ufffd,bug\r\n'.repeat(20_000)}`);
    await expect(read(Buffer.concat([before, latin1.subarray(11)]), 'x.csv')).rejects.toMatchObject({
      details: { byte: before.length + 4, line: 20_002 },
    });
  });

  it('arrive from memory, from a stream in any pieces, and from a file, all the same', async () => {
    const content = Buffer.from('\ufefftext,label\r\n"这个月\r\n被重复扣费",账单\r\n😀,表扬\r\n');
    const expected = await read(content);
    expect(expected.rows).toEqual([
      { line: 2, text: '这个月\n被重复扣费', label: '账单' },
      { line: 4, text: '😀', label: '表扬' },
    ]);
    for (const size of [1, 2, 3, 7]) {
      const pieces = Array.from({ length: Math.ceil(content.length / size) }, (_, i) =>
        content.subarray(i * size, (i + 1) * size),
      );
      expect(await importExamples(Readable.from(pieces), { fileName: 'a.csv' })).toEqual(expected);
    }
    const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-'));
    try {
      await writeFile(path.join(folder, 'a.csv'), content);
      expect(await importExamples({ path: path.join(folder, 'a.csv') }, { fileName: 'a.csv' })).toEqual(expected);
      await expect(importExamples({ path: folder }, { fileName: 'here' })).rejects.toMatchObject({
        code: 'bad-file',
        message: `here: this is a folder, not a file (looked for ${folder}).`,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
    await expect(importExamples({ path: `${folder}/b.csv` }, { fileName: 'b.csv' })).rejects.toMatchObject({
      message: `b.csv: there is no such file (looked for ${folder}/b.csv).`,
    });
  });

  it('an error of the stream reaches the caller as it is', async () => {
    const broken = new Error('connection lost');
    async function* source() {
      yield Buffer.from(`text,label\n${'a,bug\n'.repeat(20_000)}`);
      throw broken;
    }
    await expect(importExamples(source(), { fileName: 'a.csv' })).rejects.toBe(broken);
  });
});

it('whatever a file holds, it gives rows and problems or a UserError, and every line at most once', async () => {
  const rng = createRng(11, 'garbage');
  for (let i = 0; i < 600; i++) {
    const content = Array.from({ length: 1 + rng.integer(12) }, () => nastyText(rng)).join(['\n', ',bug\n'][i % 2]);
    const fileName = ['a.csv', 'a.tsv', 'a.jsonl', 'a'][i % 4]!;
    try {
      const { rows, problems } = await read(content, fileName, i % 3 === 0 ? ['bug', 'billing'] : undefined);
      const lines = [...rows, ...problems].map(({ line }) => line);
      expect(new Set(lines).size).toBe(lines.length);
      expect(rows.length + problems.length).toBeGreaterThan(0);
    } catch (error) {
      if (!isUserError(error)) throw error;
    }
  }
});

describe('limits', () => {
  it('100,000 rows are read, one more is refused', async () => {
    const rows = 'a,bug\n'.repeat(100_000);
    expect((await read(rows)).rows).toHaveLength(100_000);
    await expect(read(`${rows}a,bug\n`, 'big.csv')).rejects.toMatchObject({
      code: 'limit',
      message: 'big.csv: expected at most 100000 rows, found more. Split the file.',
    });
  });

  it('more than 64 MiB are refused before they are read to the end', async () => {
    let sent = 0;
    async function* endless() {
      for (const piece = Buffer.from(`{"text": "a", "more": "${'x'.repeat(2 ** 20)}"}\n`); ; sent++) yield piece;
    }
    await expect(importExamples(endless(), { fileName: 'big.jsonl' })).rejects.toMatchObject({
      code: 'limit',
      message: 'big.jsonl: expected at most 64 MiB, found more. Split the file.',
    });
    expect(sent).toBeLessThan(65);
  });
});
