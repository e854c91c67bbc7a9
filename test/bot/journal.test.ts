// What moderators read of what was done, and what the operator's log keeps of it.

import { describe, expect, it } from 'vitest';
import { createSay } from '../../src/bot/catalogue/index.js';
import { type JournalEntry, journalSentence } from '../../src/bot/journal.js';
import { createTestChat, type TestChat, teachSupport } from '../support/chat.js';

const show = { person: (id: string) => `@${id}`, text: (name: string) => name };

function listen(chat: TestChat): { entries: JournalEntry[]; read: (language?: 'en' | 'zh') => string[] } {
  const entries: JournalEntry[] = [];
  chat.handful.services.journal.subscribe((entry) => entries.push(entry));
  return {
    entries,
    read: (language = 'en') => entries.splice(0).map((entry) => journalSentence(createSay(language), entry, show)),
  };
}

describe('the journal', () => {
  it('tells who did what, in the order it was done', async () => {
    const chat = await createTestChat();
    const { read } = listen(chat);
    await teachSupport(chat, 2);
    expect(read()).toEqual(['@ann created support.', ...Array(6).fill('@ann taught 1 example of support.')]);
    chat.files.set('more.csv', 'text,label\ncharged again,billing\nno money back,billing\n');
    await chat.say('/teach-file file:more.csv', { person: 'bea' });
    await chat.say('/forget "charged again"');
    await chat.say('/undo');
    await chat.say('/task edit task:support automatic:no');
    expect(read()).toEqual([
      '@bea taught 2 examples of support.',
      '@ann took 1 example of support back.',
      '@ann reversed the last change of support.',
      '@ann changed support.',
    ]);
    await chat.say('/model train');
    await chat.handful.services.runs.settle();
    await chat.talk(
      '/model promote version:in-context',
      '/model promote version:1',
      '/model rollback',
      '/privacy forget confirm:yes',
    );
    await chat.say('/task delete task:support confirm:yes');
    expect(read()).toEqual([
      '@ann started a training of support.',
      'A training of support has ended: version 1 is answering now.',
      '@ann let the examples of support answer in context.',
      '@ann let version 1 of support answer.',
      '@ann took support back to answering in context.',
      '@ann deleted what they had taught (6 examples).',
      '@ann deleted support.',
    ]);
  });

  it('speaks Chinese too', async () => {
    const chat = await createTestChat();
    const { read } = listen(chat);
    await chat.talk('/task create name:support labels:"billing, bug"', 'charged => billing');
    expect(read('zh')).toEqual(['@ann 新建了 support。', '@ann 为 support 教了 1 个样本。']);
  });

  it('tells of a run that started by itself when it changes who answers, not when it does not', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    const { read } = listen(chat);
    await chat.handful.services.runs.settle();
    expect(read()).toEqual(['A training of support has ended: version 1 is answering now.']);
    await chat.say('/model train');
    await chat.handful.services.runs.settle();
    expect(read()).toEqual(['@ann started a training of support.']);
  });

  it('is silent about what only asks, what changes nothing and what fails', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const { read } = listen(chat);
    await chat.talk(
      'was I charged?',
      '/task list',
      'charged one times => billing',
      'charged one times => bug',
      '/forget "nothing like it"',
      '/model cancel',
      '/model rollback',
      '/task delete task:support',
      '/settings language:en',
    );
    expect(read()).toEqual([]);
  });

  it('goes on when a listener breaks, and knows the space', async () => {
    const chat = await createTestChat();
    chat.handful.services.journal.subscribe(() => {
      throw new Error('channel gone');
    });
    const { entries } = listen(chat);
    const reply = await chat.say('/task create name:support labels:"billing, bug"', { space: 'guild', person: 'bea' });
    expect(reply.kind).toBe('task');
    expect(entries).toMatchObject([
      { space: 'guild', person: 'bea', command: 'task create', task: { name: 'support' } },
    ]);
  });

  it('leaves ids and numbers in the log, no name, label or text', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    const task = await chat.handful.services.workspace.findTask('local');
    const lines = chat.logged.map((line) => JSON.parse(line));
    expect(lines.at(1)).toMatchObject({
      event: 'taught',
      space: 'local',
      person: 'ann',
      command: 'teach',
      task: task.id,
      count: 1,
    });
    expect(lines.at(-1)).toMatchObject({ event: 'runPromoted', person: 'handful', task: task.id, version: 1 });
    expect(chat.logged.join('\n')).not.toMatch(/support|billing|praise|charged|crash|lovely/);
  });
});
