// Versions that ask a language model, in a chat: swapped in and out, with the model slow, off and back.

import { describe, expect, it } from 'vitest';
import { encodePrompt, type LanguageModel, UserError } from '../../src/engine/index.js';
import { createOpenAiModel } from '../../src/engine/language-model/openai-compatible.js';
import { createTestChat, type TestChat, teachSupport } from '../support/chat.js';
import { createFakeModel, type FakeModelOptions } from '../support/language-model/fake.js';
import { promptOf, textOfPrompt } from '../support/language-model/reading.js';
import { startModelServer } from '../support/language-model/server.js';

/** Says `billing` for whatever is asked, unless the test says otherwise. */
const modelFor = (options: FakeModelOptions = {}) =>
  createFakeModel({ score: (_, continuation) => (continuation.trim() === 'billing' ? -0.1 : -3), ...options });

/** A chat in which version 1 of `support` asks the model. */
async function chatWith(languageModel: LanguageModel | null, options: { zh?: boolean } = {}): Promise<TestChat> {
  const chat = await createTestChat({ languageModel, ...(options.zh ? { language: 'zh' } : {}) });
  await teachSupport(chat, 2);
  await promoteVersion(chat, languageModel?.id ?? 'fake');
  return chat;
}

async function promoteVersion(chat: TestChat, model: string): Promise<void> {
  const { workspace, engine, runs } = chat.handful.services;
  await runs.settle();
  const task = await workspace.findTask('local');
  const data = { instruction: '', labels: task.labels, examples: [] };
  const run = { data, methods: 'auto', incumbent: 'in-context', target: 0.9, seed: 0, budgetSeconds: 1 } as const;
  const { record } = await engine.runCascade(run);
  const bytes = encodePrompt({
    model,
    way: 'few-shot*2',
    labels: task.labels.map(({ name }) => name),
    bias: task.labels.map(() => 0),
    temperature: 1,
  });
  const version = await workspace.addVersion(task, { method: 'prompt', record, bytes, by: 'ann', trainedOn: [] });
  await workspace.promote(task, version.number, 'ann');
}

const OFF = () => new UserError('language-model', 'The language model server localhost cannot be reached.');

describe('a version that asks a language model', () => {
  it('answers with the scores of the model, with demonstrations of the task', async () => {
    const model = modelFor();
    const chat = await chatWith(model);
    const reply = await chat.say('crash number one today');
    expect(reply).toMatchObject({
      by: { kind: 'version', method: 'prompt' },
      prediction: { label: 'billing', method: 'prompt' },
    });
    expect(reply.text).not.toContain('does not answer');
    const asked = promptOf(model, 'crash number one today');
    const prompt = textOfPrompt(asked);
    for (const text of ['charged one times', 'crash number two today', 'thanks two lovely']) {
      expect(prompt).toContain(`Text: ${text}\nLabel: `);
    }
  });

  it('abstains where the examples say that the text is out of scope', async () => {
    const chat = await chatWith(modelFor());
    expect(await chat.say('/ask zzz qqq')).toMatchObject({ prediction: { label: null, closest: 'billing' } });
  });

  it('is swapped in and out like any version', async () => {
    const model = modelFor();
    const chat = await chatWith(model);
    await chat.say('/model promote version:in-context');
    const before = model.prompts.length;
    expect(await chat.say('crash number one')).toMatchObject({
      by: { kind: 'in-context' },
      prediction: { label: 'bug' },
    });
    expect(model.prompts.length).toBe(before);
    await chat.say('/model promote version:1');
    expect(await chat.say('crash number one')).toMatchObject({ by: { number: 1 }, prediction: { label: 'billing' } });
  });

  it('knows the newest examples at once', async () => {
    const model = modelFor();
    const chat = await chatWith(model);
    await chat.say('the invoice number is missing => billing');
    await chat.say('the invoice number');
    expect(textOfPrompt(promptOf(model, 'the invoice number'))).toContain('the invoice number is missing');
  });

  it('says nothing of other spaces', async () => {
    const model = modelFor();
    const chat = await chatWith(model);
    const elsewhere = { space: 'other', person: 'eve' };
    await chat.say('/task create name:secrets labels:"a, b"', elsewhere);
    await chat.say('the password is swordfish => a', elsewhere);
    await chat.say('charged swordfish password times');
    for (const prompt of model.prompts) expect(textOfPrompt(prompt)).not.toContain('the password is');
  });
});

