// The shapes in which Discord sends people, servers and channels.

import type { APIUser } from 'discord.js';
import { basePermissions, isThread, permissionsIn } from './rules/permissions.js';
import type { Channel, Guild, Json, Role, User } from './types.js';

const JOINED = '2025-01-01T00:00:00.000000+00:00';

export const userPayload = (user: User): APIUser => ({
  id: user.id,
  username: user.username,
  discriminator: '0',
  global_name: user.bot ? null : user.username,
  avatar: null,
  bot: user.bot,
});

/** A member; `permissions` as interactions carry them. */
export function memberPayload(guild: Guild, user: User, permissions?: bigint): Json {
  return {
    user: userPayload(user),
    nick: null,
    avatar: null,
    roles: [...(guild.members.get(user.id)?.roles ?? [])],
    joined_at: JOINED,
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
    ...(permissions === undefined ? {} : { permissions: permissions.toString() }),
  };
}

const rolePayload = (role: Role, position: number): Json => ({
  id: role.id,
  name: role.name,
  color: 0,
  colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
  hoist: false,
  position,
  permissions: role.permissions.toString(),
  managed: false,
  mentionable: role.mentionable,
  flags: 0,
});

export const rolesPayload = (guild: Guild): Json[] => [...guild.roles.values()].map(rolePayload);

export function channelPayload(channel: Channel): Json {
  const base = { id: channel.id, type: channel.type, last_message_id: null, flags: 0 };
  if (channel.guild === null)
    return { ...base, recipients: channel.recipient === null ? [] : [userPayload(channel.recipient)] };
  const shared = { ...base, guild_id: channel.guild.id, name: channel.name, parent_id: channel.parent?.id ?? null };
  if (isThread(channel))
    return {
      ...shared,
      owner_id: channel.guild.ownerId,
      rate_limit_per_user: 0,
      message_count: 0,
      member_count: 1,
      thread_metadata: {
        archived: false,
        auto_archive_duration: 1_440,
        archive_timestamp: JOINED,
        create_timestamp: JOINED,
        locked: false,
      },
    };
  return {
    ...shared,
    position: 0,
    nsfw: false,
    topic: null,
    rate_limit_per_user: 0,
    permission_overwrites: [...channel.overwrites.values()].map(({ id, allow = 0n, deny = 0n }) => ({
      id,
      type: channel.guild?.roles.has(id) === true ? 0 : 1,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
  };
}

/** The part of a channel that interactions carry. */
export const interactionChannel = (channel: Channel, user: User): Json => ({
  ...channelPayload(channel),
  ...(channel.guild === null ? {} : { permissions: permissionsIn(channel, user).toString() }),
});

/** As GET /guilds/:id answers. */
export function guildPayload(guild: Guild): Json {
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    icon: null,
    splash: null,
    discovery_splash: null,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: guild.preferredLocale,
    features: [],
    emojis: [],
    stickers: [],
    roles: rolesPayload(guild),
    system_channel_id: guild.general.id,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    application_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    safety_alerts_channel_id: null,
    max_members: 500_000,
  };
}

/** As GUILD_CREATE carries it; without the members intent only the bot is listed. */
export function guildCreatePayload(guild: Guild, members: readonly User[]): Json {
  const channels = [...guild.channels.values()].filter((channel) => !channel.deleted);
  return {
    ...guildPayload(guild),
    joined_at: JOINED,
    large: guild.members.size > 50,
    unavailable: false,
    member_count: guild.members.size,
    members: members.map((user) => memberPayload(guild, user)),
    channels: channels.filter((channel) => !isThread(channel)).map(channelPayload),
    threads: channels.filter(isThread).map(channelPayload),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

export const interactionMember = (channel: Channel, user: User): Json =>
  channel.guild === null
    ? { user: userPayload(user) }
    : { member: memberPayload(channel.guild, user, permissionsIn(channel, user)) };

export const partialGuild = (guild: Guild, user: User): Json => ({
  id: guild.id,
  name: guild.name,
  icon: null,
  owner: guild.ownerId === user.id,
  permissions: basePermissions(guild, user).toString(),
  features: [],
});
