// Who may do what: members ask, teach and review, moderators do the rest; nobody reaches another server's data.

import { PermissionFlagsBits } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Channel, Guild, Message, User } from '../../support/discord/index.js';
import { type BotTest, expectQuiet, offeredBy, startBotTest, teachSupport } from '../../support/discord-bot.js';

let test: BotTest;
afterEach(async () => test?.end());

const REFUSED = /is for moderators here\.$/;
const done = (message: Message): string => `${message.ephemeral ? '(only you) ' : ''}${message.content}`;

/** Runs a command as the app does, and as a program would that ignores what the app offers. */
async function use(user: User, channel: Channel, line: string, options: Record<string, string | boolean> = {}) {
  return test.discord.slash(user, channel, line, options, { force: true }).reply();
}

describe('members and moderators', () => {
  const FOR_MODERATORS: readonly (readonly [string, Record<string, string | boolean>])[] = [
    ['model train', { task: 'support' }],
    ['model promote', { task: 'support', version: 'in-context' }],
    ['model rollback', { task: 'support' }],
    ['model cancel', { task: 'support' }],
    ['model doctor', { task: 'support' }],
    ['task delete', { task: 'support', confirm: true }],
    ['task edit', { task: 'support', target: '0.5' }],
    ['task watch', {}],
    ['privacy erase', { confirm: true }],
    ['settings', { remove: 'log' }],
  ];
  const FOR_ALL: readonly (readonly [string, Record<string, string | boolean>])[] = [
    ['ask', { text: 'charged twice?' }],
    ['teach', { text: 'charged again', label: 'billing' }],
    ['review', {}],
    ['model status', {}],
    ['model compare', {}],
    ['model advise', {}],
    ['task list', {}],
    ['task show', {}],
    ['privacy show', {}],
    ['settings', {}],
    ['help', {}],
    ['task create', { name: 'mood', labels: 'good, bad' }],
  ];

  it('lets members ask, teach and review, and refuses the rest with a sentence that only they see', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, member, channel, handful, guild } = test;
    const before = JSON.stringify(await handful.services.workspace.exportSpace(`guild-${guild.id}`));
    for (const [line, options] of FOR_MODERATORS) {
      const reply = await use(member, channel, line, options);
      expect(done(reply), line).toMatch(REFUSED);
      expect(reply.ephemeral, line).toBe(true);
      expect(reply.components, line).toEqual([]);
    }
    const after = await handful.services.workspace.exportSpace(`guild-${guild.id}`);
    expect({ ...after, exportedAt: 0 }).toEqual({ ...JSON.parse(before), exportedAt: 0 });
    for (const [line, options] of FOR_ALL)
      expect(done(await use(member, channel, line, options)), line).not.toMatch(REFUSED);
    // Without Manage Messages everything is offered all the same: Discord cannot hide half of a group (src/bot/discord/slash.ts).
    expect(discord.offered(member, channel)).toEqual(discord.offered(test.mod, channel));
    expectQuiet(test);
  });

  it('lets moderators do all of it', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    for (const [line, options] of [...FOR_ALL, ...FOR_MODERATORS])
      expect(done(await use(test.mod, test.channel, line, options)), line).not.toMatch(REFUSED);
    expectQuiet(test);
  });

  it('takes the roles that /settings names for moderators, until they are removed', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, guild, mod, member, channel } = test;
    const role = discord.addRole(guild, { name: 'trainers' });
    const trainer = discord.addUser({ username: 'tom' });
    discord.addMember(guild, trainer, { roles: [role] });
    expect(done(await discord.slash(trainer, channel, 'model rollback').reply())).toMatch(REFUSED);
    // A member cannot make themselves a moderator.
    expect(done(await discord.slash(member, channel, 'settings', { moderators: role }).reply())).toMatch(REFUSED);

    const set = await discord.slash(mod, channel, 'settings', { moderators: role }).reply();
    expect(set.content).toContain(`<@&${role.id}>`);
    expect(done(await discord.slash(trainer, channel, 'model rollback').reply())).toMatch(/nothing to go back to/);
    const edited = await discord.slash(trainer, channel, 'task edit', { task: 'support', target: '0.8' }).reply();
    expect(edited).toMatchObject({ ephemeral: false });
    expect(done(await discord.slash(member, channel, 'model rollback').reply())).toMatch(REFUSED);

    await discord.slash(trainer, channel, 'settings', { remove: 'moderators' }).reply();
    expect(done(await discord.slash(trainer, channel, 'model rollback').reply())).toMatch(REFUSED);
    expectQuiet(test);
  });

  it('checks the presser of a button, not who the message was for', async () => {
    test = await startBotTest();
    await teachSupport(test, 4);
    const { discord, engine, mod, member, channel } = test;
    let open = (): void => {};
    engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    const progress = await discord.slash(mod, channel, 'model train', { task: 'support' }).reply();
    await discord.until('Cancel', () => offeredBy(progress).includes('Cancel'));
    expect(done(await discord.click(member, progress, 'Cancel').reply())).toMatch(REFUSED);
    open();
    await discord.until('the report', () => offeredBy(progress).includes('Roll back'));
    const refused = await discord.click(member, progress, 'Roll back').reply();
    expect(done(refused)).toMatch(REFUSED);
    expect(refused).toMatchObject({ ephemeral: true });
    expect((await discord.click(member, progress, 'Compare').reply()).content).toContain('version 1');
    expect((await discord.click(mod, progress, 'Roll back').reply()).content).toMatch(/answering again/);
    expectQuiet(test);
  });

  it('does not let a member undo what a moderator decided, but what they taught themselves', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, mod, member, channel, handful, guild } = test;
    await discord.slash(mod, channel, 'task edit', { task: 'support', target: '0.5' }).reply();
    const refused = await discord.slash(member, channel, 'undo').reply();
    expect(refused).toMatchObject({ ephemeral: true, content: expect.stringMatching(/somebody else's/) });
    const target = async () => (await handful.services.workspace.tasks(`guild-${guild.id}`))[0]!.settings.target;
    expect(await target()).toBe(0.5);
    await discord.slash(member, channel, 'teach', { text: 'one more', label: 'bug' }).reply();
    expect((await discord.slash(member, channel, 'undo').reply()).content).toMatch(/^Undone: 1 taught example/);
    await discord.slash(mod, channel, 'undo').reply();
    expect(await target()).toBe(0.9);
    expectQuiet(test);
  });
});

