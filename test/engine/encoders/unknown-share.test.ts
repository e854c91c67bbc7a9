import { expect, it } from 'vitest';
import { createStaticEncoder } from '../../../src/engine/encoders/static.js';
import { createUnigram } from '../../../src/engine/encoders/unigram.js';
import { shareOfUnknown } from '../../../src/engine/encoders/unknown-share.js';

it('the share of unknown tokens is that of the tokenizer, over all texts', () => {
  const tokenize = createUnigram({
    vocabulary: [
      ['<unk>', 0],
      ['▁', -1],
      ['ab', -1],
      ['c', -1],
    ],
    reserved: 1,
    unknownScore: -10,
    unknownId: 0,
    zeroMeansUnreached: false,
    unknownOnlyWithoutMatch: false,
  });
  const share = (...texts: string[]): number => shareOfUnknown(texts, { tokenize, unknownId: 0 });
  expect(share('▁abc')).toBe(0);
  expect(share('▁x')).toBe(1 / 2);
  expect(share('▁abc', '▁x')).toBe(1 / 5);
  expect(share('', '')).toBe(0);
});

it('the embedded table knows English and Chinese, and not scripts that it was not made for', async () => {
  const { unknownShare } = await createStaticEncoder();
  expect(unknownShare(['I was charged twice this month', '这个月被重复扣费了'])).toBeLessThan(0.05);
  expect(unknownShare(['ฉันถูกเรียกเก็บเงินสองครั้ง', 'חויבתי פעמיים החודש'])).toBeGreaterThan(0.4);
  expect(unknownShare([])).toBe(0);
});
