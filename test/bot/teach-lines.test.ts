import { describe, expect, it } from 'vitest';
import { createTestChat, type TestChat } from '../support/chat.js';

async function setUp(language: 'en' | 'zh' = 'en'): Promise<TestChat> {
  const chat = await createTestChat({ language });
  await chat.say('/task create name:support labels:"billing, bug, praise"');
  // The first teaching comes with a notice.
  await chat.say('known already => bug');
  return chat;
}

const taught = async (chat: TestChat): Promise<string[]> => {
  const { workspace } = chat.handful.services;
  const examples = await workspace.examples((await workspace.tasks('local'))[0]!);
  return examples.slice(1).map(({ text, label }) => `${text} => ${label}`);
};

describe('teach-lines', () => {
  it('teaches every line under its own label, in one change, with a summary', async () => {
    const chat = await setUp();
    const text =
      'charged twice => billing\n\n  it crashes ⇒ BUG \r\nso kind ＝＞ praise\nknown already => bug\n"a => b" => bug';
    expect((await chat.press('teach-lines', { text })).text).toBe(
      '5 rows: 4 taught · 1 duplicate skipped (line 5)\nsupport: billing 1, bug 3, praise 1',
    );
    expect(await taught(chat)).toEqual([
      'charged twice => billing',
      'it crashes => bug',
      'so kind => praise',
      'a => b => bug',
    ]);
    await chat.say('/undo');
    expect(await taught(chat)).toEqual([]);
  });

  it('teaches plain lines under one label', async () => {
    const chat = await setUp();
    expect((await chat.press('teach-lines', { text: 'one thing\nknown already\nx => y', label: 'Praise' })).text).toBe(
      '3 rows: 2 taught · 1 known under another label, not saved (line 2)\nsupport: billing 0, bug 1, praise 2',
    );
    expect(await taught(chat)).toEqual(['one thing => praise', 'x => y => praise']);
  });

  it('saves nothing when a line is bad, and says which and why', async () => {
    const chat = await setUp();
    const text = 'charged twice => billing\nno arrow here\n=> bug\nit crashes =>\nnice => prise\nfine => bug';
    expect(await chat.press('teach-lines', { text })).toMatchObject({
      kind: 'error',
      code: 'bad-input',
      text: [
        '4 of 6 lines cannot be read.',
        '  line 2: expected text => label, found "no arrow here"',
        '  line 3: expected text => label, found no text before the arrow',
        '  line 4: expected text => label, found no label after the arrow',
        '  and 1 more',
        'Nothing was saved. Mend them and send all lines again.',
      ].join('\n'),
    });
    expect(await chat.press('teach-lines', { text: `nice => prise\n${'x'.repeat(4001)} => bug` })).toMatchObject({
      text: [
        '2 of 2 lines cannot be read.',
        '  line 1: expected one of the labels billing, bug, praise, found "prise" (Did you mean praise?)',
        '  line 2: expected a text of at most 4000 characters, found 4001 of them',
        'Nothing was saved. Mend them and send all lines again.',
      ].join('\n'),
    });
    expect(await taught(chat)).toEqual([]);
  });

  it('treats one line as /teach does, its questions too', async () => {
    const chat = await setUp();
    expect((await chat.press('teach-lines', { text: '\ncharged twice => billing\n' })).text).toBe(
      'billing has 1 example.  support: billing 1, bug 1, praise 0',
    );
    const conflict = await chat.press('teach-lines', { text: 'known already', label: 'praise' });
    expect(conflict.text).toBe('"known already" is taught as bug (by you, today) and praise (now). Which one holds?');
    expect((await chat.say('praise')).text).toBe('Moved from bug to praise.  support: billing 1, bug 0, praise 1');
    expect((await chat.press('teach-lines', { text: 'no arrow here' })).text).toContain(
      'line 1: expected text => label, found "no arrow here"',
    );
  });

  it('refuses a label that is none, and an empty form', async () => {
    const chat = await setUp();
    expect(await chat.press('teach-lines', { text: 'one', label: 'bgu' })).toMatchObject({ code: 'unknown-label' });
    expect(await chat.press('teach-lines', { text: ' \n ' })).toMatchObject({ code: 'bad-input' });
  });

  it('keeps the message that the texts were taken from', async () => {
    const chat = await setUp();
    await chat.press('teach-lines', { text: 'one => bug\ntwo => bug' }, { source: 'message-1' });
    await chat.press('teach-lines', { text: 'three => bug' }, { source: 'message-2' });
    const { erasure } = chat.handful.services;
    await erasure.forgetMessages('local', ['message-1']);
    expect(await taught(chat)).toEqual(['three => bug']);
    await erasure.forgetMessages('local', ['message-2']);
    expect(await taught(chat)).toEqual([]);
  });

  it('is no command that people see or type', async () => {
    const chat = await setUp();
    expect((await chat.say('/help')).text).not.toContain('teach-lines');
    expect(await chat.say('/teach-lines one => bug')).toMatchObject({ code: 'unknown-command' });
  });

  it('speaks Chinese', async () => {
    const chat = await setUp('zh');
    expect((await chat.press('teach-lines', { text: '没有箭头\n扣了两次 => blling' })).text).toBe(
      [
        '2 行中有 2 行读不了。',
        '  第 1 行：应为 “文本 => 标签”，却是 “没有箭头”',
        '  第 2 行：应为 billing、bug、praise 之一，却是 “blling”（你是想输入 billing 吗？）',
        '什么也没有保存。请改好这 2 行后全部重发。',
      ].join('\n'),
    );
    expect((await chat.press('teach-lines', { text: '扣了两次 => billing\n闪退 => bug' })).text).toMatch(
      /^共 2 行：学会 2 个\n/,
    );
  });
});
