// Messages that outlived their task or the process, and channels that are closed to the bot: everybody is told, nothing hangs.

import { PermissionFlagsBits as Bits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../support/discord/index.js';
import { type BotTest, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { answersIn, askIn, examplesOf, expectQuiet, labelsOf } from './reading.js';

const WAIT = { timeout: 10_000 };

let test: BotTest;
beforeEach(async () => {
  test = await startBotTest();
  await teachSupport(test, 3);
});
afterEach(async () => test?.end());

const errors = (): string[] => test.logged.filter((line) => line.includes('"level":"error"'));

describe('a message from before', () => {
  it('of a deleted task: its buttons say so', async () => {
    const { discord, mod, member, channel } = test;
    const answer = await askIn(test).reply();
    const report = await discord.slash(mod, channel, 'model train').reply();
    await discord.until('the report', () => labelsOf(report).includes('Compare'), 10_000);
    const unsure = await discord.slash(member, channel, 'ask', { text: 'xyzzy' }).reply();
    await discord.slash(mod, channel, 'task delete', { task: 'support', confirm: true }).reply();
    const presses: [Message, string][] = [
      [answer, 'Right'],
      [answer, 'Wrong'],
      [answer, 'Why'],
      [unsure, 'billing'],
      [report, 'Compare'],
      [report, 'Roll back'],
    ];
    for (const [message, button] of presses) {
      const told = await discord.click(mod, message, button).reply();
      expect(told.content).toMatch(/^(?:support was deleted|That answer is gone|There is no task)/);
      expect(told.ephemeral).toBe(true);
    }
    expect(errors()).toEqual([]);
    expectQuiet(test);
  });

  it('of another process: buttons, menus and forms do what they say', async () => {
    const { discord, mod, member, channel } = test;
    const labels = Array.from({ length: 8 }, (_, i) => `a long name of a label, number ${i}, ${'x'.repeat(60)}`);
    await discord.slash(mod, channel, 'task create', { name: 'wide', labels: labels.join('; ').replaceAll(',', ' ') });
    const answer = await askIn(test, 'charged four times?').reply();
    const which = await discord.click(mod, answer, 'Wrong').reply();
    const form = await discord.slash(member, channel, 'teach', { task: 'support' }).form();
    const said = discord.say(member, channel, 'the invoice is wrong');
    const fromMessage = await discord.messageMenu(member, channel, 'Teach this message', said).form();
    const before = await examplesOf(test);
    await test.restart();
    expect((await discord.click(member, answer, 'Why').reply()).content).toContain(
      'answered by the answerer in context',
    );
    expect((await discord.click(mod, which, 'bug').reply()).content).toContain('bug has 4 examples');
    const taught = await discord.submit(member, form, { text: 'it froze => bug\nI like it => praise' }).reply();
    expect(taught.content).toMatch(/^2 rows: 2 taught/);
    const label = fromMessage.fields[1]!.component.options as { label: string }[];
    const billing = label.find((option) => option.label.endsWith('billing'))!.label;
    const filled = { [fromMessage.fields[1]!.label]: billing };
    expect((await discord.submit(member, fromMessage, filled).reply()).content).toMatch(/^billing has 4 examples/);
    expect(await examplesOf(test)).toBe(before + 4);
    expectQuiet(test);
  });

  it('of another process: a select menu too', async () => {
    const { discord, mod, channel } = test;
    const labels = Array.from({ length: 8 }, (_, i) => `label ${i} ${'x'.repeat(70)}`);
    await discord.slash(mod, channel, 'task create', { name: 'wide', labels: labels.join(', ') }).reply();
    await discord.slash(mod, channel, 'teach', { task: 'wide', text: 'something', label: labels[0]! }).reply();
    const unsure = await discord.slash(mod, channel, 'ask', { task: 'wide', text: 'xyzzy' }).reply();
    await test.restart();
    const [placeholder] = unsure.components.flatMap((row) =>
      'components' in row
        ? row.components.flatMap((each) => ('placeholder' in each ? [String(each.placeholder)] : []))
        : [],
    );
    const told = await discord.select(mod, unsure, placeholder!, [labels[3]!]).reply();
    expect(told.content).toContain('has 1 example');
    expectQuiet(test);
  });
});

describe('a channel that the bot may not write to', () => {
  it('still gets the answers to commands, and the person who mentions the bot a direct message', async () => {
    const { discord, member, channel, bot } = test;
    discord.setOverwrite(channel, { id: discord.appId, deny: Bits.SendMessages });
    await vi.waitFor(() => expect(bot.client.channels.cache.get(channel.id)).toBeDefined(), WAIT);
    expect((await askIn(test).reply()).content).toMatch(/^\*\*billing/);
    discord.say(member, channel, 'charged three times?', { mentionBot: true });
    const dm = discord.dm(member);
    await discord.until('the direct message', () => discord.messages(dm, member).length > 0);
    expect(discord.messages(dm, member)[0]!.content).toMatch(/^I was asked there but may not write in that channel/);
    expect(answersIn(test)).toHaveLength(1);
    expect(errors()).toEqual([]);
    expectQuiet(test, [50013]);
  });

  it('says nothing to people who take no direct messages, and goes on', async () => {
    const { discord, member, channel } = test;
    member.dmsClosed = true;
    discord.setOverwrite(channel, { id: discord.appId, deny: Bits.SendMessages });
    discord.say(member, channel, 'charged three times?', { mentionBot: true });
    await vi.waitFor(() => expect(test.logged.some((line) => line.includes('no direct message'))).toBe(true), WAIT);
    expect((await askIn(test).reply()).content).toMatch(/^\*\*billing/);
    expectQuiet(test, [50013, 50007]);
  });

  it('gets no news of trainings by themselves; the log and the log channel tell', async () => {
    const { discord, mod, channel, guild } = test;
    const log = discord.addChannel(guild, { name: 'log' });
    await discord.slash(mod, channel, 'settings', { log }).reply();
    await discord.slash(mod, channel, 'task edit', { task: 'support', automatic: true }).reply();
    await test.handful.services.runs.settle();
    discord.setOverwrite(channel, { id: discord.appId, deny: Bits.SendMessages });
    const before = discord.messages(channel).length;
    const { length } = test.engine.runs;
    test.engine.accuracy = { ...test.engine.accuracy, 'in-context': 0.5, head: 0.6, lora: 0.95 };
    const options = { task: 'support', text: 'the invoice is wrong', label: 'billing' };
    const taught = await discord.slash(mod, channel, 'teach', options).reply();
    expect(taught.content).toMatch(/^billing has 4 examples/);
    await discord.until('the log', () =>
      discord.messages(log).some(({ content }) => /A training of support has ended: version \d is/.test(content)),
    );
    await test.handful.services.runs.settle();
    expect(test.engine.runs).toHaveLength(length + 1);
    await vi.waitFor(() => expect(test.logged.some((line) => line.includes('news not delivered'))).toBe(true), WAIT);
    expect(discord.messages(channel)).toHaveLength(before);
    expect(errors()).toEqual([]);
    expectQuiet(test, [50013]);
  });

  it('shows a training that was asked for there, through its reply', async () => {
    const { discord, mod, channel } = test;
    discord.setOverwrite(channel, { id: discord.appId, deny: Bits.SendMessages | Bits.ViewChannel });
    const message = await discord.slash(mod, channel, 'model train').reply();
    await discord.until('the report', () => message.attachments.length > 0, 10_000);
    expect(message.content).toMatch(/^support: version 1 \(LoRA\) is answering now\./);
    expect(errors()).toEqual([]);
    expectQuiet(test);
  });
});
