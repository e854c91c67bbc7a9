// Questions about concepts in Discord: commands, mentions, direct messages that go on, buttons, and answers that grow while a language
// model writes them.

import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createEngine, type LanguageModel, UserError } from '../../../src/engine/index.js';
import type { Channel, Message, SayExtras, User } from '../../support/discord/index.js';
import {
  type BotTest,
  type BotTestOptions,
  expectQuiet,
  offeredBy,
  startBotTest,
  teachSupport,
} from '../../support/discord-bot.js';
import { createFakeModel } from '../../support/language-model/fake.js';

const engine = createEngine({ encoder: 'hashing', backend: 'wasm' });
afterAll(() => engine.close());

let test: BotTest;
afterEach(async () => {
  expectQuiet(test);
  await test.end();
});

/** A bot whose concept questions meet the real vectors. */
async function start(options: BotTestOptions = {}): Promise<void> {
  test = await startBotTest(options);
  test.engine.embed = engine.embed;
}
const conceptAsk = (question: string) => test.discord.slash(test.member, test.channel, 'concept ask', { question });

async function say(user: User, channel: Channel, text: string, extras: SayExtras = {}): Promise<Message> {
  const said = test.discord.say(user, channel, text, extras);
  return test.discord.until(`an answer to ${text}`, () =>
    test.discord.messages(channel, user).find(({ replyTo }) => replyTo === said),
  );
}

