// Answers to concept questions that a language model words: from the entries alone, checked, streamed, and the plain answer whenever
// that fails.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { type ConceptReply, replyToJson } from '../../../src/bot/reply.js';
import { createEngine, type LanguageModel, UserError } from '../../../src/engine/index.js';
import { groundedPrompt } from '../../../src/prompts/index.js';
import { INJECTIONS } from '../../prompts/injections.js';
import { createTestChat, type TestChat } from '../../support/chat.js';
import { createFakeModel, type FakeModelOptions } from '../../support/language-model/fake.js';
import { textOfPrompt } from '../../support/language-model/reading.js';
import { startModelServer } from '../../support/language-model/server.js';

const engine = createEngine({ encoder: 'hashing', backend: 'wasm' });
afterAll(() => engine.close());

async function chatWith(languageModel: LanguageModel): Promise<TestChat> {
  const chat = await createTestChat({ languageModel });
  chat.engine.embed = engine.embed;
  return chat;
}
const modelThat = (says: string, options: FakeModelOptions = {}) =>
  createFakeModel({ answer: () => says, contextSize: 8192, ...options });

const TRUE_ONE = 'LoRA stands for Low-Rank Adaptation [lora].';
const TRUE_TWO = 'The pre-trained weights stay frozen, and each chosen matrix gets a trained correction. [lora]';
const FALSE_ONE = 'It was invented by Google.';
const CHINESE = '预训练权重保持冻结[lora]。训练后可以把 BA 并入 W，作答时不增加开销[lora]。';

/** A chat, its reply to one question, and what was streamed. */
async function ask(languageModel: LanguageModel, question = 'what is LoRA?') {
  const chat = await chatWith(languageModel);
  const partials: string[] = [];
  const reply = (await chat.say(`/concept ${question}`, {
    onPartial: (text) => partials.push(text),
  })) as ConceptReply;
  return { chat, reply, partials };
}

const expectPlain = (reply: ConceptReply): void => {
  expect(reply).toMatchObject({ grounded: false, ids: ['lora'], answer: expect.stringContaining('a printed book') });
  expect(reply.text).not.toContain('written by the language model');
};

describe('an answer that the entries support', () => {
  it('is told with who wrote it, the entries it is from, and their sources', async () => {
    const { reply } = await ask(modelThat(`${TRUE_ONE} ${TRUE_TWO}`));
    expect(reply.text).toMatch(
      /^LoRA stands for Low-Rank Adaptation \[lora\]\. The pre-trained .* \[lora\]\nwritten by the language model fake from the entries LoRA \[lora\]\nsource: Hu et al\. 2021.*2106\.09685$/,
    );
    expect(replyToJson(reply)).toMatchObject({ answered: true, grounded: true, answer: `${TRUE_ONE} ${TRUE_TWO}` });
    expect(reply.choices?.map(({ label }) => label)).toContain('QLoRA');
  });

  it('is in the language of the question', async () => {
    const model = modelThat(CHINESE);
    const { reply, partials } = await ask(model, '什么是 LoRA');
    expect(reply).toMatchObject({ grounded: true, answer: CHINESE, language: 'zh' });
    expect(reply.text).toContain('\n由语言模型 fake 根据条目 LoRA（低秩适配） [lora] 写成\n来源：');
    expect(partials).toEqual([`${CHINESE.split('。')[0]}。`, CHINESE]);
    expect(textOfPrompt(model.prompts[0]!)).toContain('条目 [lora] LoRA（低秩适配）：');
  });

  it('may come from several entries, all of them named', async () => {
    const says = `An adapter is a small module between layers [adapter]. LoRA can be merged into the base [lora-vs-adapter].`;
    const { reply } = await ask(modelThat(says), 'what is the difference between LoRA and adapters?');
    expect(reply).toMatchObject({ grounded: true, answer: says });
    expect(reply.smallPrint).toMatch(/LoRA or adapter \[lora-vs-adapter\], Adapter.* \[adapter\]$/);
    expect(reply.text).toContain('Houlsby et al.');
  });

  it('is asked with the entries and the question as data', async () => {
    const model = modelThat(TRUE_ONE);
    await ask(model);
    expect(model.prompts).toHaveLength(1);
    const [prompt] = model.prompts.map(textOfPrompt);
    expect(prompt).toContain('Entry [lora] LoRA:\n"""\nLoRA stands for');
    expect(prompt).toMatch(/\[user\]\nQuestion:\n"""\nwhat is LoRA\?\n"""$/);
  });
});

