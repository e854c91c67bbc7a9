// /model advise and /model doctor in Discord: for whom, and the buttons of labels that look wrong.

import { afterEach, describe, expect, it } from 'vitest';
import { type BotTest, expectQuiet, offeredBy, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { addToRecords } from '../../support/facts.js';

let test: BotTest;
afterEach(async () => test?.end());

const SUSPECTS = [
  { text: 'charged one times', label: 'billing', suggested: 'bug', probability: 0.93 },
  { text: 'crash number two today', label: 'bug', suggested: 'praise', probability: 0.88 },
  { text: 'thanks three lovely', label: 'praise', suggested: 'billing', probability: 0.81 },
] as const;

async function measuredTest(locale = 'en-US'): Promise<void> {
  test = await startBotTest({ locale });
  addToRecords(test.engine, () => ({ suspects: SUSPECTS }));
  await teachSupport(test, 4);
  await test.discord.slash(test.mod, test.channel, 'model train').reply();
  await test.handful.services.runs.settle();
}

const examplesOf = async () => {
  const { workspace } = test.handful.services;
  return workspace.examples(await workspace.findTask(`guild-${test.guild.id}`, 'support'));
};

describe('labels that look wrong', () => {
  it('are kept, changed and forgotten by buttons, in one message that only the moderator sees', async () => {
    await measuredTest();
    const { discord, mod, channel } = test;
    const message = await discord.slash(mod, channel, 'model doctor', { task: 'support' }).reply();
    expect(message).toMatchObject({ ephemeral: true, addressee: mod });
    expect(message.content).toContain('Labels that look wrong: 3 of 12 held-out examples.');
    expect(offeredBy(message)).toEqual(['keep billing', 'relabel as bug', 'forget it', 'skip']);

    const second = await discord.click(mod, message, 'keep billing').reply();
    expect(second.id).toBe(message.id);
    expect(second.content).toMatch(/stays billing; I will not ask again\.\nsupport: is this label right\? 2 texts/);
    const third = await discord.click(mod, second, 'relabel as praise').reply();
    expect(third.content).toMatch(/^Saved as praise\./);
    const end = await discord.click(mod, third, 'forget it').reply();
    expect(end.content).toContain('That was all to look at in support.');
    expect(offeredBy(end)).toEqual([]);

    const examples = await examplesOf();
    expect(examples).toHaveLength(11);
    expect(examples.find(({ text }) => text === 'charged one times')?.label).toBe('billing');
    expect(examples.find(({ text }) => text === 'crash number two today')?.label).toBe('praise');
    const again = await discord.slash(mod, channel, 'model doctor', { task: 'support' }).reply();
    expect(offeredBy(again)).toEqual([]);
    expectQuiet(test);
  });

  it('stay kept over a restart, and their buttons go on working', async () => {
    await measuredTest();
    const { discord, mod, channel } = test;
    const message = await discord.slash(mod, channel, 'model doctor').reply();
    await test.restart();
    expect((await discord.click(mod, message, 'keep billing').reply()).content).toContain('2 texts to look at');
    await test.restart();
    const again = await discord.slash(mod, channel, 'model doctor').reply();
    expect(again.content).toContain('2 texts to look at');
    expectQuiet(test);
  });

  it('are asked about in Chinese too', async () => {
    await measuredTest('zh-CN');
    const { discord, mod, channel } = test;
    const message = await discord.slash(mod, channel, 'model doctor').reply();
    expect(offeredBy(message)).toEqual(['保留“billing”', '改为“bug”', '忘记它', '跳过']);
    expectQuiet(test);
  });
});

describe('advice', () => {
  it('is for everyone, and findings are for moderators', async () => {
    await measuredTest();
    const { discord, member, channel } = test;
    const advice = await discord.slash(member, channel, 'model advise', { task: 'support' }).reply();
    expect(advice).toMatchObject({ ephemeral: true });
    expect(advice.content).toContain('12 examples in 3 labels: 4 a label on average');
    expect(advice.content).toMatch(/Method: .+, since/);
    const refused = await discord.slash(member, channel, 'model doctor', { task: 'support' }, { force: true }).reply();
    expect(refused.content).toMatch(/is for moderators here\.$/);
    expect(offeredBy(refused)).toEqual([]);
    expectQuiet(test);
  });
});
