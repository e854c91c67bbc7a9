// Who is told what: intents gate events, and blank the text of messages that are none of the bot's business.

import { GatewayIntentBits as Intents } from 'discord.js';
import { asJson } from './rules/form.js';
import type { Json, PrivilegedIntent } from './types.js';

const PRIVILEGED: readonly (readonly [PrivilegedIntent, number])[] = [
  ['message-content', Intents.MessageContent],
  ['members', Intents.GuildMembers],
  ['presences', Intents.GuildPresences],
];

/** Application flags of GET /applications/@me: the "limited" bits of an unverified application. */
const FLAGS: Readonly<Record<PrivilegedIntent, number>> = {
  presences: 1 << 13,
  members: 1 << 15,
  'message-content': 1 << 19,
};

const ALL_INTENTS = Object.values(Intents)
  .filter((value) => typeof value === 'number')
  .reduce((sum, bit) => sum | bit, 0);

const GUILD_GATES: Readonly<Record<string, number>> = {
  GUILD_CREATE: Intents.Guilds,
  GUILD_UPDATE: Intents.Guilds,
  GUILD_DELETE: Intents.Guilds,
  GUILD_ROLE_CREATE: Intents.Guilds,
  GUILD_ROLE_UPDATE: Intents.Guilds,
  CHANNEL_CREATE: Intents.Guilds,
  CHANNEL_UPDATE: Intents.Guilds,
  CHANNEL_DELETE: Intents.Guilds,
  THREAD_CREATE: Intents.Guilds,
  THREAD_DELETE: Intents.Guilds,
  GUILD_MEMBER_ADD: Intents.GuildMembers,
  GUILD_MEMBER_REMOVE: Intents.GuildMembers,
  MESSAGE_CREATE: Intents.GuildMessages,
  MESSAGE_UPDATE: Intents.GuildMessages,
  MESSAGE_DELETE: Intents.GuildMessages,
  MESSAGE_DELETE_BULK: Intents.GuildMessages,
};

export const applicationFlags = (privileged: ReadonlySet<PrivilegedIntent>): number =>
  [...privileged].reduce((sum, name) => sum | FLAGS[name], 0);

export const areIntentsValid = (intents: number): boolean => (intents & ~ALL_INTENTS) === 0;

export const areIntentsAllowed = (intents: number, allowed: ReadonlySet<PrivilegedIntent>): boolean =>
  PRIVILEGED.every(([name, bit]) => (intents & bit) === 0 || allowed.has(name));

export function isTold(event: string, guildId: string | null, intents: number): boolean {
  const gate = guildId === null && event.startsWith('MESSAGE_') ? Intents.DirectMessages : GUILD_GATES[event];
  return gate === undefined || (intents & gate) === gate;
}

export const hasContentIntent = (intents: number): boolean => (intents & Intents.MessageContent) !== 0;

/** A message without what only the message content intent shows; the bot's own, those that mention it and DMs stay whole. */
export function redact(message: Json, botId: string, inGuild: boolean): Json {
  if (!inGuild) return message;
  const { referenced_message: reference } = message;
  const outer =
    reference === undefined || reference === null
      ? message
      : { ...message, referenced_message: redact(asJson(reference), botId, inGuild) };
  const mentions = Array.isArray(message.mentions) ? message.mentions.map((user) => asJson(user).id) : [];
  if (asJson(message.author).id === botId || mentions.includes(botId)) return outer;
  return { ...outer, content: '', embeds: [], attachments: [], components: [] };
}
