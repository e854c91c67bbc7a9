// Servers, channels, roles and members: made, changed, and taken away, with the events the bot gets.

import { ChannelType } from 'discord.js';
import { channelPayload, guildCreatePayload, memberPayload, rolesPayload } from './payloads.js';
import { EVERYONE_PERMISSIONS } from './rules/permissions.js';
import type { Channel, Guild, Member, Overwrite, Role, User } from './types.js';
import { changed, type World } from './world.js';

export interface NewUser {
  readonly username?: string;
  readonly locale?: string;
  readonly dmsClosed?: boolean;
  readonly bot?: boolean;
}

export interface NewGuild {
  readonly name?: string;
  readonly preferredLocale?: string;
  /** By default a user made for it. */
  readonly owner?: User;
  /** Of @everyone. */
  readonly everyone?: bigint;
  /** Of the bot's own role, on top of @everyone's. */
  readonly botPermissions?: bigint;
}

export interface NewChannel {
  readonly name?: string;
  readonly overwrites?: readonly Overwrite[];
  readonly type?: number;
}

export interface NewMember {
  readonly roles?: readonly Role[];
  /** A role of their own with these bits. */
  readonly permissions?: bigint;
}

export function addUser(
  world: World,
  { username, locale = 'en-US', dmsClosed = false, bot = false }: NewUser = {},
): User {
  const id = world.ids.next();
  const user: User = { id, username: username ?? `user${world.users.size}`, bot, locale, dmsClosed };
  world.users.set(id, user);
  return user;
}

/** With #general, the bot, and an owner. */
export function addGuild(world: World, given: NewGuild = {}): Guild {
  const id = world.ids.guild();
  const owner = given.owner ?? addUser(world, { username: 'owner' });
  const everyone: Role = {
    id,
    name: '@everyone',
    permissions: given.everyone ?? EVERYONE_PERMISSIONS,
    mentionable: false,
  };
  const channels = new Map<string, Channel>();
  const roles = new Map([[id, everyone]]);
  const members = new Map<string, Member>();
  const guild: Guild = {
    id,
    name: given.name ?? `Server ${world.guilds.size + 1}`,
    ownerId: owner.id,
    preferredLocale: given.preferredLocale ?? 'en-US',
    roles,
    members,
    channels,
    get general() {
      return general;
    },
    state: 'in',
  };
  world.guilds.set(id, guild);
  const general = makeChannel(world, guild, { name: 'general' });
  members.set(owner.id, { user: owner, roles: new Set() });
  const own =
    given.botPermissions === undefined ? [] : [makeRole(world, guild, world.bot.username, given.botPermissions)];
  members.set(world.bot.id, { user: world.bot, roles: new Set(own.map((role) => role.id)) });
  tellGuild(world, guild);
  return guild;
}

export function tellGuild(world: World, guild: Guild): void {
  world.dispatch('GUILD_CREATE', guildCreatePayload(guild, [world.bot]), guild.id);
  changed(world);
}

function makeRole(world: World, guild: Guild, name: string, permissions: bigint, mentionable = false): Role {
  const role: Role = { id: world.ids.next(), name, permissions, mentionable };
  guild.roles.set(role.id, role);
  return role;
}

export function addRole(
  world: World,
  guild: Guild,
  { name, permissions = 0n, mentionable = false }: { name: string; permissions?: bigint; mentionable?: boolean },
): Role {
  const role = makeRole(world, guild, name, permissions, mentionable);
  world.dispatch('GUILD_ROLE_CREATE', { guild_id: guild.id, role: rolesPayload(guild).at(-1) }, guild.id);
  return role;
}

/** Changes a role's bits, @everyone's by default, and tells the bot. */
export function setRole(world: World, guild: Guild, permissions: bigint, roleId: string = guild.id): void {
  const role = guild.roles.get(roleId);
  if (role === undefined) throw new Error(`${guild.name} has no role ${roleId}.`);
  role.permissions = permissions;
  const payload = rolesPayload(guild).find(({ id }) => id === roleId);
  world.dispatch('GUILD_ROLE_UPDATE', { guild_id: guild.id, role: payload }, guild.id);
}

