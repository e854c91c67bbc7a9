import { describe, expect, it } from 'vitest';
import { createSay, type Language } from '../../../src/bot/catalogue/index.js';
import { createFormat } from '../../../src/bot/format.js';
import { altText, MAX_ALT_LENGTH } from '../../../src/bot/picture/alt-text.js';
import { plainText } from '../../../src/bot/picture/plain-text.js';
import { reportCardSpec, type Words } from '../../../src/bot/picture/report-card-spec.js';
import { cut, widthOf } from '../../../src/bot/picture/text-width.js';
import { COLOUR } from '../../../src/bot/picture/theme.js';
import type { CascadeRecord } from '../../../src/engine/index.js';
import { counts, ladder, measurementOfCounts, numbered, recordOf } from './records.js';

const words = (language: Language): Words => {
  const say = createSay(language);
  return { say, format: createFormat(say) };
};

type Row = Readonly<Record<string, unknown>>;
interface ChartData {
  readonly title: { readonly text: string; readonly subtitle: string };
  readonly data: { readonly values: readonly Row[] };
  readonly layer: readonly { readonly data?: { readonly values: readonly Row[] } }[];
}

function charts(record: CascadeRecord, language: Language = 'en'): [accuracy: ChartData, errors: ChartData] {
  const spec = reportCardSpec(record, words(language)) as unknown as { vconcat: [ChartData, ChartData] } | null;
  if (spec === null) throw new Error('expected a specification');
  return spec.vconcat;
}

/** Every text of a chart that comes with the data. */
const textsOf = ({ data, layer }: ChartData): unknown[] =>
  [data, ...layer.map((part) => part.data)].flatMap((source) => (source?.values ?? []).flatMap(Object.values));

const SUPPORT = ladder(['billing', 'bug', 'praise']);

describe('the specification of a report card', () => {
  it('holds the accuracies and intervals of the measured methods, and which one was chosen', () => {
    const [accuracy] = charts(SUPPORT);
    const measured = SUPPORT.rungs.flatMap(({ measurement }) => measurement ?? []);
    expect(accuracy.data.values).toEqual([
      {
        row: 0,
        method: 'in context',
        accuracy: 0.7,
        low: measured[0]!.interval[0],
        high: measured[0]!.interval[1],
        value: '70 % ± 16',
        chosen: false,
      },
      {
        row: 1,
        method: 'head ★',
        accuracy: 0.9,
        low: measured[1]!.interval[0],
        high: measured[1]!.interval[1],
        value: '90 % ± 11',
        chosen: true,
      },
    ]);
    expect(textsOf(accuracy)).toContain('target 90 %');
  });

  it('holds the counts of the chosen method, by row and column, with their share of the row', () => {
    const [, confusion] = charts(SUPPORT);
    const table = [0, 1, 2].map((row) =>
      [0, 1, 2].map((column) => confusion.data.values.find((cell) => cell.row === row && cell.column === column)),
    );
    expect(table.map((row) => row.map((cell) => cell?.count))).toEqual(counts(3, 10, 1));
    expect(table[0]![0]).toMatchObject({ share: 0.9, right: true, text: '9' });
    expect(table[0]![1]).toMatchObject({ share: 0.1, right: false, text: '1' });
    expect(table[0]![2]).toMatchObject({ share: 0, right: false, text: '' });
    expect(textsOf(confusion)).toEqual(expect.arrayContaining(['billing', 'bug', 'praise']));
  });

  it('shows a diagonal that is empty as 0', () => {
    const never = measurementOfCounts([
      [0, 4],
      [1, 3],
    ]);
    const [, confusion] = charts(recordOf(['yes', 'no'], [['head', never]], 'head'));
    expect(confusion.data.values[0]).toMatchObject({ count: 0, text: '0', right: true });
  });

  it('speaks the language that was asked for', () => {
    const titles = charts(ladder(['账单', '故障']), 'zh').map(({ title }) => title);
    expect(titles).toEqual([
      { text: '各方法的准确率', subtitle: '20 个样本 · 相同的 3 折 · 95% 置信区间' },
      { text: '答对与答错', subtitle: '分类头 · 行是正确标签，列是所答标签' },
    ]);
  });

  it.each([
    [12, 144],
    [13, 8],
    [150, 8],
  ])('shows %i labels with %i marks: a matrix, or the pairs that are mixed up most', (labels, marks) => {
    expect(charts(ladder(numbered(labels)))[1].data.values).toHaveLength(marks);
  });

  it('puts the pair that is mixed up most first', () => {
    const confusion = counts(20, 10, 0);
    confusion[3]![7] = 2;
    confusion[7]![3] = 4;
    confusion[1]![2] = 5;
    const [, errors] = charts(recordOf(numbered(20), [['lora', measurementOfCounts(confusion)]], 'lora'));
    expect(errors.title.subtitle).toBe('LoRA · 11 of 211 wrong · 20 labels');
    expect(errors.data.values).toMatchObject([
      { pair: 'label_3 ↔ label_7', count: 6, times: '6 ×' },
      { pair: 'label_1 ↔ label_2', count: 5 },
    ]);
  });

  it('says so when many labels are never mixed up', () => {
    const perfect = measurementOfCounts(counts(20, 5, 0));
    const [, errors] = charts(recordOf(numbered(20), [['head', perfect]], 'head'));
    expect(textsOf(errors)).toEqual(['Every held-out example was answered right.']);
  });

  it('does not exist when the chosen method was not measured', () => {
    expect(reportCardSpec({ ...SUPPORT, chosen: 'lora' }, words('en'))).toBeNull();
  });
});

