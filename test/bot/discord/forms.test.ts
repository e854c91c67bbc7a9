// Forms, menus of messages, choices and autocomplete: what people fill in, press and pick.

import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Form, Message } from '../../support/discord/index.js';
import { type BotTest, expectQuiet, offeredBy, startBotTest, teachSupport } from '../../support/discord-bot.js';

let test: BotTest;
afterEach(async () => {
  expectQuiet(test);
  await test.end();
});

const anything = z.unknown();
const here = (): string => `guild-${test.guild.id}`;
const tasks = () => test.handful.services.workspace.tasks(here());
async function examples(name = 'support') {
  const { workspace } = test.handful.services;
  return workspace.examples(await workspace.findTask(here(), name));
}
const textsOf = async (label: string): Promise<string[]> =>
  (await examples()).filter((example) => example.label === label).map(({ text }) => text);

const optionsOf = (form: Form, field: string): { label: string; default?: boolean }[] =>
  (form.fields.find(({ customId }) => customId === field)!.component.options ?? []) as never;
const many = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `label ${String(i + 1).padStart(3, '0')}`);
const create = (name: string, labels: readonly string[]) =>
  test.discord.slash(test.mod, test.channel, 'task create', { name, labels: labels.join(', ') }).reply();

describe('/teach without a text', () => {
  it('opens a form that takes several lines, or one text with a label from a menu', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, member, channel } = test;
    const form = await discord.slash(member, channel, 'teach').form();
    expect(optionsOf(form, 'label').map(({ label }) => label)).toEqual(['billing', 'bug']);
    const several = await discord.submit(member, form, { text: 'a b c => bug\n\nd e f => billing' }).reply();
    expect(several.content).toMatch(/2 taught/);
    const again = await discord.slash(member, channel, 'teach').form();
    await discord.submit(member, again, { text: 'g h i\nj k l', label: 'bug' }).reply();
    expect(await textsOf('bug')).toEqual(['a b c', 'g h i', 'j k l']);
    expect((await examples()).every(({ submittedBy }) => submittedBy === member.id)).toBe(true);
    const bad = await discord
      .submit(member, await discord.slash(member, channel, 'teach').form(), { text: 'x => bgu\ny => bug' })
      .reply();
    expect(bad.content).toMatch(/line 1: expected one of the labels billing, bug, found "bgu" \(Did you mean bug\?\)/);
    expect(bad).toMatchObject({ ephemeral: true });
    expect(await examples()).toHaveLength(4);
  });

  it('has the given label chosen already', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, member, channel } = test;
    const form = await discord.slash(member, channel, 'teach', { label: 'BUG' }).form();
    expect(optionsOf(form, 'label').map((option) => option.default ?? false)).toEqual([false, true]);
    await discord.submit(member, form, { text: 'it crashes' }).reply();
    expect(await textsOf('bug')).toEqual(['it crashes']);
  });

  it('asks for task and label at once where there are several tasks', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    await create('mood', ['good', 'bad']);
    const { discord, member, channel } = test;
    const form = await discord.slash(member, channel, 'teach').form();
    expect(optionsOf(form, 'label').map(({ label }) => label)).toEqual([
      'support: billing',
      'support: bug',
      'mood: good',
      'mood: bad',
    ]);
    await discord.submit(member, form, { text: 'it crashes', label: 'support: bug' }).reply();
    expect(await textsOf('bug')).toEqual(['it crashes']);
    const named = await discord.slash(member, channel, 'teach', { task: 'Mood' }).form();
    expect(named.title).toBe('Teach Handful · mood');
    expect(optionsOf(named, 'label').map(({ label }) => label)).toEqual(['good', 'bad']);
    const none = await discord.slash(member, channel, 'teach', { task: 'moody things' }).reply();
    expect(none).toMatchObject({
      ephemeral: true,
      content: expect.stringContaining('There is no task "moody things"'),
    });
  });

  it('lets more than 25 labels be typed, says which is meant, and keeps to the task that it was opened for', async () => {
    test = await startBotTest();
    await create('mood', ['good', 'bad']);
    await create('support', many(26));
    const { discord, member, mod, channel } = test;
    const form = await discord.slash(member, channel, 'teach').form();
    expect(form.title).toBe('Teach Handful · support');
    expect(optionsOf(form, 'label')).toEqual([]);
    // Meanwhile somebody uses another task.
    await discord.slash(mod, channel, 'ask', { text: 'good', task: 'mood' }).reply();
    const wrong = await discord.submit(member, form, { text: 'some text', label: 'label 01' }).reply();
    expect(wrong.content).toMatch(/^support has no label "label 01"\. Did you mean label 0\d\d\?$/);
    const again = await discord.slash(member, channel, 'teach', { task: 'support' }).form();
    expect((await discord.submit(member, again, { text: 'some text', label: 'LABEL 017' }).reply()).content).toMatch(
      /^label 017 has 1 example/,
    );
  });

  it('says what to do first where there is no task', async () => {
    test = await startBotTest();
    const reply = await test.discord.slash(test.member, test.channel, 'teach').reply();
    expect(reply).toMatchObject({
      ephemeral: true,
      content: expect.stringMatching(/There is no task yet.*\/task create/),
    });
  });
});

