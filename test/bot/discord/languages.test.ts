// Which language a reply has: what the person chose, else that of their app, else the server's; news in that of whoever taught.

import { afterEach, expect, it } from 'vitest';
import type { Message, User } from '../../support/discord/index.js';
import { type BotTest, expectQuiet, offeredBy, startBotTest, teachSupport } from '../../support/discord-bot.js';

let test: BotTest;
afterEach(async () => {
  expectQuiet(test);
  await test.end();
});

const isChinese = ({ content }: Message): boolean => /\p{Script=Han}/u.test(content);
function joins(username: string, locale: string): User {
  const user = test.discord.addUser({ username, locale });
  test.discord.addMember(test.guild, user);
  return user;
}
const help = (user: User): Promise<Message> => test.discord.slash(user, test.channel, 'help').reply();

it('is that of the app, or the server where the app speaks another one', async () => {
  test = await startBotTest({ locale: 'zh-CN' });
  for (const [locale, chinese] of [
    ['zh-CN', true],
    ['zh-TW', true],
    ['en-US', false],
    ['en-GB', false],
    ['de', true],
  ] as const)
    expect(isChinese(await help(joins(`user ${locale}`, locale))), locale).toBe(chinese);
  await test.end();
  test = await startBotTest({ locale: 'en-US' });
  for (const [locale, chinese] of [
    ['zh-CN', true],
    ['ja', false],
  ] as const)
    expect(isChinese(await help(joins(`user ${locale}`, locale))), locale).toBe(chinese);
});

it('is what the person chose, everywhere and over restarts, until they want to be forgotten', async () => {
  test = await startBotTest();
  await teachSupport(test, 2);
  const { discord, member, channel } = test;
  const chosen = await discord.slash(member, channel, 'settings', { language: 'zh' }).reply();
  expect(chosen.content).toMatch(/^语言：中文/);
  await test.restart();
  expect(isChinese(await help(member))).toBe(true);
  const answer = await discord.slash(member, channel, 'ask', { text: 'charged?' }).reply();
  expect(offeredBy(answer)).toEqual(['对', '不对', '为什么']);
  expect(isChinese(await discord.click(member, answer, '为什么').reply())).toBe(true);
  expect((await discord.slash(member, channel, 'teach').form()).fields.map(({ label }) => label).join()).toMatch(
    /\p{Script=Han}/u,
  );
  const said = discord.say(member, channel, 'charged twice?', { mentionBot: true });
  const reply = await discord.until('an answer', () =>
    discord.messages(channel).find(({ replyTo }) => replyTo === said),
  );
  expect(isChinese(reply)).toBe(true);
  expect(isChinese(await discord.slash(member, channel, 'model train').reply())).toBe(true);
  // Others are not concerned.
  expect(isChinese(await help(test.mod))).toBe(false);
  const forget = await discord.slash(member, channel, 'privacy forget').reply();
  await discord.click(member, forget, '是').reply();
  expect(isChinese(await help(member))).toBe(false);
});

it('serves a Chinese member of an English server in Chinese, to the last word', async () => {
  test = await startBotTest();
  const { discord, channel } = test;
  const yu = joins('yu', 'zh-CN');
  const made = await discord.slash(yu, channel, '任务 创建', { 名称: '工单', 标签列表: '账单, 故障' }).reply();
  const shown: Message[] = [made];
  shown.push(await discord.slash(yu, channel, '教', { 文本: '重复扣费了', 标签: '账单' }).reply());
  shown.push(await discord.slash(yu, channel, '教', { 文本: '一打开就崩溃', 标签: '故障' }).reply());
  shown.push(await discord.slash(yu, channel, '问', { 文本: '为什么扣费两次' }).reply());
  shown.push(await discord.slash(yu, channel, '问', { 文本: 'xyzzy' }).reply());
  shown.push(await discord.slash(yu, channel, '任务 列表').reply());
  shown.push(await discord.slash(yu, channel, '模型 状态').reply());
  for (const message of shown) {
    const words = [message.content, ...offeredBy(message)]
      .join('\n')
      .replace(/Handful|LoRA|xyzzy|\/[a-z-]+(?: [a-z]+)?/g, '');
    expect(words, message.content).not.toMatch(/[a-z]{3,}/i);
  }
  // Whoever reads along in English asks in English.
  expect(isChinese(await help(test.mod))).toBe(false);
});

it('is that of whoever taught or trained for the news of a training', async () => {
  test = await startBotTest();
  await teachSupport(test, 4);
  const { discord, mod, channel } = test;
  discord.addRole(test.guild, { name: 'x' });
  const yu = joins('yu', 'zh-CN');
  const report = (): Promise<Message> =>
    discord.until(
      'a report card',
      () =>
        discord
          .messages(channel)
          .filter(({ attachments }) => attachments.length > 0)
          .at(-1),
      15_000,
    );
  await discord.slash(mod, channel, 'model train').reply();
  expect(isChinese(await report())).toBe(false);

  // A run that starts by itself after somebody taught in Chinese.
  await discord.slash(mod, channel, 'task edit', { task: 'support', automatic: true }).reply();
  const first = await report();
  await discord.slash(yu, channel, '教', { 文本: 'charged again', 标签: 'billing' }).reply();
  test.engine.accuracy = { ...test.engine.accuracy, head: 0.88, lora: 0.89 };
  const second = await discord.until(
    'another report',
    () =>
      discord
        .messages(channel)
        .filter(({ attachments }) => attachments.length > 0)
        .find(({ id }) => id !== first.id),
    20_000,
  );
  expect(isChinese(second)).toBe(true);
  expect(second.attachments[0]!.description).toMatch(/\p{Script=Han}/u);
});
