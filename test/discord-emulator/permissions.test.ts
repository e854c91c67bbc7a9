// Permissions: roles, overwrites, threads, direct messages; what the bot may do where, and what interactions say about it.

import { PermissionFlagsBits as Bits, ChannelType, type DMChannel, type TextChannel } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Channel,
  type Discord,
  EVERYONE_PERMISSIONS,
  type Guild,
  NotOffered,
  startDiscord,
  type User,
} from '../support/discord/index.js';
import { expectRefused, startBot, type TestBot } from './bot.js';

let discord: Discord;
let bot: TestBot;
let guild: Guild;
let alice: User;

beforeAll(async () => {
  discord = await startDiscord();
  guild = discord.addGuild();
  alice = discord.addUser({ username: 'alice' });
  discord.addMember(guild, alice);
  bot = await startBot(discord);
  await bot.client.application.commands.set([{ name: 'go', description: 'Go' }]);
});

afterEach(() => {
  expect(bot.takeErrors()).toEqual([]);
  expect(discord.violations).toEqual([]);
});

afterAll(async () => {
  await bot.client.destroy();
  await discord.close();
});

const FILE = { name: 'a.txt', data: Buffer.from('a') };
const post = (channel: Channel, body: object = { content: 'x' }, files: (typeof FILE)[] = []) =>
  bot.client.rest.post(`/channels/${channel.id}/messages`, { body, files });
const denied = (deny: bigint): Channel => discord.addChannel(guild, { overwrites: [{ id: discord.bot.id, deny }] });

describe('the bot in a channel', () => {
  it('needs to see it', async () => {
    const hidden = denied(Bits.ViewChannel);
    await expectRefused(discord, post(hidden), { code: 50001, status: 403 });
    await expectRefused(discord, bot.client.rest.get(`/channels/${hidden.id}/messages`), { code: 50001 });
    await expectRefused(discord, bot.client.rest.post(`/channels/${hidden.id}/typing`), { code: 50001 });
  });

  it('needs to be allowed to write, to attach files, to embed', async () => {
    const silent = denied(Bits.SendMessages);
    await expectRefused(discord, post(silent), { code: 50013, status: 403 });
    await expectRefused(discord, bot.client.rest.post(`/channels/${silent.id}/typing`), { code: 50013 });
    const noFiles = denied(Bits.AttachFiles);
    await post(noFiles);
    await expectRefused(discord, post(noFiles, {}, [FILE]), { code: 50013 });
    const noEmbeds = denied(Bits.EmbedLinks);
    await post(noEmbeds, {}, [FILE]);
    await expectRefused(discord, post(noEmbeds, { embeds: [{ title: 'x' }] }), { code: 50013 });
  });

  it('reads nothing without the history, and answers nothing there', async () => {
    const blind = denied(Bits.ReadMessageHistory);
    const message = discord.say(alice, blind, 'hi');
    expect(await bot.client.rest.get(`/channels/${blind.id}/messages`)).toEqual([]);
    await expectRefused(discord, bot.client.rest.get(`/channels/${blind.id}/messages/${message.id}`), { code: 50013 });
    await expectRefused(discord, post(blind, { content: 'x', message_reference: { message_id: message.id } }), {
      code: 160002,
    });
  });

  it('does not know channels that are not there', async () => {
    const gone = discord.addChannel(guild);
    await post(gone);
    discord.deleteChannel(gone);
    await expectRefused(discord, post(gone), { code: 10003, status: 404 });
    await expectRefused(discord, bot.client.rest.get('/channels/123456789012345678'), { code: 10003 });
  });

  it('answers interactions also where it may not write', async () => {
    const silent = denied(Bits.SendMessages);
    bot.answer(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply(String(interaction.appPermissions.has('SendMessages')));
    });
    expect((await discord.slash(alice, silent, 'go').reply()).content).toBe('false');
    expect((await discord.slash(alice, guild.general, 'go').reply()).content).toBe('true');
  });

  it('has no permission at all where it sees nothing, and is still heard there', async () => {
    const hidden = denied(Bits.ViewChannel);
    bot.answer(async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply(`${interaction.appPermissions.bitfield}`);
    });
    expect((await discord.slash(alice, hidden, 'go').reply()).content).toBe('0');
  });

  it('sees changes of permissions in its cache', async () => {
    const channel = discord.addChannel(guild);
    const cached = () => bot.client.channels.cache.get(channel.id) as TextChannel | undefined;
    const may = () => cached()?.permissionsFor(bot.client.user)?.has('SendMessages');
    await until(() => may() === true);
    discord.setOverwrite(channel, { id: guild.id, deny: Bits.SendMessages });
    await until(() => may() === false);
    discord.setOverwrite(channel, { id: discord.bot.id, allow: Bits.SendMessages });
    await until(() => may() === true);
    await post(channel);
    discord.setRole(guild, EVERYONE_PERMISSIONS & ~Bits.ViewChannel);
    await until(() => cached()?.permissionsFor(bot.client.user)?.has('ViewChannel') === false);
    await expectRefused(discord, post(channel), { code: 50001 });
    discord.setRole(guild, EVERYONE_PERMISSIONS);
  });
});