describe('the menu of a message', () => {
  it('teaches it as it was edited, as submitted by whoever sent the form, until the message is deleted', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, guild, mod, member, channel } = test;
    const author = discord.addUser({ username: 'cid' });
    discord.addMember(guild, author);
    const said = discord.say(author, channel, 'hello all, the app ate my refund');
    const form = await discord.messageMenu(member, channel, 'Teach this message', said).form();
    expect(form.fields[0]!.component.value).toBe('hello all, the app ate my refund');
    const reply = await discord.submit(member, form, { text: 'the app ate my refund', label: 'billing' }).reply();
    expect(reply).toMatchObject({ ephemeral: true, content: expect.stringMatching(/billing has 1 example/) });
    expect(await examples()).toMatchObject([
      { text: 'the app ate my refund', submittedBy: member.id, source: said.id },
    ]);
    expect(discord.messages(channel).at(-1)).toBe(said);

    // The same words from other messages: deleted one by one, or many at once.
    const others = ['one more', 'and another', 'the last one'].map((text) => discord.say(author, channel, text));
    for (const message of others) {
      const open = await discord.messageMenu(mod, channel, 'Teach this message', message).form();
      await discord.submit(mod, open, { label: 'bug' }).reply();
    }
    expect(await textsOf('bug')).toHaveLength(3);
    discord.deleteMessage(said);
    await expect.poll(() => textsOf('billing')).toEqual([]);
    discord.deleteMessages(others.slice(0, 2));
    await expect.poll(() => textsOf('bug')).toEqual(['the last one']);
  });

  it('works in direct messages too, also for messages from before a restart', async () => {
    test = await startBotTest();
    const { discord, member } = test;
    const dm = discord.dm(member);
    await discord.slash(member, dm, 'task create', { name: 'mine', labels: 'yes, no' }).reply();
    const said = discord.say(member, dm, 'help me please with this');
    await discord.until('an answer', () => discord.messages(dm, member).some(({ replyTo }) => replyTo === said));
    const form = await discord.messageMenu(member, dm, 'Teach this message', said).form();
    await discord.submit(member, form, { label: 'yes' }).reply();
    const space = `dm-${member.id}`;
    const count = async () => {
      const { workspace } = test.handful.services;
      return (await workspace.examples(await workspace.findTask(space))).length;
    };
    expect(await count()).toBe(1);
    await test.restart();
    discord.deleteMessage(said);
    await expect.poll(count).toBe(0);
  });

  it('asks which label holds for a text that has another one, and forgets that question with the message', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, guild, member, mod, channel } = test;
    const author = discord.addUser({ username: 'cid' });
    discord.addMember(guild, author);
    const text = `the app ate my refund ${'and more '.repeat(20)}`.trim();
    await discord.slash(mod, channel, 'teach', { text, label: 'bug' }).reply();
    const said = discord.say(author, channel, text);
    const ask = async () =>
      discord
        .submit(member, await discord.messageMenu(member, channel, 'Teach this message', said).form(), {
          label: 'billing',
        })
        .reply();
    const question = await ask();
    // Forgetting what a moderator taught is not a member's to offer.
    expect(offeredBy(question)).toEqual(['bug', 'billing']);
    const moved = await discord.click(member, question, 'billing').reply();
    expect(moved.content).toMatch(/Moved from bug to billing/);
    discord.deleteMessage(said);
    await expect
      .poll(async () => (await test.handful.store.keySpace(`action/${here()}`, anything).keys()).length)
      .toBe(0);
  });

  it('says when there is no text to read', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, member, channel } = test;
    const picture = discord.say(member, channel, '', { attachments: [{ name: 'a.png', data: 'x' }] });
    for (const menu of ['Teach this message', 'Ask Handful']) {
      const reply = await discord.messageMenu(member, channel, menu, picture).reply();
      expect(reply).toMatchObject({ ephemeral: true, content: expect.stringMatching(/no text to read/) });
    }
  });

  it('cuts nothing in half when a message is longer than a form takes', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, member, channel } = test;
    const said = discord.say(member, channel, `x${'😀'.repeat(2500)}`);
    const form = await discord.messageMenu(member, channel, 'Teach this message', said).form();
    const value = String(form.fields[0]!.component.value);
    expect(value.length).toBeLessThanOrEqual(4000);
    expect(value).toBe(`x${'😀'.repeat(1999)}`);
  });

  it('answers a message for the asker alone, and what they say of it is taught from that message', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, guild, member, channel } = test;
    const author = discord.addUser({ username: 'cid' });
    discord.addMember(guild, author);
    const said = discord.say(author, channel, 'charged for a crash');
    const answer = await discord.messageMenu(member, channel, 'Ask Handful', said).reply();
    expect(answer.ephemeral).toBe(true);
    expect(offeredBy(answer)).toEqual(['Right', 'Wrong', 'Why']);
    const which = await discord.click(member, answer, 'Wrong').reply();
    const taught = await discord.click(member, which, offeredBy(which)[0]!).reply();
    expect(taught.content).toMatch(/has 3 examples/);
    expect((await examples()).at(-1)).toMatchObject({
      text: 'charged for a crash',
      source: said.id,
      submittedBy: member.id,
    });
    discord.deleteMessage(said);
    await expect.poll(async () => (await examples()).length).toBe(6);
  });
});

