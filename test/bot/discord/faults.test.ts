// Requests that Discord refuses, breaks or answers too late: what people see then, and that nothing is lost and nothing happens twice.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BotTest, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { answersIn, askIn, examplesOf, expectQuiet, labelsOf } from './reading.js';

let test: BotTest;
beforeEach(async () => {
  test = await startBotTest();
  await teachSupport(test, 3);
});
afterEach(async () => test?.end());

const CALLBACK = /\/callback$/;
const ORIGINAL = /\/messages\/@original$/;
const FOLLOW_UP = /^\/webhooks\/\d+\/[\w-]+$/;
const SLOW_MS = 600;

const ask = (text?: string) => askIn(test, text);
const answers = () => answersIn(test);

/** The answerer takes longer than a quick reply. */
function slowDown(ms = SLOW_MS): void {
  const { engine } = test;
  const { predict } = engine;
  engine.predict = async (...args) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return predict(...args);
  };
}

describe('rate limits', () => {
  it('of a route are waited for', async () => {
    const path = new RegExp(`^/channels/${test.channel.id}/messages$`);
    const body = { message: 'You are being rate limited.', retry_after: 0.3, global: false };
    test.discord.fault({ method: 'POST', path, status: 429, body, headers: { 'retry-after': '0.3' }, times: 1 });
    test.discord.say(test.member, test.channel, 'charged three times?', { mentionBot: true });
    await test.discord.until('the answer', () => answers().length === 1);
    expectQuiet(test);
  });

  it('of everything are waited for', async () => {
    const headers = { 'retry-after': '0.3', 'x-ratelimit-global': 'true' };
    const body = { message: 'You are being rate limited.', retry_after: 0.3, global: true };
    test.discord.fault({ path: CALLBACK, status: 429, body, headers, times: 1 });
    const replies = await Promise.all([ask().reply(), ask('a crash today').reply()]);
    expect(replies.map(({ content }) => content)).toEqual([
      expect.stringMatching(/^\*\*billing/),
      expect.stringMatching(/^\*\*bug/),
    ]);
    expect(answers()).toHaveLength(2);
    expectQuiet(test);
  });
});

describe.each([
  ['a server error', { status: 500, body: {}, times: 5 }],
  ['a connection that breaks before the request arrives', { destroy: 'before', times: 1 }],
  ['a connection that breaks before the answer arrives', { destroy: 'after', times: 1 }],
] as const)('%s', (_, fault) => {
  it('on the answer: it is given once', async () => {
    test.discord.fault({ path: CALLBACK, ...fault });
    const reply = await ask().reply();
    expect(reply.content).toMatch(/^\*\*billing/);
    await test.discord.slash(test.member, test.channel, 'help').reply();
    expect(answers()).toEqual([reply]);
    expectQuiet(test, [40060]);
  });

  it('on the acknowledgement: the answer still comes, once', async () => {
    slowDown();
    test.discord.fault({ path: CALLBACK, ...fault });
    const reply = await ask().reply();
    expect(reply.content).toMatch(/^\*\*billing/);
    await test.discord.slash(test.member, test.channel, 'help').reply();
    expect(answers()).toEqual([reply]);
    expectQuiet(test, [40060]);
  });

  it('on the edit: the answer still comes, once', async () => {
    slowDown();
    test.discord.fault({ method: 'PATCH', path: ORIGINAL, ...fault });
    const reply = await ask().reply();
    expect(reply.content).toMatch(/^\*\*billing/);
    expect(answers()).toEqual([reply]);
    expectQuiet(test);
  });

  it('on a follow-up: every page comes', async () => {
    const { discord, mod, channel } = test;
    const labels = Array.from({ length: 60 }, (_, i) => `label ${i} ${'x'.repeat(60)}`);
    await discord.slash(mod, channel, 'task create', { name: 'wide', labels: labels.join(', ') }).reply();
    discord.fault({ method: 'POST', path: FOLLOW_UP, ...fault });
    const shown = discord.slash(mod, channel, 'task show', { task: 'wide' });
    const first = await shown.reply();
    const pages = [first, await shown.followUp()];
    expect(pages[0]!.content).toContain('label 0');
    await discord.until('the last label', () => shown.followUps.some(({ content }) => content.includes('label 59')));
    expectQuiet(test);
  });

  it('on teaching: what was taught is saved once, and the person is told', async () => {
    const before = await examplesOf(test);
    test.discord.fault({ path: CALLBACK, ...fault });
    const options = { text: 'the invoice is wrong', label: 'billing' };
    const reply = await test.discord.slash(test.member, test.channel, 'teach', options).reply();
    expect(reply.content).toMatch(/^billing has 4 examples\./);
    expect(await examplesOf(test)).toBe(before + 1);
    expectQuiet(test, [40060]);
  });
});

describe('a slow or busy process', () => {
  it('acknowledges a command that takes long, then shows the answer', async () => {
    slowDown(1500);
    const interaction = ask();
    const { type, latencyMs } = await interaction.acked;
    expect(type).toBe(5);
    expect(latencyMs).toBeLessThan(1400);
    const reply = await interaction.reply();
    expect(reply.content).toMatch(/^\*\*billing/);
    expect(reply.edits).toBe(1);
    expectQuiet(test);
  });

  it('answers in time when the event loop was busy for two seconds', async () => {
    const asked = [ask(), ask('a crash today'), test.discord.slash(test.mod, test.channel, 'model status')];
    const until = performance.now() + 2000;
    while (performance.now() < until);
    const replies = await Promise.all(asked.map((interaction) => interaction.reply()));
    expect(replies.map(({ content }) => content.slice(0, 6))).toEqual(['**bill', '**bug ', 'suppor']);
    expectQuiet(test);
  });

  it('answers in the channel what came too late for Discord', async () => {
    test.discord.fault({ path: CALLBACK, delayMs: 3300, times: 1 });
    ask();
    await test.discord.until('the answer', () => answers().length === 1, 10_000);
    expect(labelsOf(answers()[0]!)).toEqual(['Right', 'Wrong', 'Why']);
    expect(test.discord.takeViolations(10062).length).toBeGreaterThan(0);
    expectQuiet(test);
  });
});

it('leaves an interaction to another process that acknowledged it first', async () => {
  const { discord, member, channel } = test;
  const interaction = discord.slash(member, channel, 'ask', { text: 'charged three times?' });
  const url = `${discord.api}/v10/interactions/${interaction.id}/${interaction.token}/callback`;
  const body = JSON.stringify({ type: 4, data: { content: 'The other process says: billing.' } });
  slowDown(200);
  const other = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(other.status).toBe(204);
  expect((await interaction.reply()).content).toBe('The other process says: billing.');
  await discord.until('our try', () => discord.violations.length > 0);
  expect((await ask('a crash today').reply()).content).toMatch(/^\*\*bug/);
  expect(interaction.edits).toEqual([]);
  expect(answers()).toHaveLength(1);
  expect(test.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expectQuiet(test, [40060]);
});