describe('what the entries do not support', () => {
  it('is dropped, and never streamed', async () => {
    const { reply, partials } = await ask(modelThat(`${TRUE_ONE} ${FALSE_ONE} ${TRUE_TWO}`));
    expect(reply).toMatchObject({ grounded: true, answer: `${TRUE_ONE} ${TRUE_TWO}` });
    expect(partials).toEqual([TRUE_ONE, `${TRUE_ONE} ${TRUE_TWO}`]);
  });

  it.each([
    [
      'more than half of it is',
      `${TRUE_ONE} ${FALSE_ONE} It is used by every bank in Paris, London and New York today.`,
    ],
    ['all of it is', 'Bananas are yellow. They grow in warm countries.'],
    ['it is in another language', CHINESE],
    ['it turns to another language', `${TRUE_ONE} ${TRUE_TWO} ${CHINESE} ${TRUE_TWO}`],
    ['it says nothing', ''],
    ['it only thinks', `<think>${TRUE_ONE} ${TRUE_TWO}`],
  ])('gives way to the plain answer where %s', async (_, says) => {
    expectPlain((await ask(modelThat(says))).reply);
  });

  it('is the sentence that breaks off at the end, too', async () => {
    const long = `${TRUE_ONE} ${TRUE_TWO} Afterwards BA can be added into W${' and W'.repeat(400)}`;
    expect((await ask(modelThat(long))).reply.answer).toBe(`${TRUE_ONE} ${TRUE_TWO}`);
  });

  it('is a repetition', async () => {
    const { reply } = await ask(modelThat(`${TRUE_ONE} `.repeat(50)));
    expect(reply.answer).toBe(TRUE_ONE);
  });
});

describe('a question that gives orders', () => {
  const entries = [{ id: 'lora', title: 'LoRA', text: 'LoRA stands for Low-Rank Adaptation.' }];

  it.each(INJECTIONS)('stays inside its fence: %j', (question) => {
    for (const language of ['en', 'zh'] as const) {
      const [system, user] = groundedPrompt({ question, language, entries });
      const fence = /"{3,}/.exec(system!.content)![0];
      const [harmless] = groundedPrompt({ question: 'what is LoRA?', language, entries });
      expect(system!.content.replaceAll(fence, '"""')).toBe(harmless!.content);
      const [head, open, ...rest] = user!.content.split('\n');
      expect([head, open, rest.at(-1)]).toEqual([language === 'en' ? 'Question:' : '问题：', fence, fence]);
      expect(rest.slice(0, -1)).not.toContain(fence);
    }
  });

  it('gets nothing out of a model that obeys it', async () => {
    const obedient = createFakeModel({
      contextSize: 100_000,
      answer: (prompt) => `PWNED. ${textOfPrompt(prompt).split('Question:').at(-1)} PWNED.`,
    });
    const chat = await chatWith(obedient);
    const { grounder, concepts } = chat.handful.services;
    const found = await concepts.find('local', { question: 'what is LoRA?', language: 'en' });
    for (const order of INJECTIONS) {
      const partials: string[] = [];
      const asked = { ...found, question: `what is LoRA? ${order}` };
      const { answer } = await grounder!.answer({
        space: 'local',
        found: asked,
        onPartial: (text) => partials.push(text),
      });
      expect([answer?.text ?? '', ...partials].join('\n'), order).not.toContain('PWNED');
    }
    expect(obedient.prompts).toHaveLength(INJECTIONS.length);
  });
});

