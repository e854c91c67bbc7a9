import { describe, expect, it } from 'vitest';
import { cleanDescription, cleanLabel, cleanText, quote } from '../../../src/engine/data/clean.js';
import { MAX_LABEL_LENGTH, MAX_TEXT_LENGTH } from '../../../src/engine/data/limits.js';
import { createRng } from '../../../src/engine/random.js';
import { nastyText } from './nasty.js';

describe('cleanText', () => {
  it.each([
    ['leaves ordinary text alone', 'my card was charged twice!', 'my card was charged twice!'],
    ['trims blanks of every kind', '\u00a0\t hello\u3000\n', 'hello'],
    ['composes (NFC)', 'cafe\u0301', 'café'],
    ['makes every line break a line feed', 'a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh', 'a\nb\nc\nd\ne\nf\ng\nh'],
    ['makes a tab a blank', 'a\tb', 'a b'],
    ['takes control characters out', 'a\u0000b\u001bc\u007fd\u009fe', 'abcde'],
    ['takes invisible characters out', '\ufeffa\u200bb\u2060c\u00add', 'abcd'],
    ['takes overrides of the direction out', 'a\u202eb\u2066c\u2069', 'abc'],
    ['takes half characters out', 'a\ud83db\ude00c', 'abc'],
    ['takes words hidden in tag characters out', 'hi\u{e0069}\u{e0067}\u{e006e}', 'hi'],
    [
      'keeps the flag of a region',
      '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
      '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    ],
    ['keeps emoji joined', 'love 👩‍👩‍👧 ❤️', 'love 👩‍👩‍👧 ❤️'],
    ['keeps the joiners of Persian', 'می‌خواهم', 'می‌خواهم'],
    ['keeps Chinese punctuation', '这个月被重复扣费了！', '这个月被重复扣费了！'],
  ])('%s', (_, text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });

  it.each([
    ['', 'Expected a text, found nothing.'],
    [' \n\t\u3000', 'Expected a text, found only blanks.'],
    ['\u200b\u200d\u3164', 'Expected a text, found only invisible characters.'],
  ])('refuses a text without anything to see: %j', (text, message) => {
    expect(() => cleanText(text)).toThrow(expect.objectContaining({ code: 'bad-input', message }));
  });

  it('counts characters, not the halves of emoji', () => {
    expect(cleanText('😀'.repeat(MAX_TEXT_LENGTH))).toHaveLength(2 * MAX_TEXT_LENGTH);
  });

  it.each([4001, 1_000_000])('says the limit and the length of a text of %i characters', (length) => {
    const message = `Expected a text of at most 4000 characters, found ${length}.`;
    expect(() => cleanText('好'.repeat(length))).toThrow(expect.objectContaining({ code: 'limit', message }));
  });

  it('hands expected and found to programs', () => {
    expect(() => cleanText(' ')).toThrow(
      expect.objectContaining({ details: { expected: 'a text', found: 'only blanks' } }),
    );
  });

  it('cleans in one go: cleaning twice is cleaning once', () => {
    const rng = createRng(7, 'clean');
    for (let i = 0; i < 500; i++) {
      const once = cleanText(`x${nastyText(rng)}`);
      expect(cleanText(once)).toBe(once);
    }
  });
});

describe('cleanLabel', () => {
  it.each([
    ['  billing ', 'billing'],
    ['not \t  spam', 'not spam'],
    ['账单', '账单'],
    ['a'.repeat(MAX_LABEL_LENGTH), 'a'.repeat(MAX_LABEL_LENGTH)],
  ])('%j becomes %j', (name, expected) => {
    expect(cleanLabel(name)).toBe(expected);
  });

  it.each([
    ['', 'bad-input', 'Expected a label, found nothing.'],
    ['a\nb', 'bad-input', 'Expected a label on one line, found a line break in "a b".'],
    ['a'.repeat(101), 'limit', 'Expected a label of at most 100 characters, found 101.'],
  ])('refuses %j', (name, code, message) => {
    expect(() => cleanLabel(name)).toThrow(expect.objectContaining({ code, message }));
  });
});

it('a description has its own limit', () => {
  const message = 'Expected a description of at most 500 characters, found 501.';
  expect(() => cleanDescription('a'.repeat(501))).toThrow(expect.objectContaining({ code: 'limit', message }));
});

it('a quoted text is one short line', () => {
  expect(quote('hello\nworld')).toBe('"hello world"');
  expect(quote('😀'.repeat(41))).toBe(`"${'😀'.repeat(39)}…"`);
});