describe('spaces', () => {
  /** A second server with a task of the same name and another text in it. */
  async function second(): Promise<{ guild: Guild; channel: Channel; boss: User }> {
    const { discord } = test;
    const guild = discord.addGuild({ name: 'Other' });
    const boss = discord.addUser({ username: 'bea' });
    discord.addMember(guild, boss, { permissions: PermissionFlagsBits.ManageMessages });
    await discord.slash(boss, guild.general, 'task create', { name: 'support', labels: 'secret, open' }).reply();
    for (const [text, label] of [
      ['the treasure lies under the oak', 'secret'],
      ['we open at nine', 'open'],
    ] as const)
      await discord.slash(boss, guild.general, 'teach', { text, label }).reply();
    return { guild, channel: guild.general, boss };
  }

  it('keep two servers with tasks of the same name apart', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, member, mod, channel } = test;
    const other = await second();
    const here = await discord.slash(member, channel, 'ask', { text: 'treasure under the oak?' }).reply();
    expect(here.content).not.toMatch(/secret|lies/);
    const there = await discord.slash(other.boss, other.channel, 'ask', { text: 'treasure under the oak?' }).reply();
    expect(there.content).toMatch(/secret/);
    expect(await discord.autocomplete(mod, channel, 'teach', { text: 'x' }, 'label').choices()).toEqual(
      ['billing', 'bug', 'praise'].map((name) => ({ name, value: name })),
    );
    await discord.slash(other.boss, other.channel, 'task delete', { task: 'support', confirm: true }).reply();
    expect((await discord.slash(mod, channel, 'task list').reply()).content).toContain('support: billing 2');
    expectQuiet(test);
  });

  it('do not answer buttons and forms of another server or of direct messages', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, member, mod, channel, handful } = test;
    const other = await second();
    const secret = await discord.slash(other.boss, other.channel, 'ask', { text: 'treasure under the oak?' }).reply();
    const asked = /answer=([\w-]+)/.exec(JSON.stringify(secret.components))![1]!;
    const long = `the treasure lies under the oak ${'x'.repeat(90)}`;
    await discord.slash(other.boss, other.channel, 'teach', { text: long, label: 'secret' }).reply();
    const conflict = await discord.slash(other.boss, other.channel, 'teach', { text: long, label: 'open' }).reply();
    const stored = /"(do#[^"]+)"/.exec(JSON.stringify(conflict.components))![1]!;

    const bea = discord.dm(other.boss);
    discord.addMember(test.guild, other.boss, { permissions: PermissionFlagsBits.ManageMessages });
    const dmHelp = await discord.slash(other.boss, bea, 'help').reply();
    const here = await discord.slash(member, channel, 'ask', { text: 'charged twice?' }).reply();
    const presses = [
      { user: member, message: here },
      // The same person who may do it over there.
      { user: other.boss, message: here },
      { user: other.boss, message: dmHelp },
    ];
    for (const { user, message } of presses) {
      for (const id of [
        `do:why?answer=${asked}`,
        `do:right?answer=${asked}&teach=yes`,
        `do:wrong?answer=${asked}&label=open`,
        stored,
      ]) {
        const reply = await discord.forgePress(user, message, id).reply();
        expect(reply.content, id).toMatch(/That answer is gone|no longer know/);
        expect(reply.content, id).not.toMatch(/treasure|secret/);
        expect(reply.ephemeral, id).toBe(true);
      }
    }
    const form = await discord
      .forgeForm(mod, channel, stored.replace('do', 'form'), { text: 'x', label: 'secret' })
      .reply();
    expect(form.content).toMatch(/no longer know/);
    // Private spaces have no task by these names, and moderators of a server have no say in them.
    const inDm = await discord.forgePress(other.boss, dmHelp, 'do:task delete?task=support&confirm=yes').reply();
    expect(inDm.content).toMatch(/There is no task yet/);
    expect((await handful.services.workspace.tasks(`guild-${other.guild.id}`)).map(({ name }) => name)).toEqual([
      'support',
    ]);
    expect((await handful.services.workspace.tasks(`guild-${test.guild.id}`)).map(({ name }) => name)).toEqual([
      'support',
    ]);
    expectQuiet(test);
  });

  it('make a person the moderator of their own private space and of nothing else', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, member, mod, channel, guild } = test;
    const dm = discord.dm(member);
    expect((await discord.slash(member, dm, 'task list').reply()).content).toMatch(/There is no task yet/);
    expect(
      (await discord.slash(member, dm, 'task delete', { task: 'support', confirm: true }).reply()).content,
    ).toMatch(/There is no task yet/);
    await discord.slash(member, dm, 'task create', { name: 'mine', labels: 'yes, no' }).reply();
    expect((await discord.slash(member, dm, 'task edit', { task: 'mine', target: '0.5' }).reply()).content).toMatch(
      /mine changed/,
    );
    expect((await discord.slash(mod, channel, 'task list').reply()).content).not.toContain('mine');
    expect((await discord.slash(mod, discord.dm(mod), 'task list').reply()).content).toMatch(/There is no task yet/);
    // What is set there is for that space: it makes nobody a moderator of a server.
    await discord.slash(member, dm, 'privacy erase', { confirm: true }).reply();
    expect((await discord.slash(member, dm, 'task list').reply()).content).toMatch(/There is no task yet/);
    expect(done(await use(member, channel, 'task delete', { task: 'support', confirm: true }))).toMatch(REFUSED);
    expect((await test.handful.services.workspace.tasks(`guild-${guild.id}`)).length).toBe(1);
    expectQuiet(test);
  });
});