describe('Right and Wrong', () => {
  it('count once a person, and Wrong teaches the label that is chosen', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, guild, mod, member, channel } = test;
    const answer = await discord.slash(member, channel, 'ask', { text: 'charged for nothing' }).reply();
    const status = async () =>
      /right \d+, wrong \d+/.exec((await discord.slash(mod, channel, 'model status').reply()).content)?.[0];
    await discord.click(member, answer, 'Right').reply();
    await discord.click(member, answer, 'Right').reply();
    expect(await status()).toBe('right 1, wrong 0');
    const which = await discord.click(member, answer, 'Wrong').reply();
    expect(which).toMatchObject({ ephemeral: true });
    expect(offeredBy(which)).toEqual(['bug', 'praise']);
    expect(await status()).toBe('right 1, wrong 0');
    await discord.click(member, which, 'bug').reply();
    expect(await status()).toBe('right 0, wrong 1');
    expect((await examples()).at(-1)).toMatchObject({
      text: 'charged for nothing',
      label: 'bug',
      submittedBy: member.id,
    });
    const other = discord.addUser();
    discord.addMember(guild, other);
    await discord.click(other, answer, 'Right').reply();
    expect(await status()).toBe('right 1, wrong 1');
  });

  it('choose from a select of more than five labels, and from a form of more than a hundred', async () => {
    test = await startBotTest();
    const { discord, member, channel } = test;
    await create('seven', many(7));
    for (const label of ['label 001', 'label 002'])
      await discord.slash(member, channel, 'teach', { task: 'seven', text: `about ${label}`, label }).reply();
    const first = await discord.slash(member, channel, 'ask', { task: 'seven', text: 'about label 001' }).reply();
    const menu = await discord.click(member, first, 'Wrong').reply();
    expect(offeredBy(menu)).toEqual(['Choose: label 002 … label 007', ...many(7).slice(1)]);
    const chosen = await discord.select(member, menu, 'Choose: label 002 … label 007', ['label 005']).reply();
    expect(chosen.content).toMatch(/known|taught as label 001/);

    await create('big', many(130));
    for (const label of ['label 001', 'label 002'])
      await discord.slash(member, channel, 'teach', { task: 'big', text: `about ${label}`, label }).reply();
    const asked = await discord.slash(member, channel, 'ask', { task: 'big', text: 'something about it' }).reply();
    const typed = await discord.click(member, asked, 'Wrong').reply();
    expect(typed.components).toHaveLength(4);
    expect(offeredBy(typed).at(-1)).toBe('Type the label');
    const wrong = await discord
      .submit(member, await discord.click(member, typed, 'Type the label').form(), { label: 'label 13' })
      .reply();
    expect(wrong.content).toMatch(/^big has no label "label 13"\. Did you mean label \d+\?$/);
    const right = await discord
      .submit(member, await discord.click(member, typed, 'Type the label').form(), { label: 'label 130' })
      .reply();
    expect(right.content).toMatch(/^label 130 has 1 example/);
  });

  it('ask for the label of what is not known, however many there are', async () => {
    test = await startBotTest();
    const { discord, member, channel } = test;
    for (const count of [3, 30, 130]) {
      const name = `task ${count}`;
      await create(name, many(count));
      await discord.slash(member, channel, 'teach', { task: name, text: 'alpha beta', label: 'label 001' }).reply();
      const unsure = await discord.slash(member, channel, 'ask', { task: name, text: 'xyzzy' }).reply();
      expect(unsure.content).toMatch(/I don't know/);
      expect(offeredBy(unsure).at(-1)).toBe('Why');
      expect(offeredBy(unsure).filter((label) => label === 'label 003')).toHaveLength(1);
      expect(unsure.components.length).toBe({ 3: 2, 30: 3, 130: 5 }[count]);
    }
  });
});