export function addMember(world: World, guild: Guild, user: User, { roles = [], permissions }: NewMember = {}): Member {
  const own = permissions === undefined ? [] : [makeRole(world, guild, `${user.username}'s`, permissions)];
  const member: Member = { user, roles: new Set([...roles, ...own].map(({ id }) => id)) };
  guild.members.set(user.id, member);
  world.dispatch('GUILD_MEMBER_ADD', { ...memberPayload(guild, user), guild_id: guild.id }, guild.id);
  return member;
}

function makeChannel(world: World, guild: Guild, given: NewChannel, parent: Channel | null = null): Channel {
  const channel: Channel = {
    id: world.ids.next(),
    type: given.type ?? ChannelType.GuildText,
    name: given.name ?? `channel-${guild.channels.size}`,
    guild,
    recipient: null,
    parent,
    overwrites: new Map((given.overwrites ?? []).map((overwrite) => [overwrite.id, overwrite])),
    deleted: false,
  };
  guild.channels.set(channel.id, channel);
  world.channels.set(channel.id, channel);
  return channel;
}

export function addChannel(world: World, guild: Guild, given: NewChannel = {}): Channel {
  const channel = makeChannel(world, guild, given);
  world.dispatch('CHANNEL_CREATE', channelPayload(channel), guild.id);
  return channel;
}

export function addThread(world: World, parent: Channel, given: NewChannel = {}): Channel {
  if (parent.guild === null) throw new Error('Direct messages have no threads.');
  const channel = makeChannel(world, parent.guild, { type: ChannelType.PublicThread, ...given }, parent);
  world.dispatch('THREAD_CREATE', { ...channelPayload(channel), newly_created: true }, parent.guild.id);
  return channel;
}

/** Allows or denies bits in one channel, for a role, a member or the bot. */
export function setOverwrite(world: World, channel: Channel, overwrite: Overwrite): void {
  if (channel.guild === null) throw new Error('Direct messages have no permissions.');
  channel.overwrites.set(overwrite.id, overwrite);
  world.dispatch('CHANNEL_UPDATE', channelPayload(channel), channel.guild.id);
}

export function deleteChannel(world: World, channel: Channel): void {
  if (channel.guild === null) throw new Error('Direct messages cannot be deleted.');
  const payload = channelPayload(channel);
  channel.deleted = true;
  for (const message of world.messages.values()) if (message.channel === channel) message.deleted = true;
  const event = channel.parent === null ? 'CHANNEL_DELETE' : 'THREAD_DELETE';
  world.dispatch(event, payload, channel.guild.id);
  changed(world);
}

/** The bot is gone from a server: it left, or was kicked. */
export function leaveGuild(world: World, guild: Guild): void {
  guild.state = 'left';
  guild.members.delete(world.bot.id);
  world.commands.delete(guild.id);
  world.dispatch('GUILD_DELETE', { id: guild.id }, guild.id);
  changed(world);
}

/** Discord's own trouble: the server is unavailable, and the bot is still its member. */
export function outage(world: World, guild: Guild): void {
  guild.state = 'outage';
  world.dispatch('GUILD_DELETE', { id: guild.id, unavailable: true }, guild.id);
}

export function endOutage(world: World, guild: Guild): void {
  guild.state = 'in';
  tellGuild(world, guild);
}

/** The bot is invited again. */
export function rejoin(world: World, guild: Guild): void {
  guild.members.set(world.bot.id, { user: world.bot, roles: new Set() });
  endOutage(world, guild);
}

export function directChannel(world: World, user: User): Channel {
  for (const channel of world.channels.values()) if (channel.recipient === user) return channel;
  const channel: Channel = {
    id: world.ids.next(),
    type: ChannelType.DM,
    name: user.username,
    guild: null,
    recipient: user,
    parent: null,
    overwrites: new Map(),
    deleted: false,
  };
  world.channels.set(channel.id, channel);
  return channel;
}