describe('rate limits', () => {
  it('say politely when to go on, to the person alone, and only to that person', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, member, mod, channel } = test;
    const replies = await Promise.all(
      Array.from({ length: 31 }, (_, i) =>
        discord.slash(member, channel, 'ask', { text: `charged ${i}?` }).reply(20_000),
      ),
    );
    const late = replies.filter(({ content }) => /^That was a lot of questions/.test(content));
    expect(late).toHaveLength(1);
    expect(late[0]!.content).toMatch(/Please ask again in \d+ (s|min)\.$/);
    expect(late[0]!.ephemeral).toBe(true);
    expect((await discord.slash(mod, channel, 'ask', { text: 'charged?' }).reply()).content).toMatch(/billing/);
    // Teaching has a limit of its own.
    expect(
      (await discord.slash(member, channel, 'teach', { text: 'a new text', label: 'bug' }).reply()).content,
    ).toMatch(/bug has/);
    expectQuiet(test);
  });

  it('leave 200 members alone who ask at once', async () => {
    test = await startBotTest();
    await teachSupport(test, 2);
    const { discord, guild, channel } = test;
    const crowd = Array.from({ length: 200 }, (_, i) => discord.addUser({ username: `m${i}` }));
    for (const user of crowd) discord.addMember(guild, user);
    const asked = crowd.map((user, i) =>
      discord.slash(user, channel, 'ask', { text: `charged ${i} times?` }).reply(30_000),
    );
    const replies = await Promise.all(asked);
    expect(replies.filter(({ content }) => /^\*\*billing/.test(content))).toHaveLength(200);
    expectQuiet(test);
  });
});