describe('a language model that is off', () => {
  it('is told once an outage; the examples answer until it is back', async () => {
    let error: Error | null = OFF();
    const chat = await chatWith(modelFor({ error: () => error }));
    const first = await chat.say('crash number one');
    expect(first).toMatchObject({ kind: 'answer', by: { kind: 'in-context' }, prediction: { label: 'bug' } });
    expect(first.text).toMatch(
      /^The language model does not answer \(The language model server localhost cannot be reached\.\); I answer from examples alone until it is back\.\n/,
    );
    expect((await chat.say('crash number two')).text).not.toContain('does not answer');
    chat.clock.advance(60_000);
    expect((await chat.say('crash number two')).text).not.toContain('does not answer');
    error = null;
    chat.clock.advance(60_000);
    expect(await chat.say('crash number two')).toMatchObject({ by: { kind: 'version' } });
    error = OFF();
    expect((await chat.say('crash number two')).text).toContain('does not answer');
  });

  it('is left alone for a while', async () => {
    const model = modelFor({ error: OFF });
    const chat = await chatWith(model);
    await chat.say('crash number one');
    const calls = model.describe().usage.failures;
    await chat.talk('crash number one', 'crash number two');
    expect(model.describe().usage.failures).toBe(calls);
    chat.clock.advance(60_000);
    await chat.say('crash number one');
    expect(model.describe().usage.failures).toBeGreaterThan(calls);
  });

  it('is told in each space, and in Chinese', async () => {
    const chat = await chatWith(modelFor({ error: OFF }), { zh: true });
    expect((await chat.say('crash number one')).text).toMatch(
      /^语言模型没有应答（.+）；在它恢复之前，我只根据样本回答。\n/,
    );
  });

  it('is a bug in the log when it is ours, and still no error to the person', async () => {
    const chat = await chatWith(modelFor({ error: () => new TypeError('x is not a function') }));
    const reply = await chat.say('crash number one');
    expect(reply.kind).toBe('answer');
    expect(reply.text).not.toContain('x is not a function');
    expect(chat.logged.join('\n')).toContain('x is not a function');
  });

  it('does not keep people waiting', async () => {
    // Never answers; the fake heeds the signal that ends the wait.
    const model = modelFor();
    const stuck: LanguageModel = {
      ...model,
      chooseAmong: (_prompt, _options, call) =>
        new Promise((_, reject) =>
          call?.signal?.addEventListener('abort', () => reject(new UserError('cancelled', 'cancelled'))),
        ),
    };
    const chat = await chatWith(stuck);
    const waiting = chat.say('crash number one');
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    chat.clock.advance(31_000);
    const reply = await waiting;
    expect(reply).toMatchObject({ kind: 'answer', by: { kind: 'in-context' } });
    expect(reply.text).toContain('It took longer than 30 seconds.');
  });
});

describe('a real server behind the version', () => {
  it('answers, is off in the middle of a conversation, and is back', async () => {
    const server = await startModelServer();
    server.odds = () => ({ billing: 0.8, bug: 0.1, praise: 0.05 });
    const model = createOpenAiModel({ baseUrl: server.url, model: 'test-model', retries: { attempts: 1 } });
    try {
      const chat = await chatWith(model);
      expect(await chat.say('crash number one')).toMatchObject({
        by: { kind: 'version', method: 'prompt' },
        prediction: { label: 'billing' },
      });
      const before = server.requests.length;
      // One question, two orders; nothing is calibrated by further calls that cost money.
      expect(await chat.say('crash number two')).toMatchObject({ by: { kind: 'version' } });
      expect(server.requests.length).toBe(before + 2);
      server.faults.push({ kind: 'status', status: 500, body: 'out of order' });
      const off = await chat.say('crash number one');
      expect(off).toMatchObject({ by: { kind: 'in-context' }, prediction: { label: 'bug' } });
      expect(off.text).toMatch(
        /^The language model does not answer \(The language model server 127\.0\.0\.1:\d+ failed/,
      );
      chat.clock.advance(60_000);
      expect(await chat.say('crash number one')).toMatchObject({ by: { kind: 'version' } });
    } finally {
      await model.close();
      await server.close();
    }
  });
});

describe('a text that the model cannot read', () => {
  it('is answered by the examples, with the reason, and the next one by the model', async () => {
    const model = modelFor({ contextSize: 150 });
    const chat = await chatWith(model);
    const long = await chat.say(`crash ${'very '.repeat(200)}`);
    expect(long).toMatchObject({ by: { kind: 'in-context' } });
    expect(long.text).toMatch(/reads \d+ tokens at once here, and this prompt needs \d+ with a single example/);
    expect(await chat.say('crash number one')).toMatchObject({ by: { kind: 'version' } });
  });
});

describe('another language model than the one that was measured', () => {
  it('does not answer for it', async () => {
    const chat = await chatWith(null);
    const [first, second] = await chat.talk('crash number one', 'crash number one');
    expect(first).toContain('none is set up (HANDFUL_LLM)');
    expect(second).not.toContain('HANDFUL_LLM');
  });

  it('is named', async () => {
    const chat = await createTestChat({ languageModel: modelFor() });
    await teachSupport(chat, 2);
    await promoteVersion(chat, 'transformers-js:older');
    expect((await chat.say('crash number one')).text).toContain(
      'was measured with the language model transformers-js:older, and fake is set up',
    );
  });
});

describe('what people see of the language model', () => {
  it('state, calls and time in /model status', async () => {
    const chat = await chatWith(modelFor());
    await chat.say('crash number one');
    const { text } = await chat.say('/model status');
    expect(text).toContain('Language model fake: ready.');
    expect(text).toMatch(/\d+ calls \(0 failed\), \d+ tokens read/);
    const none = await createTestChat();
    await teachSupport(none, 2);
    expect((await none.say('/model status')).text).not.toContain('anguage model');
  });

  it('the very prompt in /prompt show', async () => {
    const model = modelFor();
    const chat = await chatWith(model);
    const shown = (await chat.say('/prompt show crash number one today')).text;
    await chat.say('crash number one today');
    const sent = textOfPrompt(promptOf(model, 'crash number one today'));
    expect(shown.startsWith(`${sent}\n\n(few-shot*2 prompt: 6 demonstrations, 0 left out, `)).toBe(true);
    expect(shown).toMatch(/\d+ tokens of fake\)$/);
  });

  it('a prompt within so many characters where there is no model, or it is off', async () => {
    for (const languageModel of [null, modelFor({ error: OFF })]) {
      const chat = await createTestChat({ languageModel });
      await teachSupport(chat, 2);
      const { text } = await chat.say('/prompt show crash number one');
      expect(text).toMatch(/Text: crash number one\nLabel:\n\n\(few-shot.* prompt: 6 demonstrations/);
    }
  });

  it('a sentence for a training that needs a model', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 2);
    expect(await chat.say('/model train method:prompt')).toMatchObject({ kind: 'error', code: 'bad-configuration' });
  });
});
