import { describe, expect, it } from 'vitest';
import { CATALOGUE, createSay, languageOfLocale } from '../../../src/bot/catalogue/index.js';
import { fill, placeholdersOf } from '../../../src/bot/catalogue/sentence.js';

describe('the catalogue', () => {
  it('has every sentence in both languages, with the same placeholders', () => {
    expect(Object.keys(CATALOGUE.zh).sort()).toEqual(Object.keys(CATALOGUE.en).sort());
    for (const [key, english] of Object.entries(CATALOGUE.en)) {
      const chinese = CATALOGUE.zh[key as keyof typeof CATALOGUE.en];
      expect({ key, placeholders: placeholdersOf(chinese) }).toEqual({ key, placeholders: placeholdersOf(english) });
      expect({ key, empty: chinese.trim() === '' || english.trim() === '' }).toEqual({ key, empty: false });
    }
  });

  it('leaves no placeholder that is spelled wrongly', () => {
    for (const sentences of Object.values(CATALOGUE)) {
      for (const [key, sentence] of Object.entries(sentences)) {
        expect({ key, braces: sentence.replace(/\{[a-zA-Z]+(?:,[^{}|]*\|[^{}]*)?\}/g, '').match(/[{}]/) }).toEqual({
          key,
          braces: null,
        });
      }
    }
  });

  it('fills values as they are and picks the form for one', () => {
    expect(fill('{label} has {count} {count, example|examples}', { label: '{count}', count: 1 })).toBe(
      '{count} has 1 example',
    );
    expect(fill('{count, it waits|they wait}', { count: 2 })).toBe('they wait');
    expect(createSay('en')('teach.taught', { label: '$&', count: 3 })).toBe('$& has 3 examples.');
  });

  it.each([
    ['zh_CN.UTF-8', 'zh'],
    ['zh-TW', 'zh'],
    ['en_GB.UTF-8', 'en'],
    ['C', 'en'],
    [undefined, 'en'],
  ])('speaks %s as %s', (locale, language) => {
    expect(languageOfLocale(locale)).toBe(language);
  });
});
