// The advisor and the doctor in sentences: one each, with the figures behind it.

import { describe, expect, it } from 'vitest';
import { adviceLines, methodAdvice } from '../../src/bot/advice.js';
import { findingLine } from '../../src/bot/findings.js';
import { wordsIn } from '../../src/bot/format.js';
import { textOf } from '../../src/bot/parts.js';
import { adviceOf, reportCard } from '../../src/bot/report-card.js';
import { type DataFacts, diagnose } from '../../src/engine/index.js';
import { facts, record, rung, separated, shotsEach } from '../support/facts.js';

const english = wordsIn('en');
const chinese = wordsIn('zh');

describe('advice', () => {
  it('is a sentence on size, likeness, method, encoder and what to teach next', () => {
    const data = facts({
      counts: [
        { label: 'billing', examples: 12 },
        { label: 'bug', examples: 4 },
        { label: 'praise', examples: 4 },
      ],
      examples: 20,
      shots: { least: 4, mean: 20 / 3, most: 12 },
      separation: { method: 'head', accuracy: 0.71, chance: 0.6, aboveChance: 0.275 },
      mixedUp: [{ a: 'bug', b: 'praise', count: 1 }],
    });
    expect(adviceLines(english, data)).toEqual([
      '20 examples in 3 labels: 6.7 a label on average, 4 to 12.',
      'The encoder embedded does not tell these labels apart well: as it is, it gets 71 % of held-out examples right (always saying the most frequent label: 60 %).',
      'Method: LoRA, since 6.7 examples a label are few and the encoder does not tell them apart well (71 % right as it is): a small change inside it may.',
      'Encoder: a sentence encoder of the BERT family may know such texts better than embedded (71 % right as it is); HANDFUL_ENCODER=sentence-transformers/all-MiniLM-L6-v2, then /model train compares.',
      'Teach next: bug, which has 4 examples; up to about 10 a label each one more helps most.',
      'Teach next: examples that tell bug from praise, taken for one another 1 time.',
    ]);
  });

  it('says when nothing was measured', () => {
    expect(adviceLines(english, facts({ unlabelled: 1 }))).toEqual([
      '30 examples in 3 labels: 10 a label on average, 10 to 10.',
      'Nothing was measured yet, so this goes by the examples alone; /model train measures.',
      'Method: head to begin with, on 10 examples a label; what comes then is for /model train to find out.',
      'Label next: 1 text waits in /review.',
    ]);
  });

  it.each<[string, Partial<DataFacts>, string]>([
    [
      'known',
      { separation: separated(0.9) },
      'Method: head, since 10 examples a label are few and the encoder knows such texts (93 % right as it is).',
    ],
    [
      'many and known',
      { ...shotsEach(60), separation: separated(0.9) },
      'Method: LoRA, since 60 examples a label are many and the encoder knows such texts (93 % right as it is): a small change is enough.',
    ],
    [
      'many and unknown',
      { ...shotsEach(60), separation: separated(0.4) },
      'Method: full, since 60 examples a label are many and the encoder does not tell them apart well (60 % right as it is): they are enough to change all of it.',
    ],
    [
      'of unknown tokens',
      { unknownShare: 0.5 },
      'Method: LoRA, since 10 examples a label are few and the encoder does not tell them apart well (50 % of the tokens unknown): a small change inside it may.',
    ],
    [
      'that cannot be tuned on',
      { tunable: false, encoder: 'static-en-zh' },
      'Method: head, since the encoder static-en-zh has nothing inside that could be tuned on such texts (10 examples a label).',
    ],
    [
      'too few',
      { ...shotsEach(1), counts: [{ label: 'bug', examples: 1 }] },
      'Method: in context, until each label has two examples (bug has 1).',
    ],
  ])('on the method for data %s', (_, changes, sentence) => {
    // What the method is called is a matter of the catalogue.
    const named = sentence.replace('Method: full', `Method: ${english.say('method.full')}`);
    expect(methodAdvice(english, facts(changes))).toBe(named);
  });

  it('on Chinese texts, in Chinese', () => {
    const lines = adviceLines(chinese, facts({ encoder: 'use-lite', scripts: { latin: 0.1, han: 0.9, other: 0 } }));
    expect(lines).toContain(
      '编码器：embedded（HANDFUL_ENCODER=embedded），因为 90% 的字是汉字，而 use-lite 不懂中文。',
    );
    const strange = facts({ scripts: { latin: 0.1, han: 0.9, other: 0 }, separation: separated(0.5) });
    expect(adviceLines(chinese, strange)).toContain(
      '编码器：用 BERT 一类的多语言编码器，因为 90% 的字不是拉丁字母；设 HANDFUL_ENCODER=intfloat/multilingual-e5-small，再用 /model train 比较。',
    );
  });
});