/** Until the client has heard of it. */
async function until(is: () => boolean): Promise<void> {
  for (let tries = 0; !is(); tries++) {
    if (tries > 200) throw new Error('the client never heard of it');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('roles and overwrites', () => {
  it('add up as on Discord: everyone, then roles, then the member', async () => {
    const role = discord.addRole(guild, { name: 'readers', permissions: Bits.ManageMessages });
    const member = discord.addUser({ username: 'member' });
    discord.addMember(guild, member, { roles: [role] });
    const channel = discord.addChannel(guild, {
      overwrites: [
        { id: guild.id, deny: Bits.SendMessages },
        { id: role.id, allow: Bits.SendMessages, deny: Bits.AttachFiles },
      ],
    });
    expect(() => discord.say(alice, channel, 'x')).toThrow('alice may not write');
    discord.say(member, channel, 'x');
    const files = { attachments: [{ name: 'a.txt', data: 'a' }] };
    expect(() => discord.say(member, channel, 'x', files)).toThrow('may not attach files');
    discord.setOverwrite(channel, { id: member.id, deny: Bits.SendMessages });
    expect(() => discord.say(member, channel, 'x')).toThrow(NotOffered);
    const owner = [...guild.members.values()].find(({ user }) => user.id === guild.ownerId)!.user;
    discord.say(owner, channel, 'x');
  });

  it('are in the payload of interactions', async () => {
    const mod = discord.addUser({ username: 'mod' });
    discord.addMember(guild, mod, { permissions: Bits.ManageGuild });
    bot.answer(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply(String(interaction.memberPermissions?.has('ManageGuild')));
    });
    expect((await discord.slash(mod, guild.general, 'go').reply()).content).toBe('true');
    expect((await discord.slash(alice, guild.general, 'go').reply()).content).toBe('false');
  });

  it('hide channels from people', () => {
    const hidden = discord.addChannel(guild, {
      name: 'secret',
      overwrites: [{ id: guild.id, deny: Bits.ViewChannel }],
    });
    expect(() => discord.slash(alice, hidden, 'go')).toThrow('alice does not see #secret.');
    expect(discord.transcript(hidden, alice)).toBe('');
  });
});

describe('threads', () => {
  it('have the permissions of their channel, and one of their own for writing', async () => {
    const parent = discord.addChannel(guild, { overwrites: [{ id: discord.bot.id, deny: Bits.SendMessages }] });
    const thread = discord.addThread(parent, { name: 'talk' });
    expect(thread.type).toBe(ChannelType.PublicThread);
    await post(thread);
    discord.setOverwrite(parent, { id: discord.bot.id, deny: Bits.SendMessagesInThreads });
    await expectRefused(discord, post(thread), { code: 50013 });
    await post(parent);
  });

  it('carry interactions', async () => {
    const thread = discord.addThread(guild.general);
    bot.answer(async (interaction) => {
      if (interaction.isChatInputCommand()) await interaction.reply(String(interaction.channel?.isThread()));
    });
    expect((await discord.slash(alice, thread, 'go').reply()).content).toBe('true');
  });
});

describe('direct messages', () => {
  it('are opened once, and refused by people who closed them', async () => {
    const user = await bot.client.users.fetch(alice.id);
    const channel: DMChannel = await user.createDM();
    expect(channel.id).toBe(discord.dm(alice).id);
    await user.send('hello');
    expect(discord.messages(discord.dm(alice)).map(({ content }) => content)).toEqual(['hello']);
    alice.dmsClosed = true;
    await expectRefused(discord, user.send('hello?'), { code: 50007, status: 403 });
    alice.dmsClosed = false;
  });

  it('carry interactions without a guild', async () => {
    bot.answer(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply(`${interaction.inGuild()} ${interaction.context} ${interaction.user.username}`);
    });
    expect((await discord.slash(alice, discord.dm(alice), 'go').reply()).content).toBe('false 1 alice');
  });
});

describe('servers', () => {
  it('are left by the bot, and answer nothing then', async () => {
    const other = discord.addGuild({ name: 'Other' });
    discord.addMember(other, alice);
    await until(() => bot.client.guilds.cache.has(other.id));
    await bot.client.guilds.cache.get(other.id)!.leave();
    await until(() => !bot.client.guilds.cache.has(other.id));
    expect(() => discord.slash(alice, other.general, 'go')).toThrow('The application is not in Other (left)');
    await expectRefused(discord, post(other.general), { code: 50001 });
    await expectRefused(discord, bot.client.rest.get(`/guilds/${other.id}`), { code: 50001 });
    await expectRefused(discord, bot.client.rest.get('/guilds/123456789012345678'), { code: 10004 });
    discord.rejoin(other);
    await post(other.general);
  });

  it('know their members', async () => {
    const stranger = discord.addUser({ username: 'stranger' });
    const here = await bot.client.guilds.fetch(guild.id);
    expect((await here.members.fetch({ user: alice.id, force: true })).user.username).toBe('alice');
    await expectRefused(discord, here.members.fetch({ user: stranger.id, force: true }), { code: 10007 });
    await expectRefused(discord, bot.client.users.fetch('123456789012345678'), { code: 10013 });
    expect(() => discord.slash(stranger, guild.general, 'go')).toThrow('stranger does not see #general.');
  });
});
