import { describe, expect, it } from 'vitest';
import { followUp } from '../../../src/bot/concepts/follow-up.js';
import { looksLikeQuestion, readQuestion } from '../../../src/bot/concepts/question.js';
import { stemOf, termsOf, wordsOf } from '../../../src/bot/concepts/terms.js';
import type { Concept } from '../../../src/bot/concepts/types.js';

describe('readQuestion', () => {
  it.each([
    ['What is LoRA?', 'LoRA', 'en'],
    ["what's an adapter in a transformer", 'adapter in a transformer', 'en'],
    ['can you explain catastrophic forgetting please', 'catastrophic forgetting', 'en'],
    ['tell me about prefix tuning', 'prefix tuning', 'en'],
    ['lora是啥', 'lora', 'zh'],
    ['微调是什么意思？', '微调', 'zh'],
    ['请问什么是提示学习', '提示学习', 'zh'],
    ['什么是 embedding', 'embedding', 'zh'],
    ['what is', 'what is', 'en'],
  ])('%s asks for %s in %s', (asked, topic, language) => {
    expect(readQuestion(asked)).toMatchObject({ topic, language });
  });

  it('has the language of the person where there are no letters', () => {
    expect(readQuestion('??', 'zh').language).toBe('zh');
  });

  it.each([
    ['lora vs adapters', ['lora', 'adapters']],
    ["what's the difference between SFT and continued pretraining", ['SFT', 'continued pretraining']],
    ['how is QLoRA different from LoRA?', ['QLoRA', 'LoRA']],
    ['LoRA和适配器的区别', ['LoRA', '适配器']],
    ['全量微调还是 LoRA', ['全量微调', 'LoRA']],
    ['小样本学习跟微调到底差在哪', ['小样本学习', '微调']],
  ])('%s compares %j', (asked, sides) => {
    expect(readQuestion(asked).sides).toEqual(sides);
  });

  it.each(['what is LoRA?', '微调和数据', 'how do I read a confusion matrix'])('%s compares nothing', (asked) => {
    expect(readQuestion(asked).sides).toBeNull();
  });
});

describe('looksLikeQuestion', () => {
  it.each(['LoRA?', 'what is lora', 'explain dropout', '微调是什么', 'lora 和适配器的区别', 'so how does it work'])(
    '%s is one',
    (line) => expect(looksLikeQuestion(line)).toBe(true),
  );
  it.each(['I was charged twice', 'the whatever button is broken', '这个月被重复扣费了', 'LoRA'])(
    '%s is none',
    (line) => expect(looksLikeQuestion(line)).toBe(false),
  );
});

describe('termsOf', () => {
  it('meets every way to write fine-tuning', () => {
    const all = ['fine-tuning', 'fine tuning', 'finetuning', 'fine-tuned', 'finetunes'].map((text) => {
      const { words, pairs } = termsOf(text);
      return [...words, ...pairs];
    });
    for (const terms of all) expect(terms).toContain(stemOf('finetune'));
  });

  it('meets both spellings', () => {
    expect(stemOf('quantization')).toBe(stemOf('quantisation'));
    expect(stemOf('adapters')).toBe(stemOf('adapter'));
  });

  it('cuts Chinese into words and pairs of characters', () => {
    const { words, pairs } = termsOf('适配器');
    expect([...words, ...pairs]).toEqual(expect.arrayContaining(['适配', '配器']));
  });

  it('leaves bare numbers and function words out', () => {
    expect(wordsOf('what is 1100 minus the 4 of 什么')).toEqual(['minus']);
  });
});

describe('followUp', () => {
  const text = (title: string) => ({ title, names: [], answer: '', mistake: null });
  const lora: Concept = {
    id: 'lora',
    texts: { en: text('LoRA'), zh: text('LoRA（低秩适配）') },
    related: [],
    compares: [],
    sources: [],
  };
  it.each([
    ['and how does it differ from adapters?', 'and how does  LoRA  differ from adapters?', 'instead'],
    ['那它和适配器有什么区别', '那 LoRA 和适配器有什么区别', 'instead'],
    ['and adapters?', 'LoRA  adapters?', 'otherwise'],
    ['那学习率呢', 'LoRA 学习率呢', 'otherwise'],
  ])('%s goes on', (asked, question, kind) => {
    expect(followUp(asked, lora)).toEqual({ kind, question });
  });

  it('leaves a question alone that goes on from nothing', () => {
    expect(followUp('what is dropout', lora)).toBeNull();
    expect(followUp('and how does it work?', null)).toBeNull();
  });
});
