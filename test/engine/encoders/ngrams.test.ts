import { describe, expect, it } from 'vitest';
import { ngrams } from '../../../src/engine/encoders/ngrams.js';

describe('ngrams', () => {
  it.each<[string, string, string[]]>([
    ['nothing in an empty text', '', []],
    ['nothing in white space', ' \t\n　', []],
    [
      'a word and its character 3- and 4-grams with their borders',
      'cat',
      ['w cat', 'c  ca', 'c cat', 'c at ', 'c  cat', 'c cat '],
    ],
    ['a single letter', 'a', ['w a', 'c  a ']],
    ['words, pairs of neighbours, and no grams across words', 'a b', ['w a', 'c  a ', 'w b', 'w a b', 'c  b ']],
    ['punctuation as a word without character grams', 'a!', ['w a', 'c  a ', 'w !', 'w a !']],
    ['repeats as often as they come', 'a a', ['w a', 'c  a ', 'w a', 'w a a', 'c  a ']],
    ['Chinese by 1 to 3 characters', '退款了', ['c 退', 'c 款', 'c 了', 'c 退款', 'c 款了', 'c 退款了']],
    [
      'words inside Chinese as words',
      '我app坏了',
      ['c 我', 'w app', 'c  ap', 'c app', 'c pp ', 'c  app', 'c app ', 'c 坏', 'c 了', 'c 坏了'],
    ],
    ['digits inside Chinese as words', '3天', ['w 3', 'c  3 ', 'c 天']],
    ['no pair across a change of script', 'a退b', ['w a', 'c  a ', 'c 退', 'w b', 'c  b ']],
    ['an emoji as a word', '😀', ['w 😀']],
  ])('finds %s', (_, text, expected) => {
    expect(ngrams(text)).toEqual(expected);
  });

  it.each([
    ['FULL', 'full'],
    ['ＦＵＬＬ', 'full'],
    ['ﬁne', 'fine'],
    ['cafe\u0301', 'café'],
    ['two  \n words', 'two words'],
  ])('reads %j as %j', (text, same) => {
    expect(ngrams(text)).toEqual(ngrams(same));
  });

  it.each(['これは', 'コーヒー', 'ไทย'])('reads %s, which has no spaces, by characters', (text) => {
    expect(ngrams(text).every((gram) => gram.startsWith('c '))).toBe(true);
    expect(ngrams(text)).toContain(`c ${[...text][0]}`);
  });
});
