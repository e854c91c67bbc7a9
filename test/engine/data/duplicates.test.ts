import { describe, expect, it } from 'vitest';
import { duplicateKey } from '../../../src/engine/data/duplicates.js';
import { groupNearDuplicates, NEAR_DUPLICATE_JACCARD } from '../../../src/engine/data/near-duplicates.js';
import { createRng, type Rng } from '../../../src/engine/random.js';

describe('duplicateKey', () => {
  it.each([
    ['case', 'I was Charged TWICE', 'i was charged twice'],
    ['punctuation', 'works now!', 'Works... now'],
    ['apostrophes', "don't", 'dont'],
    ['blanks', 'works \n\t now', 'works now'],
    ['full and half width', 'ＡＢＣ１２３，好', 'abc123 好'],
    ['blanks beside Chinese', '你好 吗？', '你好吗'],
    ['blanks between Chinese and Latin', 'APP 崩溃了', 'app崩溃了。'],
    ['how an emoji is shown', 'love ❤️', 'love ❤'],
  ])('folds %s', (_, a, b) => {
    expect(duplicateKey(a)).toBe(duplicateKey(b));
  });

  it.each([
    ['1.5 stars', '15 stars'],
    ['C', 'C#'],
    ['thanks 😀', 'thanks 😡'],
    ['?', '!'],
    ['100%', '100'],
    ['you are here', 'your ehere'],
  ])('keeps %j and %j apart', (a, b) => {
    expect(duplicateKey(a)).not.toBe(duplicateKey(b));
  });

  it('is never empty for a text with something to see', () => {
    for (const text of ['?!', '…', '。', '"', '😀']) expect(duplicateKey(text)).not.toBe('');
  });
});

describe('groupNearDuplicates', () => {
  const original = 'why was my credit card charged twice for the same order this month';

  it.each([
    ['the same text', original, original],
    ['another punctuation', original, `${original.toUpperCase()}!!`],
    ['a slip', original, original.replace('charged', 'chraged')],
    ['one word changed', original, original.replace('month', 'week')],
    [
      'one Chinese character changed',
      '我的信用卡这个月被重复扣费了，请帮我查一下是什么原因',
      '我的信用卡这个月被重复扣款了，请帮我查一下是什么原因',
    ],
  ])('joins %s', (_, a, b) => {
    expect([...groupNearDuplicates([a, 'something else', b])]).toEqual([0, 1, 0]);
  });

  it.each([
    ['another question in the same words', original, 'why was my credit card declined for this order'],
    ['short words that look alike', 'bug', 'bag'],
    ['different Chinese', '这个月被重复扣费了', '应用一打开就崩溃'],
  ])('keeps %s apart', (_, a, b) => {
    expect([...groupNearDuplicates([a, b])]).toEqual([0, 1]);
  });

  it('joins along a chain', () => {
    const words = original.split(' ');
    const chain = [0, 1, 2, 3, 4].map((step) => words.map((word, i) => (i < step ? `${word}s` : word)).join(' '));
    expect(new Set(groupNearDuplicates(chain)).size).toBe(1);
  });

  it('groups nothing when there is nothing', () => {
    expect(groupNearDuplicates([])).toHaveLength(0);
  });

  it('finds exactly the groups that comparing every pair finds', () => {
    for (let seed = 0; seed < 8; seed++) {
      const texts = textsWithSlips(createRng(seed, 'near'), 120);
      expect([...groupNearDuplicates(texts)], `seed ${seed}`).toEqual(groupsOfAllPairs(texts));
    }
  });
});

/** Random texts of a small alphabet, a third of them copies of an earlier one with up to three slips. */
function textsWithSlips(rng: Rng, count: number): string[] {
  const letters = [...'abcde  这个月'];
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    if (i > 0 && rng.uniform() < 0.4) {
      const copy = [...texts[rng.integer(i)]!];
      for (let slips = rng.integer(4); slips > 0; slips--) copy[rng.integer(copy.length)] = letters[rng.integer(8)]!;
      texts.push(copy.join(''));
    } else
      texts.push(Array.from({ length: 1 + rng.integer(50) }, () => letters[rng.integer(letters.length)]!).join(''));
  }
  return texts;
}

/** The definition, word by word: bigrams from an ideograph, trigrams elsewhere; Jaccard of every pair; chains. */
function groupsOfAllPairs(texts: readonly string[]): number[] {
  const sets = texts.map((text) => {
    const key = ` ${duplicateKey(text)} `;
    return new Set([...key].slice(0, -1).map((c, i) => key.slice(i, i + (/\p{Script=Han}/u.test(c) ? 2 : 3))));
  });
  const group = texts.map((_, i) => i);
  for (let i = 0; i < texts.length; i++) {
    for (let j = 0; j < i; j++) {
      const common = [...sets[i]!].filter((gram) => sets[j]!.has(gram)).length;
      const jaccard = common / (sets[i]!.size + sets[j]!.size - common);
      if (jaccard < NEAR_DUPLICATE_JACCARD - 1e-9) continue;
      const [keep, drop] = [group[j]!, group[i]!];
      group.forEach((g, k) => {
        if (g === drop) group[k] = keep;
      });
    }
  }
  const numbers = [...new Set(group)];
  return group.map((g) => numbers.indexOf(g));
}
