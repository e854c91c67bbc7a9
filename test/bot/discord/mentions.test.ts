// Messages to Handful: a mention, direct messages, answers that are typed; and everything that is not meant for it.

import { afterEach, describe, expect, it } from 'vitest';
import type { Channel, Message, SayExtras, User } from '../../support/discord/index.js';
import { type BotTest, expectQuiet, offeredBy, startBotTest, teachSupport } from '../../support/discord-bot.js';

let test: BotTest;
afterEach(async () => {
  expectQuiet(test);
  await test.end();
});

const fromBot = (channel: Channel, user?: User): Message[] =>
  test.discord.messages(channel, user).filter(({ author }) => author.id === test.discord.bot.id);

/** Says something and waits for the answer to it. */
async function ask(user: User, channel: Channel, text: string, extras: SayExtras = {}): Promise<Message> {
  const said = test.discord.say(user, channel, text, extras);
  return test.discord.until(`an answer to ${text}`, () =>
    fromBot(channel, user).find(({ replyTo }) => replyTo === said),
  );
}
const mention = (user: User, text: string, extras: SayExtras = {}): Promise<Message> =>
  ask(user, test.channel, text, { mentionBot: true, ...extras });

describe('a mention', () => {
  it('asks, teaches, and takes commands, in a reply to the message', async () => {
    test = await startBotTest();
    await teachSupport(test, 3);
    const { discord, mod, member, channel } = test;
    await discord.slash(mod, channel, 'task create', { name: 'mood', labels: 'good, bad' }).reply();
    const answer = await mention(member, 'support: I was charged twice');
    expect(answer.content).toMatch(/^\*\*billing \d+ %\*\*\n-# in context/);
    expect(offeredBy(answer)).toEqual(['Right', 'Wrong', 'Why']);
    expect((await discord.click(member, answer, 'Why').reply()).content).toMatch(/^"I was charged twice"/);
    expect((await mention(member, '/model status task:support')).content).toMatch(
      /^support: the answerer in context answers/,
    );
    const taught = await mention(member, 'what a lovely day => praise');
    expect(taught.content).toMatch(/praise has 4 examples.*trains only on what people submit/s);
    expect((await mention(member, '/model rollback')).content).toMatch(/is for moderators here/);
    expect((await mention(member, '/modle status')).content).toMatch(/I don't know \/modle.*\/model status/);
    expect((await mention(mod, '/task edit task:mood target:0.5')).content).toMatch(/mood changed/);
  });

  it('starts a training whose reply becomes the report, and says where the news of a task goes', async () => {
    test = await startBotTest();
    await teachSupport(test, 3);
    const { discord, guild, mod, member } = test;
    const room = discord.addChannel(guild, { name: 'training' });
    const started = await ask(mod, room, '/model train task:support', { mentionBot: true });
    await discord.until('the report card', () => offeredBy(started).includes('Roll back'), 15_000);
    expect(fromBot(room)).toHaveLength(1);
    // A run of its own accord is told where the task was taught last.
    await discord.slash(mod, test.channel, 'task edit', { task: 'support', automatic: true }).reply();
    const other = discord.addChannel(guild, { name: 'teaching' });
    test.engine.accuracy = { ...test.engine.accuracy, head: 0.88, lora: 0.89 };
    await ask(member, other, 'what a lovely day => praise', { mentionBot: true });
    await discord.until(
      'another report',
      () => fromBot(other).some((message) => offeredBy(message).includes('Compare')),
      15_000,
    );
  });

  it('alone shows what Handful can do', async () => {
    test = await startBotTest();
    const help = await mention(test.member, '');
    expect(help.content).toMatch(/^Teach me a task/);
    expect(offeredBy(help)).toEqual(['Show me', 'Start a task']);
    const last = await ask(test.member, test.channel, `hey <@!${test.discord.bot.id}>`);
    expect(last.content).toMatch(/There is no task yet/);
  });

  it('with a file teaches the file', async () => {
    test = await startBotTest();
    await teachSupport(test, 1);
    const file = { name: 'more.csv', data: 'text,label\ncharged for nothing,billing\nit is broken,bug' };
    const taught = await mention(test.member, '/teach-file', { attachments: [file] });
    expect(taught.content).toMatch(/2 rows: 2 taught/);
    const none = await mention(test.member, '/teach-file');
    expect(none.content).toMatch(/needs file/);
  });

  it('is answered where it is asked: in threads too, and privately where the bot may not write', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, guild, member } = test;
    const thread = discord.addThread(test.channel, { name: 'help' });
    expect((await ask(member, thread, 'charged twice?', { mentionBot: true })).content).toMatch(/billing/);
    const closed = discord.addChannel(guild, { name: 'closed', overwrites: [{ id: discord.bot.id, deny: 1n << 11n }] });
    discord.say(member, closed, 'charged twice?', { mentionBot: true });
    const dm = discord.dm(member);
    const told = await discord.until('a word', () => fromBot(dm, member)[0]);
    expect(told.content).toMatch(/may not write in that channel/);
    expect(fromBot(closed)).toEqual([]);
    discord.takeViolations(50013);
  });
});

