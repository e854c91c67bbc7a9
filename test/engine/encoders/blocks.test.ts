import { describe, expect, it } from 'vitest';
import { blocksFor, ENCODER_NAMES, NGRAMS, sliceOf } from '../../../src/engine/encoders/blocks.js';

const ENGLISH = ['I was charged twice', 'the app crashes'];
const CHINESE = ['这个月被重复扣费了', '快递还没到'];

const names = (blocks: readonly { readonly name: string }[]): string[] => blocks.map(({ name }) => name);

describe('blocksFor', () => {
  it.each<[string, string, readonly string[], readonly string[], readonly string[], string | null]>([
    [
      'embedded',
      'English',
      ENGLISH,
      ['use-lite', 'static-en-zh'],
      ['use-lite', 'use-lite-pool', 'static-en-zh', NGRAMS],
      'use-lite',
    ],
    ['embedded', 'Chinese', CHINESE, ['static-en-zh'], ['static-en-zh', NGRAMS], null],
    [
      'embedded',
      'no',
      [],
      ['use-lite', 'static-en-zh'],
      ['use-lite', 'use-lite-pool', 'static-en-zh', NGRAMS],
      'use-lite',
    ],
    ['use-lite', 'English', ENGLISH, ['use-lite'], ['use-lite', 'use-lite-pool', NGRAMS], 'use-lite'],
    ['use-lite', 'Chinese', CHINESE, ['use-lite'], ['use-lite', 'use-lite-pool', NGRAMS], 'use-lite'],
    ['static-en-zh', 'English', ENGLISH, ['static-en-zh'], ['static-en-zh', NGRAMS], null],
    ['static-en-zh', 'Chinese', CHINESE, ['static-en-zh'], ['static-en-zh', NGRAMS], null],
    ['hashing', 'English', ENGLISH, ['hashing'], ['hashing'], null],
  ])('%s reads %s texts with these encoders and blocks', (encoder, _, texts, encoders, join, tunable) => {
    const blocks = blocksFor(encoder, texts);
    expect(blocks.encoders).toEqual(encoders);
    expect(names(blocks.join)).toEqual(join);
    expect(blocks.tunable).toBe(tunable);
  });

  it.each<[string, readonly string[], boolean]>([
    ['English', ENGLISH, true],
    ['Chinese', CHINESE, false],
    ['no letters', ['12', '😀', '?!'], true],
    ['one empty text', [''], true],
    ['more English than Chinese letters', ['我的快递 was due on tuesday'], true],
    ['more Chinese than English letters', ['我的快递 app 怎么还没有到呢'], false],
    ['as many of each', ['快递 ab'], true],
    ['French', ['où est mon colis'], true],
    ['full width Latin', ['ＨＥＬＬＯ'], true],
    ['Russian', ['где моя посылка'], false],
    ['many English and one long Chinese text', [...ENGLISH, '快'.repeat(100)], false],
  ])('for %s, the English encoder is used: %s → %s', (_, texts, used) => {
    expect(blocksFor('embedded', texts).encoders.includes('use-lite')).toBe(used);
  });

  it.each(ENCODER_NAMES)('%s names only blocks that exist, of encoders that it loads', (encoder) => {
    for (const texts of [ENGLISH, CHINESE]) {
      const { encoders, join, alternatives, scope } = blocksFor(encoder, texts);
      for (const { name, weight } of [...join, ...alternatives.flat(), ...scope]) {
        expect(weight).toBeGreaterThan(0);
        if (name !== NGRAMS) expect(encoders).toContain(sliceOf(name).encoder);
      }
      expect(names(scope)).not.toContain(NGRAMS);
    }
  });
});