describe('findings', () => {
  const all = diagnose({
    record: record({
      rungs: [rung('head', 0.8), rung('lora', 0.78, -0.1)],
      trainAccuracy: 1,
      suspects: [{ text: 't', label: 'bug', suggested: 'billing', probability: 0.9 }],
      sameMeaning: [{ a: 'bug', b: 'billing', asB: 5, asA: 6, examples: 24, nearerToOther: 11 }],
    }),
    facts: facts({
      counts: [
        { label: 'billing', examples: 40 },
        { label: 'bug', examples: 4 },
      ],
      imbalance: 10,
      duplicates: { exact: 2, near: 3 },
      unknownShare: 0.25,
    }),
  });

  it('are a sentence each, with the figures', () => {
    expect(all.map((finding) => findingLine(english, finding))).toEqual([
      'Too little data: bug 4; below 10 a label, each one more helps most.',
      'The same text under different labels: 2 examples exactly, 3 nearly; no answerer can get both right.',
      'Uneven: billing has 40 examples, bug 4 (10.0 times as many).',
      'The encoder embedded does not know 25 % of the tokens; /model advise names another.',
      'bug and billing may mean the same: 5 and 6 examples answered as the other, 11 of 24 nearer to the other label; say how they differ (/task edit describe:) or drop one.',
      'Labels that look wrong: 1 of 30 held-out examples.',
      'Learned by heart: head gets 100 % of what it learned from right and 80 % of what it did not see; more varied examples help most.',
      'Tuning won nothing: beside what answers, LoRA won 4 held-out examples and lost 5; mend the data first, then try another method.',
    ]);
  });

  it('are said in Chinese without a word of English but names and commands', () => {
    const names = /billing|bug|embedded|LoRA|\/[a-z]+ [a-z]+(?: [a-z]+:)?/g;
    for (const finding of all) expect(findingLine(chinese, finding).replace(names, '')).not.toMatch(/[a-z]{2,}/i);
  });

  it('name some of many labels', () => {
    const [finding] = diagnose({ record: null, facts: facts(shotsEach(3, 9)) });
    expect(findingLine(english, finding!)).toBe(
      'Too little data: label 0 3, label 1 3, label 2 3, label 3 3, label 4 3…; below 10 a label, each one more helps most.',
    );
  });

  it('send people to a search last', () => {
    const missed = record({ rungs: [rung('head', 0.6), rung('lora', 0.62, 0.1)], chosen: 'lora' });
    const [finding] = diagnose({ record: missed, facts: facts(shotsEach(30)) });
    expect(findingLine(english, finding!)).toBe(
      'The data looks fine; other settings of LoRA are left to try: /model train method:search',
    );
  });
});

describe('the report card', () => {
  const measured = facts({ ...shotsEach(10), separation: separated(0.7) });

  it('ends with a sentence of the advisor and the worst finding', () => {
    const made = record({ facts: measured, trainAccuracy: 1 });
    const told = [
      'Method: LoRA, since 10 examples a label are few and the encoder does not tell them apart well (80 % right as it is): a small change inside it may.',
      'Learned by heart: head gets 100 % of what it learned from right and 80 % of what it did not see; more varied examples help most.',
    ];
    expect(adviceOf(english, made)).toEqual(told);
    const card = textOf(reportCard(english, made)).split('\n');
    expect(card.slice(-4, -1)).toEqual(['more examples of bug would help most', ...told]);
  });

  it('of a record that is older than the advisor stays as it was', () => {
    expect(adviceOf(english, record())).toEqual([]);
  });
});