describe('what is not meant for Handful', () => {
  it('is ignored: everyone, roles, other bots, replies without a mention, its own messages', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, guild, member, channel } = test;
    const role = discord.addRole(guild, { name: 'helpers', mentionable: true });
    const other = discord.addUser({ username: 'robot', bot: true });
    discord.addMember(guild, other);
    const answer = await mention(member, 'charged twice?');
    const before = fromBot(channel).length;
    discord.say(member, channel, '@everyone charged twice?');
    discord.say(member, channel, `<@&${role.id}> charged twice?`);
    discord.say(other, channel, 'charged twice?', { mentionBot: true });
    discord.say(member, channel, 'charged again', { reply: answer });
    discord.say(member, channel, 'charged again and again');
    // Events come in order: what is asked last is answered last.
    await mention(member, 'a crash today?');
    expect(fromBot(channel)).toHaveLength(before + 1);
    expect((await test.handful.services.workspace.examples(await task())).length).toBe(6);
  });

  it('is answered once when Discord tells it twice', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { member, channel } = test;
    await mention(member, 'something new => bug', { deliverTwice: true });
    await mention(member, 'charged?');
    expect(fromBot(channel).filter(({ content }) => content.startsWith('bug has'))).toHaveLength(1);
    expect((await test.handful.services.workspace.examples(await task())).length).toBe(7);
  });

  const task = () => test.handful.services.workspace.findTask(`guild-${test.guild.id}`, 'support');
});

describe('direct messages', () => {
  it('need no mention, and a choice may be typed: its number or its word', async () => {
    test = await startBotTest();
    const { discord, member } = test;
    const dm = discord.dm(member);
    const say = (text: string, extras?: SayExtras) => ask(member, dm, text, extras);
    await say('/task create name:mine labels:"billing, bug"');
    await say('I was charged twice => billing');
    await say('it crashes => bug');
    const unsure = await say('xyzzy');
    expect(unsure.content).toMatch(/I don't know/);
    expect(offeredBy(unsure)).toEqual(['billing', 'bug', 'Why']);
    expect((await say('2')).content).toMatch(/^bug has 2 examples/);
    expect((await say('it crashes => billing')).content).toMatch(/taught as bug/);
    expect((await say('biling')).content).toMatch(/none of the choices\. Did you mean billing\?/);
    expect((await say('it crashes => billing')).content).toMatch(/taught as bug/);
    expect((await say('billing')).content).toMatch(/Moved from bug to billing/);
    const file = { name: 'more.tsv', data: 'text\tlabel\nit hangs\tbug' };
    expect((await say('/teach-file', { attachments: [file] })).content).toMatch(/1 row: 1 taught/);
    expect((await say('/privacy show')).content).toMatch(/I keep 4 examples/);
    expect(fromBot(test.channel)).toEqual([]);
  });

  it('are answered in Chinese when they are Chinese', async () => {
    test = await startBotTest();
    const { discord, member } = test;
    const dm = discord.dm(member);
    expect((await ask(member, dm, '/task create name:工单 labels:"账单, 故障"')).content).toMatch(/^已创建任务/);
    expect((await ask(member, dm, 'hello')).content).toMatch(/guess from the label names/);
    expect((await ask(member, dm, '重复扣费了 => 账单')).content).toMatch(/账单.*1 个样本/);
  });
});
