// What people do with an answer: ask why, say right or wrong, from a button or by typing, at once or days later.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { replyToJson } from '../../src/bot/reply.js';
import { openStore } from '../../src/engine/index.js';
import { createTestChat, type TestChat, teachSupport } from '../support/chat.js';

const folder = mkdtempSync(path.join(tmpdir(), 'handful-answered-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY_MS = 86_400_000;

async function answered(chat: TestChat, text: string, person = 'ann'): Promise<string> {
  const reply = await chat.say(text, { person });
  if (reply.kind !== 'answer') throw new Error(`no answer: ${reply.text}`);
  return reply.asked;
}

const labelsOf = async (chat: TestChat, text: string): Promise<(string | null)[]> => {
  const { workspace } = chat.handful.services;
  const task = (await workspace.tasks('local'))[0]!;
  return (await workspace.examples(task)).filter((example) => example.text === text).map(({ label }) => label);
};

const statusLine = async (chat: TestChat): Promise<string | undefined> =>
  (await chat.say('/model status')).text.split('\n').find((line) => /^People said/.test(line));

describe('/why', () => {
  it('tells of the answer as it was, not as it would be now', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const id = await answered(chat, 'charged again?');
    await chat.talk('charged again? => praise', '/forget "thanks one lovely"');
    const why = await chat.press('why', { answer: id });
    expect(why.text.split('\n')).toEqual([
      expect.stringMatching(/^"charged again\?": billing \d+ %, answered by the answerer in context\.$/),
      expect.stringMatching(/^All labels: billing \d+ % · (bug|praise) \d+ % · (bug|praise) \d+ %$/),
      'Likeness to what I was taught: 0.41 (below 0.10 I say that I do not know)',
      'Nearest examples:',
      '  0.41  "charged one times" => billing',
      '  0.00  "crash number one today" => bug',
      '1 example near it then is no longer kept.',
    ]);
  });

  it('takes the last answer of the person who asks, and shares its lines with /ask why:yes', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    expect((await chat.say('/why')).text).toBe(
      'I have not answered you within 7 days. Ask something first: /ask why was my card charged twice?',
    );
    await answered(chat, 'charged by ann');
    const asked = await chat.say('/ask why:yes text:"crash of bob"', { person: 'bob' });
    const why = await chat.say('/why', { person: 'bob' });
    expect(why.text.split('\n').slice(1)).toEqual(asked.text.split('\n').slice(1));
    expect((await chat.say('/why')).text).toMatch(/^"charged by ann": billing/);
  });

  it('names the version that answered, after it was rolled back too', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    const id = await answered(chat, 'charged again?');
    await chat.say('/model rollback');
    const { text } = await chat.press('why', { answer: id });
    expect(text).toMatch(/^"charged again\?": billing \d+ %, answered by version 1 \(LoRA\)\.\n/);
    expect(text).toContain('Nearest examples as they are now:\n  0.41  "charged one times" => billing');
  });

  it('says so when it did not know', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const id = await answered(chat, 'zzz');
    expect((await chat.press('why', { answer: id })).text).toMatch(
      /^"zzz": not known \(closest: billing \d+ %\), answered by the answerer in context\./,
    );
  });
});

describe('/right', () => {
  it('counts, thanks, and offers to teach what is not taught yet', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    await answered(chat, 'charged again?');
    const reply = await chat.say('/right');
    expect(reply.text).toBe('Thanks, noted as right.');
    expect(reply.choices?.map(({ label }) => label)).toEqual(['Teach it as billing']);
    expect(JSON.stringify(reply.choices)).not.toContain('charged');
    expect((await chat.say('1')).text).toMatch(/^billing has 2 examples\. {2}support: billing 2, bug 1, praise 1/);
    expect(await labelsOf(chat, 'charged again?')).toEqual(['billing']);
    expect(await chat.say('/right')).not.toHaveProperty('choices');
    await answered(chat, 'CHARGED again!');
    expect(await chat.say('/right')).not.toHaveProperty('choices');
    expect(await statusLine(chat)).toBe('People said: right 2, wrong 0 (in context).');
  });

  it('has nothing to say yes to when it did not know', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    await answered(chat, 'zzz');
    expect(await chat.say('/right')).toMatchObject({
      kind: 'error',
      code: 'bad-input',
      text: 'I did not know that one, so nothing was right. Tell me its label: /wrong label:billing, for instance.',
    });
    expect(await statusLine(chat)).toBeUndefined();
  });

  it('offers nothing under a label that was dropped since', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const answer = await answered(chat, 'charged again?');
    await chat.say('/task edit drop:billing');
    expect(await chat.press('right', { answer })).not.toHaveProperty('choices');
    expect(await chat.press('right', { answer, teach: 'yes' })).toMatchObject({ code: 'unknown-label' });
  });
});

