// Connections that drop and events that come twice: nothing that people did is lost, and nothing happens twice.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BotTest, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { answersIn, askIn, examplesOf, expectQuiet } from './reading.js';

let test: BotTest;
beforeEach(async () => {
  test = await startBotTest();
  await teachSupport(test, 3);
});
afterEach(async () => test?.end());

const ask = (text?: string) => askIn(test, text);
const answers = () => answersIn(test);

describe('the gateway', () => {
  it('is resumed when the connection is cut, with what happened in between', async () => {
    const { discord } = test;
    discord.cut();
    const asked = [ask(), ask('a crash today')];
    const replies = await Promise.all(asked.map((interaction) => interaction.reply()));
    expect(replies.map(({ content }) => content.slice(0, 6))).toEqual(['**bill', '**bug ']);
    expect(discord.counts).toMatchObject({ identified: 1, resumed: 1 });
    expect(test.logged.some((line) => line.includes('"event":"reconnecting"'))).toBe(true);
    expectQuiet(test);
  });

  it.each([true, false])('goes on after an invalid session (resumable: %s)', async (resumable) => {
    const { discord } = test;
    const { identified } = discord.counts;
    discord.invalidate(resumable);
    await discord.until('a session', () => discord.counts.identified + discord.counts.resumed > identified, 10_000);
    expect(discord.counts).toMatchObject(resumable ? { identified: 1, resumed: 1 } : { identified: 2, resumed: 0 });
    expect((await ask().reply()).content).toMatch(/^\*\*billing/);
    expectQuiet(test);
  });

  it('goes on when Discord asks for another connection', async () => {
    test.discord.askReconnect();
    await test.discord.until('the resume', () => test.discord.counts.resumed === 1, 10_000);
    expect((await ask().reply()).content).toMatch(/^\*\*billing/);
    expectQuiet(test);
  });
});

describe('an event that comes twice', () => {
  it('is one command', async () => {
    const before = await examplesOf(test);
    const options = { text: 'the invoice is wrong', label: 'billing' };
    const interaction = test.discord.slash(test.member, test.channel, 'teach', options);
    interaction.deliverAgain();
    expect((await interaction.reply()).content).toMatch(/^billing has 4 examples\./);
    interaction.deliverAgain();
    expect((await ask().reply()).content).toMatch(/^\*\*billing/);
    expect(await examplesOf(test)).toBe(before + 1);
    expect(interaction.edits).toEqual([]);
    expectQuiet(test);
  });

  it('is one press of a button', async () => {
    const answer = await ask().reply();
    const press = test.discord.click(test.member, answer, 'Right');
    press.deliverAgain();
    await press.reply();
    await ask().reply();
    const { feedback, workspace } = test.handful.services;
    const task = await workspace.findTask(`guild-${test.guild.id}`, 'support');
    expect(await feedback.tally(task.space, task.id, { kind: 'in-context' })).toEqual({ right: 1, wrong: 0 });
    expectQuiet(test);
  });

  it('is one message', async () => {
    const { discord, member, channel } = test;
    discord.say(member, channel, 'charged three times?', { mentionBot: true, deliverTwice: true });
    await discord.until('the answer', () => answers().length > 0);
    await ask('a crash today').reply();
    expect(answers()).toHaveLength(2);
    expectQuiet(test);
  });
});
