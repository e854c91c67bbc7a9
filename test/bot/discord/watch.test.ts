// Watched channels: off by default; an answer only where it is sure, and nothing kept of what is read.

import { afterEach, expect, it } from 'vitest';
import type { Channel, Message } from '../../support/discord/index.js';
import { type BotTest, expectQuiet, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { dump } from '../../support/dump.js';

let test: BotTest;
afterEach(async () => {
  expectQuiet(test);
  await test.end();
});

const SURE = 'charged three times';
const UNSURE = 'charged or crash or thanks';
const fromBot = (channel: Channel): Message[] =>
  test.discord.messages(channel).filter(({ author }) => author.id === test.discord.bot.id);
const answerTo = (said: Message): Promise<Message> =>
  test.discord.until(`an answer to ${said.content}`, () =>
    fromBot(said.channel).find(({ replyTo }) => replyTo === said),
  );

/** Everything that was said before is dealt with: a mention is answered after it. */
async function settled(channel: Channel): Promise<void> {
  await answerTo(test.discord.say(test.mod, channel, '/help ask', { mentionBot: true }));
}

async function watching(): Promise<Channel> {
  test = await startBotTest({ messageContent: true });
  await teachSupport(test, 4);
  const { discord, guild, mod } = test;
  const help = discord.addChannel(guild, { name: 'help' });
  const started = await discord.slash(mod, test.channel, 'task watch', { channel: help, task: 'support' }).reply();
  expect(started.content).toContain(`<#${help.id}>: I answer with support.`);
  expect(started.content).toMatch(/only when I am sure; nothing .* is kept or trained on/);
  return help;
}

it('needs the message content intent and says where to switch it on', async () => {
  test = await startBotTest();
  await teachSupport(test, 4);
  const { discord, guild, mod, member, channel } = test;
  const help = discord.addChannel(guild, { name: 'help' });
  const refused = await discord.slash(mod, channel, 'task watch', { channel: help }).reply();
  expect(refused).toMatchObject({
    ephemeral: true,
    content: expect.stringMatching(/message content intent.*HANDFUL\\?_MESSAGE\\?_CONTENT=on/),
  });
  expect((await discord.slash(mod, channel, 'task watch').reply()).content).toMatch(/No channel is watched/);
  discord.say(member, help, SURE);
  await settled(channel);
  expect(fromBot(help)).toEqual([]);
});

it('reads nothing when Discord blanks the messages', async () => {
  const help = await watching();
  const { discord, member } = test;
  await answerTo(discord.say(member, help, SURE));
  // As if the intent had been taken away: the same settings, another process without it.
  await test.end();
  test = await startBotTest();
  await teachSupport(test, 4);
  const blank = test.discord.addChannel(test.guild, { name: 'help' });
  const [task] = await test.handful.services.workspace.tasks(`guild-${test.guild.id}`);
  await test.handful.services.communities.change(`guild-${test.guild.id}`, (settings) => ({
    ...settings,
    watches: { [blank.id]: task!.id },
  }));
  test.discord.say(test.member, blank, SURE);
  await settled(test.channel);
  expect(fromBot(blank)).toEqual([]);
});

it('answers what it is sure about, and keeps silent about the rest, bots, and other channels', async () => {
  const help = await watching();
  const { discord, guild, member, channel } = test;
  const answer = await answerTo(discord.say(member, help, SURE));
  expect(answer.content).toMatch(/^billing \d+ %\n.*in context.*Teach this message/s);
  expect(answer.components).toEqual([]);
  const robot = discord.addUser({ username: 'robot', bot: true });
  discord.addMember(guild, robot);
  discord.say(robot, help, SURE);
  discord.say(member, channel, SURE);
  for (const text of [UNSURE, 'xyzzy', 'hello there']) discord.say(member, help, text);
  discord.say(member, help, '', { attachments: [{ name: 'a.png', data: 'x' }] });
  await settled(help);
  expect(fromBot(help)).toHaveLength(2);
  expect(fromBot(channel).filter(({ replyTo }) => replyTo !== null)).toEqual([]);
  // Where it is mentioned it answers like everywhere.
  const asked = await answerTo(discord.say(member, help, UNSURE, { mentionBot: true }));
  expect(asked.components.length).toBeGreaterThan(0);
});

it('keeps nothing of what it reads and never trains on it', async () => {
  const help = await watching();
  const { discord, member, handful, engine } = test;
  await handful.services.asked.flush();
  const before = await dump(handful.store);
  const sure = [SURE, 'charged one times', 'crash number two today'].map((text) => discord.say(member, help, text));
  for (const text of [UNSURE, 'my secret words']) discord.say(member, help, text);
  for (const message of sure) await answerTo(message);
  await handful.services.runs.settle();
  await handful.services.asked.flush();
  expect(await dump(handful.store)).toEqual(before);
  expect(engine.runs).toEqual([]);
  expect(test.logged.join('\n')).not.toMatch(/charged|secret|crash/);
});

it('stops when it is told to, when the task is deleted, and stays silent when it is too much', async () => {
  const help = await watching();
  const { discord, guild, mod, member, channel, handful } = test;
  const other = discord.addChannel(guild, { name: 'other' });
  await discord.slash(mod, channel, 'task watch', { channel: other }).reply();
  const list = await discord.slash(mod, channel, 'task watch').reply();
  expect(list.content.split('\n')).toHaveLength(2);
  await discord.slash(mod, channel, 'task watch', { channel: other, stop: true }).reply();
  discord.say(member, other, SURE);
  await settled(other);
  expect(fromBot(other)).toHaveLength(1);

  // 30 a minute and person; what one asks oneself is counted apart.
  for (let i = 0; i < 32; i++) discord.say(member, help, SURE);
  await discord.until('30 answers', () => fromBot(help).length === 30, 15_000);
  await settled(help);
  expect(fromBot(help)).toHaveLength(31);
  expect((await discord.slash(member, help, 'ask', { text: SURE }).reply()).content).toMatch(/billing/);

  await discord.slash(mod, channel, 'task delete', { task: 'support', confirm: true }).reply();
  expect((await discord.slash(mod, channel, 'task watch').reply()).content).toMatch(/No channel is watched/);
  discord.say(mod, help, SURE);
  await settled(help);
  expect(fromBot(help).filter(({ replyTo }) => replyTo?.author === mod && replyTo.content === SURE)).toEqual([]);
  expect((await handful.services.communities.get(`guild-${guild.id}`)).watches).toEqual({});
});
