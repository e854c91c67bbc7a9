// Sentences cut out of a text that comes in pieces of any size.

import { describe, expect, it } from 'vitest';
import { createSentenceReader, isWhole, sentencesOf } from '../../../src/bot/concepts/sentences.js';

const TEXTS: readonly (readonly [string, readonly string[]])[] = [
  [
    'LoRA is small [lora]. It uses e.g. 1.5 % of them. [lora] [peft] Done!',
    ['LoRA is small [lora].', 'It uses e.g. 1.5 % of them. [lora] [peft]', 'Done!'],
  ],
  ['低秩适配[lora]。它很小。[lora]真的吗？是', ['低秩适配[lora]。', '它很小。[lora]', '真的吗？', '是']],
  ['- **One** thing.\n2. `Two`\n\n# Three', ['One thing.', 'Two', 'Three']],
  ['<think>Hm. What now?</think>\nIt is so. Yes.', ['It is so.', 'Yes.']],
  ['<think>It never ends. Never.', []],
  ['Hu et al. wrote it. Adapters vs. heads.', ['Hu et al. wrote it.', 'Adapters vs. heads.']],
];

describe('sentences', () => {
  it.each(TEXTS)('of %j', (text, expected) => {
    expect(sentencesOf(text)).toEqual(expected);
  });

  it.each([1, 2, 3, 7])('are the same from pieces of %i letters', (size) => {
    for (const [text, expected] of TEXTS) {
      const reader = createSentenceReader();
      const read: string[] = [];
      for (let i = 0; i < text.length; i += size) read.push(...reader.push(text.slice(i, i + size)));
      expect([...read, ...reader.end()]).toEqual(expected);
    }
  });

  it('come as soon as the next one begins', () => {
    const reader = createSentenceReader();
    expect(reader.push('It is so. ')).toEqual([]);
    expect(reader.push('[lora]')).toEqual([]);
    expect(reader.push(' And')).toEqual(['It is so. [lora]']);
  });

  it.each([
    ['It is so. [lora]', true],
    ['是的。', true],
    ['It is', false],
    ['It is so [lora]', false],
  ])('%s whole: %s', (sentence, whole) => {
    expect(isWhole(sentence)).toBe(whole);
  });
});
