// What those who run a server or a Handful see: the log channel, the presence, what happens to data when the bot is removed, and
// logs without anything private in them.

import { afterEach, describe, expect, it } from 'vitest';
import type { Channel, Message } from '../../support/discord/index.js';
import { type BotTest, expectQuiet, offeredBy, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { dump } from '../../support/dump.js';

let test: BotTest;
afterEach(async () => {
  expectQuiet(test);
  await test.end();
});

const DAY_MS = 86_400_000;
const report = (): Promise<Message> =>
  test.discord.until(
    'the report card',
    () => test.discord.messages(test.channel).find((message) => offeredBy(message).includes('Roll back')),
    15_000,
  );
/** Namespaces of the store that belong to the server. */
async function kept(guild = test.guild): Promise<string[]> {
  return Object.keys(await dump(test.handful.store)).filter((namespace) => namespace.includes(guild.id));
}

describe('the log channel', () => {
  async function withLog(locale = 'en-US'): Promise<Channel> {
    test = await startBotTest({ locale });
    const log = test.discord.addChannel(test.guild, { name: 'log' });
    const set = await test.discord.slash(test.mod, test.channel, 'settings', { log }).reply();
    expect(set.content).toContain(`<#${log.id}>`);
    return log;
  }
  const written = (log: Channel): string =>
    test.discord
      .messages(log)
      .map(({ content }) => content)
      .join('\n');
  const logged = (log: Channel, text: string): Promise<boolean> =>
    test.discord.until(text, () => written(log).includes(text));

  it('tells who taught, trained, promoted and rolled back, several together', async () => {
    const log = await withLog();
    await teachSupport(test, 4);
    const { discord, mod, member, channel } = test;
    await discord.slash(member, channel, 'teach', { text: 'billed for air', label: 'billing' }).reply();
    await logged(log, `<@${member.id}> taught 1 example of support.`);
    expect(written(log).split('\n')).toEqual([
      `<@${mod.id}> changed the settings.`,
      `<@${mod.id}> created support.`,
      `<@${mod.id}> changed support.`,
      `<@${mod.id}> taught 12 examples of support.`,
      `<@${member.id}> taught 1 example of support.`,
    ]);
    await discord.slash(mod, channel, 'model train', { task: 'support' }).reply();
    await discord.click(mod, await report(), 'Roll back').reply();
    await discord.slash(mod, channel, 'model promote', { task: 'support', version: '1' }).reply();
    await discord.slash(mod, channel, 'task delete', { task: 'support', confirm: true }).reply();
    for (const line of [
      `<@${mod.id}> started a training of support.`,
      'A training of support has ended: version 1 is answering now.',
      `<@${mod.id}> took support back to answering in context.`,
      `<@${mod.id}> let version 1 of support answer.`,
      `<@${mod.id}> deleted support.`,
    ])
      await logged(log, line);
    // What happens at once is one message, or two.
    const before = discord.messages(log).length;
    const names = Array.from({ length: 12 }, (_, i) => `task ${i}`);
    await Promise.all(
      names.map((name) => discord.slash(mod, channel, 'task create', { name, labels: 'a, b' }).reply()),
    );
    for (const name of names) await logged(log, `created ${name}.`);
    expect(discord.messages(log).length - before).toBeLessThan(6);
    // Never what was taught.
    expect(written(log)).not.toMatch(/billed|charged|crash|billing/);
    await discord.slash(mod, channel, 'settings', { remove: 'log' }).reply();
    const then = discord.messages(log).length;
    await discord.slash(mod, channel, 'task create', { name: 'other', labels: 'a, b' }).reply();
    await test.restart();
    expect(discord.messages(log)).toHaveLength(then);
  });

  it('is in the language of the server, whoever did it', async () => {
    const log = await withLog('zh-CN');
    const { discord, guild, channel } = test;
    const ann = discord.addUser({ username: 'eve', locale: 'en-US' });
    discord.addMember(guild, ann);
    const made = await discord.slash(ann, channel, 'task create', { name: 'support', labels: 'a, b' }).reply();
    expect(made.content).toMatch(/support created/);
    await discord.until('the log', () => written(log).includes('support'));
    expect(written(log)).toMatch(/\p{Script=Han}/u);
    expect(written(log)).not.toMatch(/created/);
  });

  it('that is gone or closed costs nothing but a line in the log of the operator', async () => {
    const log = await withLog();
    const { discord, mod, channel } = test;
    await logged(log, 'changed the settings');
    discord.deleteChannel(log);
    const made = await discord.slash(mod, channel, 'task create', { name: 'support', labels: 'a, b' }).reply();
    expect(made.content).toMatch(/support created/);
    await expect.poll(() => test.logged.join('\n')).toContain('message not sent');
    expect((await discord.slash(mod, channel, 'task list').reply()).content).toMatch(/support/);
    discord.takeViolations(10003);
  });

  it('gets what was noted before the bot stops', async () => {
    const log = await withLog();
    await test.discord.slash(test.mod, test.channel, 'task create', { name: 'last', labels: 'a, b' }).reply();
    await test.restart();
    expect(written(log)).toContain('created last');
  });
});

it('shows beside its name that it trains, and nothing else', async () => {
  test = await startBotTest();
  await teachSupport(test, 4);
  const { discord, engine, mod, channel } = test;
  expect(discord.presences.filter((texts) => texts.length > 0)).toEqual([]);
  let open = (): void => {};
  engine.gate = new Promise((resolve) => {
    open = resolve;
  });
  await discord.slash(mod, channel, 'model train', { task: 'support' }).reply();
  await discord.until('training', () => discord.presences.at(-1)?.length === 1);
  expect(discord.presences.at(-1)).toEqual(['training']);
  open();
  await report();
  await discord.until('no more training', () => discord.presences.at(-1)?.length === 0);
});

describe('data of a server that removed Handful', () => {
  it('is kept for some days and then erased, whether it has tasks or not', async () => {
    test = await startBotTest({ config: { keepDays: 10 } });
    await teachSupport(test, 4);
    const { discord, guild, mod } = test;
    const empty = discord.addGuild({ name: 'No tasks' });
    discord.addMember(empty, mod);
    await discord.slash(mod, empty.general, 'settings', { language: 'zh' }).reply();
    expect(await kept(empty)).toEqual([`person/guild-${empty.id}`]);
    for (const left of [guild, empty]) discord.removeGuild(left);
    const isNoted = async (): Promise<number> => Object.keys((await dump(test.handful.store)).left ?? {}).length;
    await expect.poll(isNoted).toBe(2);
    test.pass(9 * DAY_MS);
    await test.restart();
    expect(await kept()).toContain(`task/guild-${guild.id}`);
    expect(await kept(empty)).toHaveLength(1);
    test.pass(2 * DAY_MS);
    await test.restart();
    expect(await kept()).toEqual([]);
    expect(await kept(empty)).toEqual([]);
    expect(await isNoted()).toBe(0);
  });

  it('stays when Handful is invited back in time', async () => {
    test = await startBotTest({ config: { keepDays: 10 } });
    await teachSupport(test, 4);
    const { discord, guild, mod, channel, handful } = test;
    discord.removeGuild(guild);
    await expect.poll(async () => (await dump(handful.store)).left).toBeDefined();
    discord.rejoin(guild);
    await expect.poll(async () => (await dump(handful.store)).left).toBeUndefined();
    test.pass(20 * DAY_MS);
    await test.restart();
    expect((await discord.slash(mod, channel, 'task list').reply()).content).toMatch(/support: billing 4/);
  });

  it('goes too when that happened while Handful did not run, and an outage is no removal', async () => {
    test = await startBotTest({ config: { keepDays: 10 } });
    await teachSupport(test, 4);
    const { discord, guild, mod } = test;
    const other = discord.addGuild({ name: 'Other' });
    discord.addMember(other, mod, { permissions: 1n << 13n });
    await discord.slash(mod, other.general, 'task create', { name: 'mine', labels: 'a, b' }).reply();
    discord.outage(other);
    await test.restart(() => discord.removeGuild(guild));
    test.pass(11 * DAY_MS);
    discord.endOutage(other);
    await test.restart();
    expect(await kept()).toEqual([]);
    expect((await discord.slash(mod, other.general, 'task list').reply()).content).toMatch(/^mine/);
  });
});

describe('privacy', () => {
  it('erases a whole server when a moderator asks for it, and nothing of another', async () => {
    test = await startBotTest();
    await teachSupport(test, 4);
    const { discord, mod, member, channel } = test;
    const other = discord.addGuild({ name: 'Other' });
    discord.addMember(other, mod);
    await discord.slash(mod, other.general, 'task create', { name: 'mine', labels: 'a, b' }).reply();
    const log = discord.addChannel(test.guild, { name: 'log' });
    await discord.slash(mod, channel, 'settings', { log }).reply();
    await discord.slash(member, channel, 'settings', { language: 'zh' }).reply();
    const answer = await discord.slash(mod, channel, 'ask', { text: 'charged?' }).reply();
    await discord.click(mod, answer, 'Right').reply();
    await discord.slash(mod, channel, 'teach', { text: `crash number one ${'x'.repeat(90)}`, label: 'bug' }).reply();
    await discord.slash(mod, channel, 'teach', { text: `crash number one ${'x'.repeat(90)}`, label: 'praise' }).reply();
    await discord.slash(mod, channel, 'model train').reply();
    await report();
    expect((await kept()).length).toBeGreaterThan(8);
    const question = await discord.slash(mod, channel, 'privacy erase').reply();
    expect((await discord.click(mod, question, 'yes').reply()).content).toBe('Everything that I kept here is deleted.');
    expect(await kept()).toEqual([]);
    expect((await kept(other)).length).toBeGreaterThan(0);
    expect((await discord.click(mod, answer, 'Why').reply()).content).toMatch(/That answer is gone/);
  });

  it('shows, exports and forgets what is kept of a person', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, member, channel } = test;
    const first = await discord
      .slash(member, channel, 'teach', { text: 'billed for my own air', label: 'billing' })
      .reply();
    expect(first.content).toMatch(/trains only on what people submit like this/);
    const second = await discord
      .slash(member, channel, 'teach', { text: 'billed for my own water', label: 'billing' })
      .reply();
    expect(second.content).not.toMatch(/trains only/);
    await discord.slash(member, channel, 'ask', { text: 'charged for questions?' }).reply();
    const shown = await discord.slash(member, channel, 'privacy show').reply();
    expect(shown).toMatchObject({ ephemeral: true, content: expect.stringMatching(/I keep 2 examples.*1 question/s) });
    const exported = await discord.slash(member, channel, 'privacy export').reply();
    expect(exported.ephemeral).toBe(true);
    const data = JSON.parse(exported.attachments[0]!.text());
    expect(data.examples.map(({ text }: { text: string }) => text)).toEqual([
      'billed for my own air',
      'billed for my own water',
    ]);
    expect(data.questions).toMatchObject([{ text: 'charged for questions?', answer: 'billing' }]);
    const question = await discord.slash(member, channel, 'privacy forget').reply();
    expect(question).toMatchObject({ ephemeral: true });
    expect((await discord.click(member, question, 'yes').reply()).content).toMatch(
      /Your 2 examples in 1 task are deleted/,
    );
    const left = JSON.stringify(await dump(test.handful.store));
    expect(left).not.toContain(member.id);
    expect(left).not.toMatch(/billed for|questions\?/);
    expect(left).toContain('charged one times');
  });

  it('never trains where HANDFUL_TRAINING is off', async () => {
    test = await startBotTest({ config: { training: false } });
    await teachSupport(test, 4);
    const { discord, mod, member, channel } = test;
    const refused = await discord.slash(mod, channel, 'model train').reply();
    expect(refused).toMatchObject({ ephemeral: true, content: expect.stringMatching(/Training is switched off here/) });
    await discord.slash(mod, channel, 'task edit', { automatic: true }).reply();
    await discord.slash(member, channel, 'teach', { text: 'billed for air', label: 'billing' }).reply();
    await test.handful.services.runs.settle();
    expect(test.engine.runs).toEqual([]);
    expect((await discord.slash(member, channel, 'ask', { text: 'billed for water' }).reply()).content).toMatch(
      /billing/,
    );
  });
});