describe('the alternative text', () => {
  it('says in a sentence or two what the picture shows', () => {
    expect(altText(SUPPORT, words('en'))).toBe(
      'Accuracy by method on the same 3 folds of 30 examples: in context 70 % ± 16, head 90 % ± 11 (chosen); the target is 90 %. Mixed up most: billing and bug (1 ×), billing and praise (1 ×), bug and praise (1 ×).',
    );
    expect(altText(ladder(['账单', '故障']), words('zh'))).toBe(
      '各方法在相同 3 折、20 个样本上的准确率：上下文作答 70% ± 19、分类头 90% ± 14（采用）；目标 90%。最容易混淆：账单 和 故障（2 次）。',
    );
  });

  it('keeps within what Discord takes, whatever the labels', () => {
    const labels = numbered(500).map((label) => `${label}${'长'.repeat(90)}`);
    for (const language of ['en', 'zh'] as const) {
      const text = altText(ladder(labels), words(language));
      expect(text.length).toBeLessThanOrEqual(MAX_ALT_LENGTH);
      expect(text).toContain('label_0');
    }
  });
});

describe('texts in a picture', () => {
  it('are cut at a whole character and fit their place', () => {
    expect(cut('billing', 14, 100)).toBe('billing');
    for (const text of ['W'.repeat(100), '账单与发票'.repeat(20), 'e\u0301'.repeat(100), '😀'.repeat(50)]) {
      const short = cut(text, 14, 100);
      expect(short).toMatch(/^.+…$/u);
      expect(widthOf(short, 14)).toBeLessThanOrEqual(100);
      expect(widthOf(short, 14)).toBeGreaterThan(70);
      expect(short).not.toMatch(/\p{Cs}/u);
    }
  });

  it.each([
    ['two\nlines\r\n\tand a tab', 'two lines and a tab'],
    ['nul\u0000 and half \ud83d', 'nul and half \ufffd'],
    ['👨‍👩‍👧 family', '👨👩👧 family'],
    ['👍🏽 🇩🇪 1️⃣ 🤷‍♀️ ❤️', '👍 DE 1 🤷 ❤'],
    ['cafe\u0301', 'café'],
    ['می‌خواهم', 'می‌خواهم'],
  ])('%j is drawn as %j', (text, drawn) => {
    expect(plainText(text)).toBe(drawn);
  });

  it('stand out from the card', () => {
    for (const behind of [COLOUR.card, COLOUR.band]) {
      for (const text of [COLOUR.text, COLOUR.quiet]) expect(contrast(text, behind)).toBeGreaterThan(4.5);
    }
    for (const square of [COLOUR.good, COLOUR.wrong]) expect(contrast(COLOUR.dark, square)).toBeGreaterThan(4.5);
  });
});

/** Contrast ratio of WCAG 2. */
function contrast(a: string, b: string): number {
  const [bright, dim] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