describe('/review', () => {
  const unlabelled = async (count: number, task = 'support') => {
    for (let i = 0; i < count; i++)
      await test.discord.slash(test.mod, test.channel, 'teach', { task, text: `charged or crash ${i}` }).reply();
  };

  it('has a button a label and one to skip, and goes from text to text', async () => {
    test = await startBotTest();
    await create('support', ['a', 'b', 'c', 'd', 'e']);
    await unlabelled(3);
    const { discord, member, channel } = test;
    const review = await discord.slash(member, channel, 'review').reply();
    expect(review).toMatchObject({ ephemeral: true, content: expect.stringMatching(/3 texts to look at/) });
    expect(offeredBy(review)).toEqual(['a', 'b', 'c', 'd', 'e', 'skip']);
    expect(review.components).toHaveLength(2);
    const next = await discord.click(member, review, 'b').reply();
    expect(next.id).toBe(review.id);
    expect(next.content).toMatch(/^Saved as b\..*\n.*2 texts to look at/s);
    const skipped = await discord.click(member, next, 'skip').reply();
    expect(skipped.content).toMatch(/1 text to look at/);
    const end = await discord.click(member, skipped, 'c').reply();
    expect(end.content).toMatch(/Saved as c\..*That was all/s);
    expect(end.components).toEqual([]);
    expect((await examples()).map(({ label }) => label).sort()).toEqual(['b', 'c', null]);
  });

  it('has a menu of more than five labels, and a form beyond a hundred, each with skip', async () => {
    test = await startBotTest();
    const { discord, member, channel } = test;
    await create('seven', many(7));
    await unlabelled(2, 'seven');
    const review = await discord.slash(member, channel, 'review', { task: 'seven' }).reply();
    expect(offeredBy(review)).toEqual(['Choose: label 001 … label 007', ...many(7), 'skip']);
    const next = await discord.select(member, review, 'Choose: label 001 … label 007', ['label 004']).reply();
    expect(next.content).toMatch(/Saved as label 004/);
    await create('big', many(101));
    await unlabelled(2, 'big');
    const long = await discord.slash(member, channel, 'review', { task: 'big' }).reply();
    expect(offeredBy(long).slice(-2)).toEqual(['Type the label', 'skip']);
    const form = await discord.click(member, long, 'Type the label').form();
    expect((await discord.submit(member, form, { label: 'label 101' }).reply()).content).toMatch(/Saved as label 101/);
  });
});