it('writes no text, label, name or token into the log', async () => {
  test = await startBotTest();
  const { discord, engine, mod, member, channel, logged } = test;
  const SECRETS = ['zebra text', 'giraffe label', 'elephant task', 'otter instruction', 'lion question', 'walrus file'];
  const options = { name: SECRETS[2]!, labels: `${SECRETS[1]}, b`, instruction: SECRETS[3]! };
  await discord.slash(mod, channel, 'task create', options).reply();
  await discord.slash(member, channel, 'teach', { text: SECRETS[0]!, label: SECRETS[1]! }).reply();
  await discord.slash(member, channel, 'teach', { text: `${SECRETS[0]} b`, label: 'b' }).reply();
  await discord.slash(member, channel, 'ask', { text: SECRETS[4]! }).reply();
  await discord.slash(member, channel, 'ask', { text: SECRETS[4]!, task: `not ${SECRETS[2]}` }).reply();
  const file = { name: `${SECRETS[5]}.csv`, data: `text,label\n${SECRETS[0]} c,${SECRETS[1]}\nwhale,b` };
  await discord.slash(member, channel, 'teach-file', {}, { attachments: { file } }).reply();
  await discord.slash(member, channel, 'teach-file', {}, { attachments: { file: { ...file, gone: true } } }).reply();
  await discord.slash(mod, channel, 'model train').reply();
  await discord.until(
    'the end',
    () => discord.messages(channel).some((message) => offeredBy(message).includes('Compare')),
    15_000,
  );
  // A fault of ours, and replies that Discord refuses: both are logged.
  const predict = engine.predict;
  engine.predict = () => Promise.reject(new Error('the engine is broken'));
  const bug = await discord.slash(member, channel, 'ask', { text: SECRETS[4]! }).reply();
  expect(bug).toMatchObject({ ephemeral: true, content: expect.stringMatching(/in the log as [0-9a-f]{6}/) });
  engine.predict = predict;
  discord.fault({
    method: 'POST',
    path: /\/callback$/,
    status: 400,
    body: { code: 50035, message: 'Invalid Form Body' },
    times: 1,
  });
  discord.slash(member, channel, 'ask', { text: SECRETS[4]! }).acked.catch(() => {});
  await expect.poll(() => logged.join('\n'), { timeout: 5000 }).toMatch(/50035/);

  const log = logged.join('\n');
  expect(log).toContain('"event":"taught"');
  expect(log).toContain('the engine is broken');
  for (const secret of [...SECRETS, discord.token]) expect(log).not.toContain(secret);
  for (const word of ['zebra', 'giraffe', 'elephant', 'otter', 'lion ', 'walrus', 'whale', 'mona', 'ann"'])
    expect(log).not.toContain(word);
  for (const line of logged) expect(() => JSON.parse(line)).not.toThrow();
  expect(log).not.toMatch(/"(?:token|content)"/);
});
