// The shipped base with the real vectors: stories, and the figures of the part that the weights were tuned on.

import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createFinder, type Found } from '../../../src/bot/concepts/find.js';
import { takesLine } from '../../../src/bot/concepts/line.js';
import { createEngine } from '../../../src/engine/index.js';

const engine = createEngine({ encoder: 'hashing', backend: 'wasm' });
afterAll(() => engine.close());
const finder = createFinder(engine);
const find = async (question: string, last: readonly string[] = []): Promise<Found> =>
  finder.find(await finder.shipped(), { question, language: 'en', last });
const idsOf = ({ shown }: Found): string[] => shown.map(({ id }) => id);

interface Asked {
  readonly question: string;
  readonly ids: readonly string[];
  readonly part: string;
}
const TUNE = readFileSync(new URL('../../../data/concepts/questions.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Asked)
  .filter(({ part }) => part === 'tune');
const texts = (file: string): string[] =>
  readFileSync(new URL(`../../../data/samples/${file}/test.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).text);

describe('a question', () => {
  it.each([
    ['what is LoRA?', 'lora', 'en'],
    ['lora是啥', 'lora', 'zh'],
    ['LoRA 是什么', 'lora', 'zh'],
    ['ptuning v2', 'p-tuning-v2', 'en'],
    ['P-tuning v2 是什么', 'p-tuning-v2', 'zh'],
    ['catastropic forgeting', 'catastrophic-forgetting', 'en'],
    ['what are hyperparamters', 'hyper-parameters', 'en'],
    ['finetune 是啥', 'fine-tuning', 'zh'],
    ['explain in-context learning', 'in-context-learning', 'en'],
    ['数据量不够怎么办', 'not-enough-data', 'zh'],
    ['LLM 的 hallucination 是什么', 'hallucination', 'zh'],
  ])('%s is answered by %s in %s', async (question, id, language) => {
    const found = await find(question);
    expect({ first: idsOf(found)[0], answered: found.answered, language: found.language }).toEqual({
      first: id,
      answered: true,
      language,
    });
  });

  it.each([
    'LoRA vs adapter',
    'what is the difference between LoRA and adapters?',
    'LoRA和适配器的区别',
    '用 LoRA 还是适配器',
  ])('%s brings the comparison first, then both', async (question) => {
    expect(idsOf(await find(question))).toEqual(['lora-vs-adapter', 'lora', 'adapter']);
  });

  it('on two topics that nothing compares brings both', async () => {
    const found = await find('what is the difference between distillation and quantisation?');
    expect(idsOf(found).sort()).toEqual(['distillation', 'quantisation']);
    expect(found.answered).toBe(true);
  });

  it.each([
    'how do I cook rice',
    '怎么做红烧肉',
    'what is the range of a LoRa radio?',
    'hello',
    '?',
    'what is',
    'asdf qwer',
  ])('%s is refused', async (question) => expect((await find(question)).answered).toBe(false));

  it('that is the title of any topic is answered by that topic, in both languages', async () => {
    for (const concept of await finder.concepts()) {
      for (const { title } of Object.values(concept.texts)) {
        const found = await find(title);
        expect({ title, first: idsOf(found)[0], answered: found.answered }).toEqual({
          title,
          first: concept.id,
          answered: true,
        });
      }
    }
  });

  it.each([
    ['and how does it differ from adapters?', ['lora-vs-adapter', 'lora', 'adapter']],
    ['那它和适配器有什么区别', ['lora-vs-adapter', 'lora', 'adapter']],
    ['and what about its rank?', ['lora-rank']],
    ['and what is dropout?', ['regularisation']],
  ])('%s goes on from LoRA', async (question, ids) => {
    const found = await find(question, ['lora']);
    expect({ ids: idsOf(found), answered: found.answered }).toEqual({ ids, answered: true });
  });
});

describe('the questions that the weights were tuned on', () => {
  it('are answered and refused as often as was said', async () => {
    const asked = await Promise.all(TUNE.map(async (row) => ({ ...row, found: await find(row.question) })));
    const good = asked.filter(({ ids }) => ids.length > 0);
    const bad = asked.filter(({ ids }) => ids.length === 0);
    const share = (rows: typeof asked, is: (row: (typeof asked)[number]) => boolean): number =>
      rows.filter(is).length / rows.length;
    expect(share(good, ({ ids, found }) => ids.includes(found.ranked[0]!.id))).toBeGreaterThan(0.9);
    expect(
      share(good, ({ ids, found }) => found.ranked.slice(0, 3).some(({ id }) => ids.includes(id))),
    ).toBeGreaterThan(0.96);
    expect(share(bad, ({ found }) => !found.answered)).toBeGreaterThan(0.9);
    expect(share(good, ({ found }) => !found.answered)).toBeLessThan(0.03);
    expect(share(good, ({ question, found }) => takesLine(question, found, false))).toBeGreaterThan(0.85);
  });

  it.each(['support', 'community', 'support-zh'])('are not mistaken for the texts of a task: %s', async (sample) => {
    const taken = [];
    for (const text of texts(sample)) if (takesLine(text, await find(text), true)) taken.push(text);
    expect(taken).toEqual([]);
  });
});