describe('/wrong', () => {
  it('asks which label is right, counts the answer and teaches the text for who said so', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const answer = await answered(chat, 'charged again?');
    const question = await chat.press('wrong', { answer }, { person: 'bob' });
    expect(question.text).toBe('"charged again?" is not billing? Which label is right?');
    expect(question.choices).toEqual([
      { label: 'bug', command: 'wrong', options: { answer, label: 'bug' } },
      { label: 'praise', command: 'wrong', options: { answer, label: 'praise' } },
    ]);
    expect(await statusLine(chat)).toBeUndefined();
    const runs = chat.handful.services.runs;
    const changed: string[] = [];
    const { changed: real } = runs;
    Object.assign(runs, {
      changed: (task: Parameters<typeof real>[0]) => {
        changed.push(task.name);
        return real(task);
      },
    });
    expect((await chat.say('bug', { person: 'bob' })).text).toMatch(
      /^bug has 2 examples\. {2}support: billing 1, bug 2, praise 1/,
    );
    expect(changed).toEqual(['support']);
    const { workspace } = chat.handful.services;
    const taught = (await workspace.examples((await workspace.tasks('local'))[0]!)).at(-1);
    expect(taught).toMatchObject({ text: 'charged again?', label: 'bug', submittedBy: 'bob' });
    expect(await statusLine(chat)).toBe('People said: right 0, wrong 1 (in context).');
  });

  it('passes the message on that the text was taken from', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const reply = await chat.say('charged again?', { source: 'message-7' });
    if (reply.kind !== 'answer') throw new Error(reply.text);
    await chat.press('wrong', { answer: reply.asked, label: 'bug' }, { person: 'bob' });
    expect(await labelsOf(chat, 'charged again?')).toEqual(['bug']);
    await chat.handful.services.erasure.forgetMessages('local', ['message-7']);
    expect(await labelsOf(chat, 'charged again?')).toEqual([]);
    expect(await chat.press('why', { answer: reply.asked })).toMatchObject({ kind: 'error', code: 'unknown-example' });
  });

  it('is friendly about the label that was answered, and about one that is none', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    await answered(chat, 'charged again?');
    expect(await chat.say('/wrong BILLING')).toMatchObject({
      kind: 'error',
      code: 'bad-input',
      text: 'billing is what I answered. If it is right: /right. If not, choose another label.',
    });
    expect(await chat.say('/wrong label:bgu')).toMatchObject({ kind: 'error', code: 'unknown-label' });
    expect(await statusLine(chat)).toBeUndefined();
  });

  it('does not count an answer that was none', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const reply = await chat.say('zzz');
    expect(reply.choices?.[1]).toEqual({
      label: 'bug',
      command: 'wrong',
      options: { answer: reply.kind === 'answer' ? reply.asked : '', label: 'bug' },
    });
    expect((await chat.say('/wrong')).choices).toHaveLength(3);
    expect((await chat.say('billing')).text).toMatch(/^billing has 2 examples\./);
    expect(await statusLine(chat)).toBeUndefined();
  });

  it('asks which label holds when the text is known under another one, and every answer to that works', async () => {
    for (const [said, text, label] of [
      ['1', 'I know that one already, as bug.', 'bug'],
      ['2', 'Moved from bug to praise.  support: billing 1, bug 1, praise 2', 'praise'],
      ['3', 'Forgot "charged again?".  support: billing 1, bug 1, praise 1', undefined],
    ] as const) {
      const chat = await createTestChat();
      await teachSupport(chat, 1);
      const answer = await answered(chat, 'charged again?');
      await chat.say('charged again? => bug', { person: 'bob' });
      const conflict = await chat.press('wrong', { answer, label: 'praise' });
      expect(conflict.text).toBe(
        '"charged again?" is taught as bug (by bob, today) and praise (now). Which one holds?',
      );
      expect(JSON.stringify(conflict.choices)).not.toContain('charged');
      expect((await chat.say(said)).text).toBe(text);
      expect(await labelsOf(chat, 'charged again?')).toEqual(label === undefined ? [] : [label]);
    }
  });

  it('takes it back when the label that holds is the one that was answered', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const answer = await answered(chat, 'charged again?');
    await chat.say('charged again? => billing');
    const conflict = await chat.press('wrong', { answer, label: 'bug' });
    expect(conflict.choices?.[0]).toEqual({
      label: 'billing',
      command: 'right',
      options: { answer, teach: 'yes' },
    });
    expect((await chat.say('billing')).text).toBe('I know that one already, as billing.');
    expect(await statusLine(chat)).toBe('People said: right 1, wrong 0 (in context).');
  });
});

