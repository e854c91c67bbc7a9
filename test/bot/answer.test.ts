import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/engine/index.js';
import { createTestChat, teachSupport } from '../support/chat.js';

describe('a damaged version', () => {
  it('hands over to the newest good one before it, in the store too, and the chat says so once', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    await chat.say('charged differently => billing');
    await chat.handful.services.runs.settle();
    const { workspace } = chat.handful.services;
    const task = await workspace.findTask('local');
    expect(task.activeVersion).toBe(2);
    // A restart: nothing is loaded yet, and version 2 cannot be read any more.
    const predict = chat.engine.predict;
    chat.engine.predict = async (source, texts) => {
      if (source.key.endsWith('#2')) throw new UserError('damaged', 'Version 2 is damaged.');
      return predict(source, texts);
    };
    expect((await chat.say('charged')).text).toMatch(
      /^Version 2 of support could not be read \(checksum differs\)\. Now answering: version 1 \(LoRA\)\. \/model train makes a new one\.\nbilling/,
    );
    expect((await workspace.findTask('local')).activeVersion).toBe(1);
    expect((await chat.say('charged')).text).toMatch(/^billing/);
  });

  it('hands over to the examples when no version is good', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    const predict = chat.engine.predict;
    chat.engine.predict = async (source, texts) => {
      if (source.kind === 'checkpoint') throw new UserError('damaged', 'damaged');
      return predict(source, texts);
    };
    expect(await chat.say('charged')).toMatchObject({ by: { kind: 'in-context' }, prediction: { label: 'billing' } });
  });
});

describe('an answer in context', () => {
  it('knows the newest examples at once', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    expect(await chat.say('invoice')).toMatchObject({ prediction: { label: null } });
    await chat.say('the invoice is wrong => billing');
    expect(await chat.say('invoice')).toMatchObject({ prediction: { label: 'billing' } });
  });
});