describe('without a language model', () => {
  it('/concept ask answers for everyone, with the sources and buttons of related topics', async () => {
    await start();
    const asked = conceptAsk('what is LoRA?');
    const reply = await asked.reply();
    expect(reply.content).toMatch(
      /^LoRA stands for Low-Rank Adaptation\. .*\nOften mixed up: .*\nsource: Hu et al\. 2021.*<https:\/\/arxiv\.org\/abs\/2106\.09685>$/s,
    );
    expect(reply.ephemeral).toBe(false);
    expect(offeredBy(reply)).toEqual(['LoRA or full fine-tuning', 'LoRA or adapter', 'QLoRA']);
    const next = await test.discord.click(test.member, reply, 'QLoRA').reply();
    expect(next.content).toMatch(/^QLoRA is LoRA on top of a base model/);
    expect(reply.content).toMatch(/^LoRA stands for/);
  });

  it('refuses what it does not know, with the nearest topics as buttons', async () => {
    await start();
    const reply = await conceptAsk('how do I bake bread?').reply();
    expect(reply.content).toMatch(/^I don't know that one/);
    expect(offeredBy(reply)).toHaveLength(3);
  });

  it('a mention is answered, in the language of the question, beside the tasks of the server', async () => {
    await start();
    await teachSupport(test, 3);
    const { member, channel } = test;
    const mention = (text: string) => say(member, channel, text, { mentionBot: true });
    expect((await mention('what is LoRA?')).content).toMatch(/^LoRA stands for/);
    expect((await mention('什么是 LoRA？')).content).toMatch(/^LoRA 是 /);
    expect((await mention('charged three times?')).content).toMatch(/^\*\*billing/);
  });

  it('a direct message goes on from the question before', async () => {
    await start();
    const { discord, member } = test;
    const dm = discord.dm(member);
    expect((await say(member, dm, 'what is LoRA?')).content).toMatch(/^LoRA stands for/);
    const next = await say(member, dm, 'and how does it differ from adapters?');
    expect(next.content).toMatch(/^Both freeze the base and train little/);
  });
});

const FIRST = 'LoRA stands for Low-Rank Adaptation [lora].';
const FALSE = 'It was invented by Google.';
const SECOND = 'The pre-trained weights stay frozen [lora].';

/** Writes one piece whenever the test lets it. */
function writingModel(): { model: LanguageModel; write(text: string): void; finish(): void; fail(): void } {
  const fake = createFakeModel({ contextSize: 8192 });
  let [write, finish, fail] = [(_: string): void => {}, (): void => {}, (): void => {}];
  const model: LanguageModel = {
    ...fake,
    generate: (_, { onText }) =>
      new Promise((resolve, reject) => {
        let text = '';
        write = (piece) => {
          text += piece;
          onText?.(piece);
        };
        finish = () => resolve({ text, finish: 'stop' });
        fail = () => reject(new UserError('language-model', 'The server is gone.'));
        begun();
      }),
  };
  let begun = (): void => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const after = (call: () => void) => void beginning.then(call);
  return {
    model,
    write: (text) => after(() => write(text)),
    finish: () => after(() => finish()),
    fail: () => after(() => fail()),
  };
}

describe('with a language model', () => {
  it('the answer grows sentence by sentence, checked, until the reply replaces it', async () => {
    const { model, write, finish } = writingModel();
    await start({ languageModel: model });
    const asked = conceptAsk('what is LoRA?');
    write(`${FIRST} ${FALSE} `);
    write('The');
    await test.discord.until('a beginning', () => asked.edits[0]);
    expect(asked.edits[0]!.content).toBe(`LoRA stands for Low-Rank Adaptation \\[lora\\]. …`);
    write(`${SECOND.slice(3)} And`);
    await test.discord.until('more of it', () => asked.edits[1]);
    expect(asked.edits[1]!.content).toContain('stay frozen');
    expect(asked.edits[1]!.atMs - asked.edits[0]!.atMs).toBeGreaterThanOrEqual(1400);
    finish();
    await test.discord.until('the reply', () => asked.edits[2]);
    const reply = await asked.reply();
    expect(reply.content).toMatch(
      /^LoRA stands for Low-Rank Adaptation \\\[lora\\\]\. The pre-trained weights stay frozen \\\[lora\\\]\.\n-# written by the language model fake from the entries LoRA \\\[lora\\\]\nsource: Hu et al/,
    );
    expect(asked.edits.map(({ content }) => content).join('\n')).not.toContain('Google');
    expect(offeredBy(reply)).toContain('QLoRA');
  });

  it('that fails in the middle, the plain answer replaces what it wrote', async () => {
    const { model, write, fail } = writingModel();
    await start({ languageModel: model });
    const asked = conceptAsk('what is LoRA?');
    write(`${FIRST} The`);
    await test.discord.until('a beginning', () => asked.edits[0]);
    fail();
    const reply = await test.discord.until('the plain answer', () =>
      test.discord.messages(test.channel).find(({ content }) => content.includes('a printed book')),
    );
    expect(reply.content).toMatch(/^The language model does not answer \(The server is gone\.\); .*\nLoRA stands for/);
    expect(reply.content).not.toMatch(/…$/);
  });

  it('a mention and a direct message grow, too', async () => {
    for (const place of ['channel', 'dm'] as const) {
      const { model, write, finish } = writingModel();
      await start({ languageModel: model });
      const { discord, member } = test;
      const channel = place === 'dm' ? discord.dm(member) : test.channel;
      write(`${FIRST} ${FALSE} The`);
      const answer = await say(member, channel, 'what is LoRA?', { mentionBot: place === 'channel' });
      expect(answer.content).toBe('LoRA stands for Low-Rank Adaptation \\[lora\\]. …');
      write(SECOND.slice(3));
      finish();
      await discord.until('the reply', () => answer.content.includes('-# written by'));
      expect(answer.content).toMatch(/^LoRA stands for .* stay frozen .*\n-# written by .*\nsource: Hu et al/);
      expect(offeredBy(answer)).toContain('QLoRA');
      expect(discord.messages(channel, member).filter(({ author }) => author.bot)).toHaveLength(1);
      if (place === 'channel') {
        expectQuiet(test);
        await test.end();
      }
    }
  });

  it('a quick one is answered at once', async () => {
    await start({ languageModel: createFakeModel({ contextSize: 8192, answer: () => `${FIRST} ${SECOND}` }) });
    // The base is read with the first question.
    await conceptAsk('what is overfitting?').reply();
    const asked = conceptAsk('what is LoRA?');
    expect((await asked.reply()).content).toContain('-# written by the language model');
    expect(asked.edits).toEqual([]);
  });
});