describe('answers that several people react to', () => {
  it('counts each person once, and forgets the votes of one', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    const answer = await answered(chat, 'charged again?');
    for (const person of ['ann', 'bob', 'eve']) await chat.press('right', { answer }, { person });
    await chat.press('wrong', { answer, label: 'bug' }, { person: 'bob' });
    expect(await statusLine(chat)).toBe('People said: right 2, wrong 1 (version 1).');
    const { erasure } = chat.handful.services;
    await erasure.forgetPerson('local', 'eve');
    expect(await statusLine(chat)).toBe('People said: right 1, wrong 1 (version 1).');
    await chat.say('/model rollback');
    expect(await statusLine(chat)).toBeUndefined();
    await erasure.forgetPerson('local', 'ann');
    expect(await chat.press('right', { answer }, { person: 'bob' })).toMatchObject({ kind: 'error' });
  });

  it('never reaches across spaces', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const answer = await answered(chat, 'charged again?');
    for (const command of ['why', 'right', 'wrong']) {
      const reply = await chat.press(command, { answer }, { space: 'elsewhere' });
      expect(reply).toMatchObject({ kind: 'error', code: 'unknown-example' });
      expect(reply.text).not.toContain('charged');
    }
  });
});

describe('later', () => {
  it('works after a restart, and after the task was renamed', async () => {
    const file = path.join(folder, 'restart.sqlite');
    const before = await createTestChat({ store: await openStore(file) });
    await teachSupport(before, 1);
    const answer = await answered(before, 'charged again?');
    await before.press('right', { answer }, { person: 'eve' });
    await before.handful.close();
    const after = await createTestChat({ store: await openStore(file) });
    await after.say('/task edit task:support name:helpdesk');
    expect((await after.press('why', { answer }, { person: 'bob' })).text).toMatch(/^"charged again\?": billing/);
    expect((await after.say('/why')).text).toMatch(/^"charged again\?": billing/);
    expect((await after.press('wrong', { answer, label: 'bug' }, { person: 'bob' })).text).toMatch(
      /^bug has 2 examples\. {2}helpdesk: billing 1, bug 2, praise 1/,
    );
    expect(await statusLine(after)).toBe('People said: right 1, wrong 1 (in context).');
    await after.handful.close();
  });

  it('says that an answer is gone: too old, or of a task that was deleted', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const old = await answered(chat, 'charged again?');
    chat.clock.advance(7 * DAY_MS + 1);
    const gone =
      'That answer is gone: I remember answers for 7 days, and not those of deleted tasks or texts. Ask again: /ask …';
    expect(await chat.press('right', { answer: old })).toMatchObject({ kind: 'error', text: gone });
    const answer = await answered(chat, 'charged again?');
    await chat.press('right', { answer });
    await chat.say('/task delete task:support confirm:yes');
    for (const command of ['why', 'right', 'wrong']) {
      expect(await chat.press(command, { answer })).toMatchObject({ kind: 'error', text: gone });
    }
    await teachSupport(chat, 1);
    expect(await statusLine(chat)).toBeUndefined();
  });
});

describe('what faces and programs see', () => {
  it('is the id of the answer, in the JSON too', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const reply = await chat.say('charged again?');
    expect(replyToJson(reply)).toMatchObject({ kind: 'answer', asked: expect.stringMatching(/^[\w-]{12}$/) });
  });

  it('hides what only faces send from help, but takes it', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 1);
    const answer = await answered(chat, 'charged again?');
    expect((await chat.say('/help wrong')).text).toBe(
      [
        '/wrong  the last answer was wrong; its label teaches me',
        '  label:        the right label; left out: I ask for it · optional',
        '  e.g. /wrong',
        '  e.g. /wrong label:billing',
      ].join('\n'),
    );
    expect((await chat.say('/help why')).text).not.toContain('answer:');
    expect((await chat.say('/why answr:x')).text).not.toContain('answer:');
    expect((await chat.say(`/why answer:${answer}`)).text).toMatch(/^"charged again\?": billing/);
  });
});

describe('the same in Chinese', () => {
  it('needs no word of English', async () => {
    const chat = await createTestChat({ language: 'zh' });
    await chat.talk(
      '/task create name:工单 labels:"账单, 故障, 表扬"',
      '这个月被重复扣费了 => 账单',
      '打开就闪退 => 故障',
      '客服很耐心 => 表扬',
      '又重复扣费',
    );
    const why = (await chat.say('/why')).text.split('\n');
    expect(why[0]).toMatch(/^“又重复扣费”：账单 \d+%，由上下文样本回答。$/);
    expect(why).toContain('最近的样本：');
    const replies = [
      ...why,
      (await chat.say('/right')).text,
      (await chat.say('1')).text,
      (await chat.say('/wrong')).text,
      (await chat.say('/wrong label:账单')).text.replace('/right', ''),
      (await chat.say('天气如何')).text,
      (await chat.say('/wrong')).text,
    ];
    expect(replies).toContain('谢谢，已记为正确。');
    expect(replies).toContain('“又重复扣费”不是“账单”？正确的标签是哪个？');
    expect(replies).toContain('“天气如何”：正确的标签是哪个？');
    for (const reply of replies) expect(reply).not.toMatch(/[a-z]{2,}/i);
    expect((await chat.say('/model status')).text).toContain('大家的评价：对 1 次，错 0 次（上下文作答）。');
  });
});
