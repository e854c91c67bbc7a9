// What bad input gets: a sentence that says what was expected, what came and what to do. Every sentence here is what a person sees.

import { describe, expect, it } from 'vitest';
import { createTestChat, teachSupport } from '../support/chat.js';

async function errorAfter(line: string): Promise<{ code: string; text: string }> {
  const chat = await createTestChat();
  await teachSupport(chat, 1);
  chat.files.set('one.csv', 'hello world\nwhat is up\n');
  chat.files.set('empty.csv', '');
  chat.files.set('two.csv', 'text,label\nit broke,"bug, praise"\n');
  chat.files.set('typo.csv', 'text,label\nit broke,bug\nit broke again,bgu\n');
  const reply = await chat.say(line);
  if (reply.kind !== 'error') throw new Error(`expected an error, got ${reply.kind}: ${reply.text}`);
  return { code: reply.code, text: reply.text };
}

describe('bad input', () => {
  it.each([
    ['/tsak create', 'unknown-command', "I don't know /tsak. Did you mean /task create?"],
    ['/xyzzy', 'unknown-command', "I don't know /xyzzy. /help lists what I can do."],
    ['/help xyzzy', 'unknown-command', "I don't know /xyzzy. /help lists what I can do."],
    [
      '/privacy',
      'unknown-command',
      '/privacy needs one more word: /privacy show, /privacy export, /privacy forget, /privacy erase.',
    ],
    ['/ask', 'bad-input', '/ask needs text: for example /ask why was my card charged twice?'],
    ['/ask task:suport hello', 'unknown-task', 'There is no task "suport". Did you mean support?'],
    ['/ask task:suport text:hello', 'unknown-task', 'There is no task "suport". Did you mean support?'],
    ['x => bilings', 'unknown-label', 'support has no label "bilings". Did you mean billing?'],
    ['x => spam', 'unknown-label', 'support has no label "spam". Its labels are: billing, bug, praise.'],
    ['x =>', 'bad-input', 'Expected text => label, found no label after the arrow.'],
    ['/teach => bug', 'bad-input', 'Expected text => label, found no text before the arrow.'],
    [
      '/model train method:lroa',
      'unknown-method',
      'method: expected one of auto, search, in-context, head, self-training, prompt, freeze, lora, adapter, prefix, ' +
        'soft-prompt, full, contrastive, prototypes, pretrain, found "lroa". Did you mean lora?',
    ],
    ['/model train budget:soon', 'bad-input', 'budget: expected seconds from 1 to 86400, found "soon".'],
    [
      '/model train',
      'too-few-examples',
      'support cannot be trained yet: billing has 1 example, bug 1, praise 1; each label needs at least 2. Teach two of each, or /task edit to drop a label.',
    ],
    ['/model promote', 'unknown-version', 'support has no trained version to choose from. /model train makes one.'],
    [
      '/model promote version:3',
      'unknown-version',
      'support has no version 3. support has no trained version to choose from. /model train makes one.',
    ],
    [
      '/model promote version:best',
      'bad-input',
      'version: expected the number of a version, or in-context, found "best".',
    ],
    ['/model rollback', 'unknown-version', 'support has nothing to go back to: its answerer never changed.'],
    ['/model cancel', 'conflict', 'support is not training. /model train starts it.'],
    [
      '/task create name:x labels:one',
      'bad-input',
      'Expected two or more labels, such as labels:"billing, bug, praise"; found "one".',
    ],
    [
      '/task create name:Support labels:"a, b"',
      'conflict',
      'There is a task support already. Choose another name, or change it: /task edit task:"support"',
    ],
    [
      `/task create name:${'x'.repeat(101)} labels:"a, b"`,
      'limit',
      `Expected a name of at most 100 characters, found 101 in "${'x'.repeat(39)}…".`,
    ],
    [
      `/task create name:x labels:"${Array.from({ length: 501 }, (_, i) => `l${i}`).join(',')}"`,
      'limit',
      'Expected at most 500 labels, found 501.',
    ],
    [
      '/task edit drop:"billing, bug"',
      'bad-input',
      'support would be left with fewer than two labels. Add one first: /task edit add:refund',
    ],
    ['/task edit', 'bad-input', 'Nothing to change. Say what: /task edit add:refund drop:praise'],
    [
      '/task edit target:2000',
      'bad-input',
      'target: expected an accuracy above 0 and up to 1, such as 0.9 or 90%, found "2000".',
    ],
    ['x'.repeat(4001), 'limit', 'Expected a text of at most 4000 characters, found 4001. Shorten it or split it.'],
    ['/ask text:"\u200b"', 'bad-input', 'Expected a text, found nothing to read.'],
    [
      '/forget nonsense',
      'unknown-example',
      'support has no example "nonsense". /task export writes all of them to a file.',
    ],
    ['/teach-file file:gone.csv', 'bad-file', 'gone.csv: there is no such file.'],
    ['/teach-file file:empty.csv', 'bad-file', 'empty.csv: expected examples, found an empty file. Nothing was saved.'],
    [
      '/teach-file file:typo.csv',
      'bad-file',
      'typo.csv: 1 of 2 rows cannot be read.\n  line 3: "bgu" is not a label here, did you mean bug?\nNothing was saved. Mend the file, or save the other 1 with partial:yes',
    ],
    [
      '/teach-file file:two.csv partial:yes',
      'bad-file',
      'two.csv: 1 of 1 row cannot be read.\n  line 2: expected one label, found 2 in "bug, praise"\nNothing was saved. Mend the file and send it again.',
    ],
    [
      '/teach text:"foo',
      'bad-input',
      'The quote " before "foo" is never closed. Close it, or write \\" for a quote inside the text.',
    ],
    [
      '/teach text:foo lable:bug',
      'bad-input',
      '/teach has no option "lable". Did you mean label:? If it is part of a text, put the text in quotes.',
    ],
    ['/task list all:yes', 'bad-input', '/task list has no option "all". It has no options.'],
    ['/undo twice', 'bad-input', '/undo takes nothing after it, found "twice".'],
  ])('%s', async (line, code, text) => {
    expect(await errorAfter(line)).toEqual({ code, text });
  });

  it('says what a file with one column should have, and saves nothing', async () => {
    expect(await errorAfter('/teach-file file:one.csv')).toMatchObject({
      code: 'bad-file',
      text: expect.stringContaining('found 1 column'),
    });
  });

  it('without any task, says how to make one', async () => {
    const chat = await createTestChat();
    expect(await chat.say('hello')).toMatchObject({
      code: 'unknown-task',
      text: 'There is no task yet. Make one: /task create name:support labels:"billing, bug, praise"',
    });
    expect((await chat.say('/undo')).text).toBe('There is nothing to undo.');
  });

  it('logs a bug under the id that the reply names, and keeps chatting', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    chat.engine.predict = () => Promise.reject(new Error('no such tensor'));
    const reply = await chat.say('hello');
    if (reply.kind !== 'error') throw new Error(reply.kind);
    expect(reply.text).toBe(
      `Something went wrong on my side; nothing you typed is lost. It is in the log as ${reply.errorId}.`,
    );
    const bugs = chat.logged.filter((line) => JSON.parse(line).event === 'bug');
    expect(bugs).toEqual([expect.stringContaining(reply.errorId!)]);
    expect(bugs[0]).toContain('no such tensor');
    expect((await chat.say('/task list')).kind).toBe('task');
  });

  it('speaks Chinese to a Chinese speaker', async () => {
    const chat = await createTestChat({ language: 'zh' });
    await chat.say('/task create name:工单 labels:"账单, 故障, 表扬"');
    expect(await chat.talk('/tsak create', '坏了 => 故章', '/model train', '/ask')).toEqual([
      '我不认识 /tsak。你是想输入 /task create 吗？',
      '“工单”没有标签“故章”。你是想输入 故障 吗？',
      '“工单”还不能训练：账单 有 0 个样本、故障 0、表扬 0；每个标签至少要 2 个。请各教两个，或用 /task edit 去掉标签。',
      '/ask 需要 text：例如 /ask why was my card charged twice?',
    ]);
  });
});