describe('a language model that fails', () => {
  const OFF = () => new UserError('language-model', 'The language model server localhost cannot be reached.');

  it('is told once an outage; the entries answer until it is back', async () => {
    let error: Error | null = OFF();
    const { chat, reply } = await ask(modelThat(TRUE_ONE, { error: () => error }));
    expectPlain(reply);
    expect(reply.text).toMatch(
      /^The language model does not answer \(.*cannot be reached\.\); until it is back, .*\nLoRA stands for/,
    );
    chat.clock.advance(60_000);
    expect((await chat.say('/concept what is LoRA?')).text).toMatch(/^LoRA stands for/);
    error = null;
    chat.clock.advance(60_000);
    expect(await chat.say('/concept what is LoRA?')).toMatchObject({ grounded: true });
  });

  it('is a bug in the log when it is ours, and still no error to the person', async () => {
    const { chat, reply } = await ask(modelThat(TRUE_ONE, { error: () => new TypeError('x is not a function') }));
    expectPlain(reply);
    expect(reply.text).not.toContain('x is not');
    expect(chat.logged.join('\n')).toContain('x is not a function');
  });

  /** Writes so much, then nothing more until it is stopped. */
  const stuckAfter = (text: string): LanguageModel => ({
    ...modelThat(''),
    ready: async () => ({ contextSize: 8192, canScore: false }),
    generate: (_, { onText, signal }) =>
      new Promise((_resolve, reject) => {
        onText?.(text);
        signal?.addEventListener('abort', () => reject(new UserError('cancelled', 'cancelled')));
      }),
  });

  it.each([
    ['nothing', '', false],
    ['something', `${TRUE_ONE} ${TRUE_TWO} Af`, true],
  ])('keeps nobody waiting after it wrote %s', async (_, text, grounded) => {
    const chat = await chatWith(stuckAfter(text));
    const asked = chat.say('/concept what is LoRA?');
    let replied = false;
    void asked.then(() => {
      replied = true;
    });
    while (!replied) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      chat.clock.advance(1000);
    }
    const reply = (await asked) as ConceptReply;
    expect(reply.grounded).toBe(grounded);
    if (!grounded) expect(reply.text).toContain('It took longer than 30 seconds.');
  });

  it('is not asked when the entries do not fit its context', async () => {
    const model = modelThat(TRUE_ONE, { contextSize: 400 });
    expectPlain((await ask(model)).reply);
    expect(model.prompts).toEqual([]);
  });
});

describe('a language model', () => {
  it('is not asked what the base does not know', async () => {
    const model = modelThat(TRUE_ONE);
    const { reply } = await ask(model, 'how do I bake bread?');
    expect(reply).toMatchObject({ answered: false, grounded: false });
    expect(model.prompts).toEqual([]);
  });

  it('words topics of a community from their own entries', async () => {
    const says = 'We label by team, not by product.';
    const chat = await chatWith(modelThat(says));
    await chat.say('/concept add title:"House style" text:"We label by team, not by product. Ask Mona."');
    expect(await chat.say('/concept what is our house style?')).toMatchObject({ grounded: true, answer: says });
  });

  it('is mentioned nowhere when there is none', async () => {
    const chat = await createTestChat();
    chat.engine.embed = engine.embed;
    expect(replyToJson(await chat.say('/concept what is LoRA?'))).not.toHaveProperty('grounded');
  });
});

describe('handful concept --json', () => {
  const BIN = fileURLToPath(new URL('../../../bin/handful.js', import.meta.url));
  const concept = (url: string): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const { HOME, PATH } = process.env;
      const env = { HOME, PATH, HANDFUL_ENCODER: 'hashing', HANDFUL_BACKEND: 'wasm', HANDFUL_LLM: url };
      execFile(process.execPath, [BIN, 'concept', 'what is LoRA?', '--json'], { env }, (error, stdout) =>
        error === null ? resolve(JSON.parse(stdout)) : reject(error),
      );
    });

  it('says whether the model that is configured wrote the answer', async () => {
    const server = await startModelServer();
    try {
      server.odds = () => ({ [`${TRUE_ONE} ${FALSE_ONE} ${TRUE_TWO}`]: 1 });
      const url = `${server.url}#test-model`;
      expect(await concept(url)).toMatchObject({ answered: true, grounded: true, answer: `${TRUE_ONE} ${TRUE_TWO}` });
      server.odds = () => ({ [FALSE_ONE]: 1 });
      expect(await concept(url)).toMatchObject({
        answered: true,
        grounded: false,
        answer: expect.stringContaining('a printed book'),
      });
    } finally {
      await server.close();
    }
  });
});
