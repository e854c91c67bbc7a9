// Trainings that meet trouble: the token of their message ends, moderators delete it, the channel or the server disappears, the
// process restarts. The run goes on or ends cleanly, and people read how, once.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../support/discord/index.js';
import { type BotTest, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { expectQuiet, labelsOf, messagesOf, reportIn } from './reading.js';

const WAIT = { timeout: 10_000 };

let test: BotTest;
let go = (): void => {};

/** From now on runs wait in their first step until `go()`. */
function hold(): void {
  test.engine.gate = new Promise((resolve) => {
    go = () => {
      test.engine.gate = null;
      resolve();
    };
  });
}

beforeEach(async () => {
  test = await startBotTest();
  await teachSupport(test, 3);
  hold();
});
afterEach(async () => {
  go();
  await test?.end();
});

/** The message of a run that is under way. */
async function startTraining(options: Record<string, string> = {}): Promise<Message> {
  const { discord, mod, channel } = test;
  const message = await discord.slash(mod, channel, 'model train', options).reply();
  await discord.until('progress', () => labelsOf(message).includes('Cancel'));
  return message;
}

const reports = (): Message[] => messagesOf(test).filter(({ attachments }) => attachments.length > 0);
const logged = (event: string): string[] => test.logged.filter((line) => line.includes(event));
const bugs = (): string[] => logged('"level":"error"');

describe('the message of a run', () => {
  it('goes on by edits of the channel when the token has ended', async () => {
    const message = await startTraining();
    const before = test.discord.requests.length;
    test.discord.advance(16 * 60_000);
    go();
    const report = await reportIn(test, test.channel);
    expect(report.id).toBe(message.id);
    expect(report.content).toMatch(/^support: version 1 \(LoRA\) is answering now\./);
    const path = `/channels/${test.channel.id}/messages/${message.id}`;
    const edits = test.discord.requests.slice(before).filter((request) => request.path === path);
    expect(edits.length).toBeGreaterThan(0);
    expect(reports()).toEqual([report]);
    expectQuiet(test, [50027]);
  });

  it('is not posted again when a moderator deleted it, but the report is', async () => {
    const { discord, channel } = test;
    const message = await startTraining();
    discord.deleteMessage(message);
    go();
    const report = await reportIn(test, channel);
    expect(report.id).not.toBe(message.id);
    expect(labelsOf(report)).toEqual(['Compare', 'Roll back']);
    await test.handful.services.runs.settle();
    const posted = discord.messages(channel).filter(({ author, usedBy }) => author.bot && usedBy === null);
    expect(posted).toEqual([report]);
    expectQuiet(test, [10008]);
  });

  it('and its channel may be deleted: the version answers all the same, and the log says so', async () => {
    const { discord, mod, guild } = test;
    const other = discord.addChannel(guild, { name: 'lab' });
    const message = await discord.slash(mod, other, 'model train').reply();
    await discord.until('progress', () => labelsOf(message).includes('Cancel'));
    discord.deleteChannel(other);
    go();
    await vi.waitFor(() => expect(logged('news not delivered')).toHaveLength(1), WAIT);
    const answer = await discord.slash(mod, test.channel, 'ask', { text: 'charged three times?' }).reply();
    expect(answer.content).toContain('version 1 (LoRA)');
    expect(bugs()).toEqual([]);
    expectQuiet(test, [10003]);
  });

  it('is stopped by its button, by moderators alone', async () => {
    const { discord, mod, member } = test;
    const message = await startTraining();
    const refused = await discord.click(member, message, 'Cancel').reply();
    expect(refused).toMatchObject({ ephemeral: true, content: expect.stringContaining('is for moderators here') });
    const stopped = await discord.click(mod, message, 'Cancel').reply();
    expect(stopped.content).toMatch(/^support: stopping the training\./);
    go();
    await discord.until('the end', () => message.content.startsWith('support: training cancelled.'));
    expect(labelsOf(message)).toEqual([]);
    expectQuiet(test);
  });

  it('says that its task is gone', async () => {
    const { discord, mod, channel } = test;
    const message = await startTraining();
    await discord.slash(mod, channel, 'task delete', { task: 'support', confirm: true }).acked;
    go();
    await discord.until('the end', () => message.content.startsWith('support: the training stopped'));
    expectQuiet(test);
  });
});

describe('a restart in the middle of a training', () => {
  it('puts the run back with its method and time; the same message goes on and becomes the report', async () => {
    const { discord, channel, engine } = test;
    const message = await startTraining({ method: 'head', budget: '77' });
    await test.restart();
    await vi.waitFor(() => expect(engine.runs).toHaveLength(2), WAIT);
    expect(engine.runs[1]).toMatchObject({ methods: ['head'], budgetSeconds: 77 });
    await discord.until('a word', () => message.content.includes('I was restarted'));
    expect(labelsOf(message)).toEqual(['Cancel']);
    go();
    const report = await reportIn(test, channel);
    expect(report.id).toBe(message.id);
    expect(report.content).toMatch(/^support: version 1 \(head\) is answering now\./);
    await test.handful.services.runs.settle();
    expect(engine.runs).toHaveLength(2);
    expect(reports()).toEqual([report]);
    // And nothing is left for the next start.
    await test.restart();
    await test.handful.services.runs.settle();
    expect(engine.runs).toHaveLength(2);
    expectQuiet(test);
  });

  it('forgets a run that was cancelled before', async () => {
    const { discord, mod, engine } = test;
    const message = await startTraining();
    await discord.click(mod, message, 'Cancel').reply();
    go();
    await discord.until('the end', () => message.content.startsWith('support: training cancelled.'));
    await test.restart();
    await test.handful.services.runs.settle();
    expect(engine.runs).toHaveLength(1);
    expectQuiet(test);
  });
});

describe('a server that disappears during a training', () => {
  it('ends the run without a word when the bot was removed; back again, the examples are there', async () => {
    const { discord, guild, mod, channel, engine } = test;
    await startTraining();
    discord.removeGuild(guild);
    go();
    await vi.waitFor(() => expect(test.handful.services.runs.busy()).toBe(false), WAIT);
    expect(reports()).toEqual([]);
    discord.rejoin(guild);
    const status = await discord.slash(mod, channel, 'task show', { task: 'support' }).reply();
    expect(status.content).toContain('billing');
    expect(engine.runs).toHaveLength(1);
    expect(bugs()).toEqual([]);
    expectQuiet(test, [50001]);
  });

  it('goes on through an outage of Discord', async () => {
    const { discord, guild, channel } = test;
    const message = await startTraining();
    discord.outage(guild);
    go();
    await vi.waitFor(() => expect(logged('runPromoted')).toHaveLength(1), WAIT);
    discord.endOutage(guild);
    expect((await reportIn(test, channel)).id).toBe(message.id);
    expect(bugs()).toEqual([]);
    expectQuiet(test);
  });
});