describe('questions before something is done', () => {
  it('a task is made in a form', async () => {
    test = await startBotTest();
    const { discord, member, channel } = test;
    const help = await discord.slash(member, channel, 'help').reply();
    const form = await discord.click(member, help, 'Start a task').form();
    await discord
      .submit(member, form, { name: 'mood', labels: 'good, bad', instruction: 'How does it sound?' })
      .reply();
    expect(await tasks()).toMatchObject([{ name: 'mood', instruction: 'How does it sound?' }]);
    const again = await discord
      .submit(member, await discord.click(member, help, 'Start a task').form(), { name: 'Mood', labels: 'x, y' })
      .reply();
    expect(again).toMatchObject({ ephemeral: true, content: expect.stringMatching(/There is a task mood already/) });
    const one = await discord
      .submit(member, await discord.slash(member, channel, 'task create', {}, { force: true }).form(), {
        name: 'one',
        labels: 'x',
      })
      .reply();
    expect(one.content).toMatch(/Expected two or more labels/);
  });

  it('deleting asks first: no leaves it, yes does it once', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, mod, channel } = test;
    const asked = await discord.slash(mod, channel, 'task delete', { task: 'support' }).reply();
    expect(asked).toMatchObject({ ephemeral: true, content: expect.stringMatching(/Delete support with 6 examples/) });
    expect((await discord.click(mod, asked, 'no').reply()).content).toMatch(/^support/);
    expect(await tasks()).toHaveLength(1);
    const again = await discord.slash(mod, channel, 'task delete', { task: 'support' }).reply();
    const late = await discord.slash(mod, channel, 'task delete', { task: 'support' }).reply();
    expect((await discord.click(mod, again, 'yes').reply()).content).toMatch(/support is deleted/);
    expect((await discord.click(mod, late, 'yes').reply()).content).toMatch(/There is no task yet/);
    expect(await tasks()).toEqual([]);
  });

  it('erasing everything asks first too', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, mod, channel } = test;
    const asked = await discord.slash(mod, channel, 'privacy erase').reply();
    await discord.click(mod, asked, 'no').reply();
    expect(await tasks()).toHaveLength(1);
    const again = await discord.slash(mod, channel, 'privacy erase').reply();
    expect((await discord.click(mod, again, 'yes').reply()).content).toMatch(/is deleted/);
    expect(await tasks()).toEqual([]);
  });

  it('old questions about a conflict do what they say or say why not', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, member, mod, channel } = test;
    const ask = async (): Promise<Message> => {
      await discord.slash(member, channel, 'teach', { text: 'works now', label: 'bug' }).reply();
      return discord.slash(member, channel, 'teach', { text: 'works now', label: 'billing' }).reply();
    };
    const [first, second, third] = [await ask(), await ask(), await ask()];
    expect((await discord.click(member, first, 'bug').reply()).content).toMatch(/I know that one already, as bug/);
    expect((await discord.click(member, second, 'both are possible: forget it').reply()).content).toMatch(
      /Forgot "works now"/,
    );
    expect(await examples()).toEqual([]);
    // The example is gone: nothing is left to forget, but it can be taught.
    expect((await discord.click(member, third, 'both are possible: forget it').reply()).content).toMatch(
      /has no example/,
    );
    const late = await ask();
    await discord.slash(mod, channel, 'task delete', { task: 'support', confirm: true }).reply();
    expect((await discord.click(member, late, 'billing').reply()).content).toMatch(/There is no task yet/);
  });
});

