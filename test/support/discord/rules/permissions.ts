// Permissions as Discord computes them: roles, then the channel's overwrites for everyone, for roles, for the member.

import { PermissionFlagsBits as Bits, ChannelType } from 'discord.js';
import type { Channel, Guild, User } from '../types.js';

export const ALL_PERMISSIONS = (1n << 53n) - 1n;

/** What @everyone may do on a new server. */
export const EVERYONE_PERMISSIONS =
  Bits.ViewChannel |
  Bits.SendMessages |
  Bits.SendMessagesInThreads |
  Bits.CreatePublicThreads |
  Bits.EmbedLinks |
  Bits.AttachFiles |
  Bits.AddReactions |
  Bits.UseExternalEmojis |
  Bits.MentionEveryone |
  Bits.ReadMessageHistory |
  Bits.UseApplicationCommands |
  Bits.ChangeNickname |
  Bits.Connect |
  Bits.Speak;

const DM_PERMISSIONS =
  Bits.ViewChannel |
  Bits.SendMessages |
  Bits.EmbedLinks |
  Bits.AttachFiles |
  Bits.AddReactions |
  Bits.ReadMessageHistory |
  Bits.UseExternalEmojis |
  Bits.UseApplicationCommands;

const THREADS: readonly number[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

export const isThread = (channel: Channel): boolean => THREADS.includes(channel.type);

/** Guild-wide, before any overwrite. */
export function basePermissions(guild: Guild, user: User): bigint {
  if (guild.ownerId === user.id) return ALL_PERMISSIONS;
  const member = guild.members.get(user.id);
  if (member === undefined) return 0n;
  let bits = guild.roles.get(guild.id)?.permissions ?? 0n;
  for (const id of member.roles) bits |= guild.roles.get(id)?.permissions ?? 0n;
  return (bits & Bits.Administrator) === Bits.Administrator ? ALL_PERMISSIONS : bits;
}

export function permissionsIn(channel: Channel, user: User): bigint {
  const { guild } = channel;
  if (guild === null) return channel.recipient?.id === user.id || user.bot ? DM_PERMISSIONS : 0n;
  let bits = basePermissions(guild, user);
  if (bits === ALL_PERMISSIONS || bits === 0n) return bits;
  const place = isThread(channel) && channel.parent !== null ? channel.parent : channel;
  const apply = (deny: bigint, allow: bigint): void => {
    bits = (bits & ~deny) | allow;
  };
  const everyone = place.overwrites.get(guild.id);
  apply(everyone?.deny ?? 0n, everyone?.allow ?? 0n);
  let deny = 0n;
  let allow = 0n;
  for (const id of guild.members.get(user.id)?.roles ?? []) {
    deny |= place.overwrites.get(id)?.deny ?? 0n;
    allow |= place.overwrites.get(id)?.allow ?? 0n;
  }
  apply(deny, allow);
  const own = place.overwrites.get(user.id);
  apply(own?.deny ?? 0n, own?.allow ?? 0n);
  if ((bits & Bits.ViewChannel) === 0n) return 0n;
  if ((bits & sendBit(channel)) === 0n) bits &= ~(Bits.MentionEveryone | Bits.AttachFiles | Bits.EmbedLinks);
  return bits;
}

export const sendBit = (channel: Channel): bigint =>
  isThread(channel) ? Bits.SendMessagesInThreads : Bits.SendMessages;

export const mayIn = (channel: Channel, user: User, bits: bigint): boolean =>
  (permissionsIn(channel, user) & bits) === bits;

export const canView = (channel: Channel, user: User): boolean => mayIn(channel, user, Bits.ViewChannel);
