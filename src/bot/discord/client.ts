// The connection to Discord: the intents that are needed, caches that stay small, and nothing that could ping anybody.

import { Client, GatewayIntentBits, Options, Partials } from 'discord.js';
import type { DiscordConfig } from '../config.js';

/** discord.js holds what its events need; old messages and members are fetched again when they matter. */
const CACHES = {
  ...Options.DefaultMakeCacheSettings,
  MessageManager: 0,
  GuildMemberManager: { maxSize: 50 },
  UserManager: { maxSize: 500 },
  DMMessageManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  PresenceManager: 0,
  VoiceStateManager: 0,
  ThreadMemberManager: 0,
  StageInstanceManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildBanManager: 0,
  AutoModerationRuleManager: 0,
} as const;

export function createClient({ apiUrl, messageContent }: DiscordConfig): Client {
  return new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      ...(messageContent ? [GatewayIntentBits.MessageContent] : []),
    ],
    partials: [Partials.Channel, Partials.Message],
    shards: 'auto',
    // Servers that Discord has trouble with come later; the others do not wait for them. Every server that comes starts it anew.
    waitGuildTimeout: 3000,
    makeCache: Options.cacheWithLimits({
      ...CACHES,
      GuildMemberManager: { maxSize: 50, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 500, keepOverLimit: (user) => user.id === user.client.user?.id },
    }),
    allowedMentions: { parse: [], repliedUser: false },
    rest: apiUrl === null ? {} : { api: apiUrl },
  });
}