describe('autocomplete', () => {
  it('offers what there is, in both languages, and nothing where there is nothing', async () => {
    test = await startBotTest();
    const { discord, guild, mod, channel } = test;
    const yu = discord.addUser({ username: 'yu', locale: 'zh-CN' });
    discord.addMember(guild, yu);
    for (const user of [mod, yu])
      for (const [line, option] of [
        ['ask', 'task'],
        ['teach', 'label'],
        ['forget', 'example'],
        ['task show', 'task'],
      ] as const)
        expect(await discord.autocomplete(user, channel, line, {}, option).choices(), `${line} ${option}`).toEqual([]);
    await teachSupport(test, 2);
    await create('工单', ['账单', '故障']);
    expect(await discord.autocomplete(mod, channel, 'ask', {}, 'task').choices()).toEqual(
      ['support', '工单'].map((name) => ({ name, value: name })),
    );
    const typed = await discord.autocomplete(yu, channel, 'teach', { task: '工单', label: '故' }, 'label').choices();
    expect(typed).toEqual([{ name: '故障', value: '故障' }]);
    for (const [user, active, versions] of [
      [mod, 'the answerer in context', 'version 1 (LoRA)'],
      [yu, '上下文样本', '版本 1（LoRA）'],
    ] as const) {
      if (user === mod) {
        await discord.slash(mod, channel, 'model train', { task: 'support' }).reply();
        await discord.until('the report', () =>
          discord.messages(channel).some(({ attachments }) => attachments.length > 0),
        );
      }
      const offered = await discord
        .autocomplete(user, channel, 'model promote', { task: 'support' }, 'version')
        .choices();
      expect(offered).toEqual([
        { name: versions, value: '1' },
        { name: active, value: 'in-context' },
      ]);
    }
    expect(await discord.autocomplete(mod, channel, 'teach', { task: 'no such task' }, 'label').choices()).toEqual([]);
  });

  it('finds one of 1,000 examples, also a long one', async () => {
    test = await startBotTest();
    await create('support', ['billing', 'bug']);
    const { discord, mod, channel } = test;
    const rows = Array.from({ length: 998 }, (_, i) => `"text ${i} of many",bug`);
    const long = `zebra ${'very '.repeat(500)}long`;
    const file = {
      name: 'many.csv',
      data: ['text,label', ...rows, `"${long}",bug`, `"${'😀'.repeat(400)} giraffe",bug`].join('\n'),
    };
    await discord.slash(mod, channel, 'teach-file', {}, { attachments: { file } }).reply();
    expect(await discord.autocomplete(mod, channel, 'forget', {}, 'example').choices()).toHaveLength(25);
    const [found, ...others] = await discord
      .autocomplete(mod, channel, 'forget', { example: 'zebra' }, 'example')
      .choices();
    expect(others).toEqual([]);
    expect(found!.name).toMatch(/^zebra very .*…$/);
    const [smiling] = await discord.autocomplete(mod, channel, 'forget', { example: 'giraffe' }, 'example').choices();
    expect(smiling!.name).toMatch(/^😀+…$/u);
    const forgotten = await discord.slash(mod, channel, 'forget', { example: found!.value }).reply();
    expect(forgotten.content).toMatch(/^Forgot "zebra/);
    expect(await examples()).toHaveLength(999);
  });
});
