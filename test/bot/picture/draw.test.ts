// What is really drawn, with the fonts that ship: here in the test's own thread, because the drawing itself is what is tested.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, createSay, type Language } from '../../../src/bot/catalogue/index.js';
import { createFormat } from '../../../src/bot/format.js';
import { specToSvg, svgToPng } from '../../../src/bot/picture/draw.js';
import { plainText } from '../../../src/bot/picture/plain-text.js';
import { reportCardSpec } from '../../../src/bot/picture/report-card-spec.js';
import { widthOf } from '../../../src/bot/picture/text-width.js';
import { FONTS, SIZE } from '../../../src/bot/picture/theme.js';
import type { CascadeRecord } from '../../../src/engine/index.js';
import { counts, ladder, measurementOfCounts, numbered, recordOf } from './records.js';

const FAMILIES = FONTS.map(({ family }) => family).join(', ');

/** A line of text alone, as the pictures draw it. */
function lineSvg(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="60"><text x="4" y="40" font-size="30" font-family="${FAMILIES}">${escaped}</text></svg>`;
}

const drawnLine = (text: string): string => Buffer.from(svgToPng(lineSvg(text), { width: 400 })).toString('base64');

function svgOf(record: CascadeRecord, language: Language = 'en'): Promise<string> {
  const say = createSay(language);
  const spec = reportCardSpec(record, { say, format: createFormat(say) });
  if (spec === null) throw new Error('expected a specification');
  return specToSvg(spec);
}

const widthOfSvg = (svg: string): number => Number(/<svg [^>]*width="(\d+)"/.exec(svg)?.[1]);

/** U+E000 and the like are in no font. */
const missing = (count: number, first = 0xe000): string =>
  String.fromCodePoint(...Array.from({ length: count }, (_, i) => first + i));

describe('the fonts', () => {
  it('draw every letter that the pictures say, in both languages', () => {
    const box = drawnLine(missing(1));
    expect(drawnLine(missing(1, 0xe100))).toBe(box);
    const said = Object.values(CATALOGUE).flatMap((sentences) =>
      Object.entries(sentences)
        .filter(([key]) => /^(?:picture|method)\./.test(key))
        .map(([, sentence]) => sentence.replace(/\{[^}]*\}/g, '')),
    );
    const letters = [...new Set([...said.join(''), ...'0123456789 %±★…↔×'])].filter((letter) => letter.trim() !== '');
    expect(letters.length).toBeGreaterThan(80);
    expect(letters.filter((letter) => [box, drawnLine('')].includes(drawnLine(letter)))).toEqual([]);
  });

  it.each(['账单', '帳單', 'すし', 'Ελληνικά', 'Русский', 'žluťoučký', 'Tiếng', '😀👍', '→★✓'])('have %s', (text) => {
    const boxes = [...text.normalize('NFC')].length;
    const letters = [...text].map(drawnLine);
    expect(letters).not.toContain(drawnLine(missing(1)));
    expect(drawnLine(text)).not.toBe(drawnLine(missing(boxes)));
  });

  it('draw different Chinese labels differently', () => {
    expect(drawnLine('账单')).not.toBe(drawnLine('故障'));
    expect(drawnLine(missing(2))).toBe(drawnLine(missing(2, 0xe100)));
  });

  it('draw no box over the text after joined emoji', () => {
    expect(drawnLine(plainText('👨‍👩‍👧 x'))).toBe(drawnLine('👨👩👧 x'));
    for (const emoji of [...plainText('👨‍👩‍👧👍🏽🤷‍♀️❤️')]) expect(drawnLine(emoji)).not.toBe(drawnLine(missing(1)));
  });

  it.each(['in context 88 % ± 9', 'feature-request', 'WWWWWWWWWW', 'iiiiiiiiii', '各方法的准确率', '95% 置信区间'])(
    'make %j as wide as is reckoned',
    (text) => {
      const fontFiles = FONTS.map(({ file }) => fileURLToPath(new URL(`../../../data/fonts/${file}`, import.meta.url)));
      const drawn = new Resvg(lineSvg(text), { font: { loadSystemFonts: false, fontFiles } }).getBBox();
      expect(Math.abs(drawn!.width / widthOf(text, 30) - 1)).toBeLessThan(0.06);
    },
  );

  it('come with their licence and origin', () => {
    const folder = new URL('../../../data/fonts/', import.meta.url);
    expect(readFileSync(new URL('OFL.txt', folder), 'utf8')).toContain('SIL OPEN FONT LICENSE Version 1.1');
    const readme = readFileSync(new URL('README.md', folder), 'utf8');
    for (const { file } of FONTS) expect(readme).toContain(file);
  });
});

describe('a drawn report card', () => {
  it.each([
    ['2 labels', ladder(['yes', 'no'])],
    ['12 labels', ladder(numbered(12))],
    ['150 labels', ladder(numbered(150))],
    ['12 long labels', ladder(numbered(12).map((label) => `${label} ${'W'.repeat(90)}`))],
    ['7 long Chinese labels', ladder(numbered(7).map((label) => `${label}${'长'.repeat(90)}`))],
    ['150 long labels', ladder(numbered(150).map((label) => `${'W'.repeat(90)} ${label}`))],
    ['labels in many scripts', ladder(['مشكلة في الدفع', 'תקלה', '한국어', 'ไทย', '😀😀😀', '龘靐', '故障 bug 🐛'])],
    ['counts of five digits', ladder(numbered(12), 20_000)],
    ['one method', recordOf(['a', 'b'], [['in-context', measurementOfCounts(counts(2, 5, 0))]], 'in-context')],
    ['no answer right', recordOf(['a', 'b'], [['in-context', measurementOfCounts(counts(2, 5, 5))]], 'in-context')],
  ])('keeps everything on the card: %s', async (_, record) => {
    for (const language of ['en', 'zh'] as const) {
      const svg = await svgOf(record, language);
      // Vega makes room for what sticks out.
      expect(widthOfSvg(svg)).toBe(SIZE.width);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('has a row for each of eight methods', async () => {
    const eight = Array.from({ length: 8 }, (_, i) => ['head', measurementOfCounts(counts(3, 10, i))] as const);
    const svg = await svgOf(
      recordOf(['a', 'b', 'c'], [...eight, ['lora', measurementOfCounts(counts(3, 10, 0))]], 'lora'),
    );
    expect(svg.match(/>head</g)).toHaveLength(8);
    expect(svg).toContain('>LoRA ★<');
    expect(widthOfSvg(svg)).toBe(SIZE.width);
  });

  it('holds labels as text, whatever they say', async () => {
    const hostile = [
      '<script>alert(1)</script>',
      '</text></svg>',
      '&amp; & "quoted"',
      'two\nlines',
      'nul\u0000bell\u0007',
      'half \ud83d',
      '<image href="x"/>',
      'datum.count',
      '{"signal": "x"}',
      '__proto__',
      '\u202ereversed',
      '\ufffe\uffff',
    ];
    const svg = await svgOf(ladder(hostile));
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).toContain('&amp;amp; &amp;');
    expect(svg).toContain('two lines');
    expect(svg).not.toMatch(/<script|<image|<[^>]*href=|[\0-\x08\ufffe\uffff]/);
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
    const png = svgToPng(svg, { width: SIZE.pixels });
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  });
});

describe('drawing', () => {
  const bars = (data: object): TopLevelSpec =>
    ({ data, mark: 'bar', encoding: { x: { field: 'a', type: 'quantitative' } } }) as TopLevelSpec;

  it('makes an SVG and a PNG of any chart', async () => {
    const svg = await specToSvg(bars({ values: [{ a: 3 }] }));
    const png = svgToPng(svg, { width: 500 });
    expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(500);
  });

  it.each([
    ['data', bars({ url: 'https://example.org/data.csv' })],
    ['a file', bars({ url: 'file:///etc/hostname' })],
    [
      'a picture',
      {
        data: { values: [{}] },
        mark: { type: 'image', url: 'https://example.org/a.png' },
        encoding: {},
      } as TopLevelSpec,
    ],
    ['a link', { data: { values: [{}] }, mark: { type: 'point', href: 'https://example.org' } } as TopLevelSpec],
  ])('loads nothing from elsewhere: %s', async (_, spec) => {
    await expect(specToSvg(spec)).rejects.toThrow('nothing is loaded for a picture');
  });
});
