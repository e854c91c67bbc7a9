// The Discord bot for tests: the real bot and the real discord.js on the emulator, with the fake engine. One server with a
// moderator and a member to begin with.

import { PermissionFlagsBits } from 'discord.js';
import { expect } from 'vitest';
import { composeHandful, type Handful } from '../../src/bot/compose.js';
import { type Config, readConfig } from '../../src/bot/config.js';
import { type DiscordBot, startDiscord as startBot } from '../../src/bot/discord/start.js';
import { createLog } from '../../src/bot/log.js';
import { type LanguageModel, openStore, type Store } from '../../src/engine/index.js';
import {
  type Channel,
  componentsOf,
  type Discord,
  type DiscordOptions,
  type Guild,
  type Message,
  startDiscord,
  type User,
} from './discord/index.js';
import { createFakeEngine, type FakeEngine } from './fake-engine.js';
import { createFastClock } from './fast-clock.js';

export interface BotTest {
  readonly discord: Discord;
  readonly engine: FakeEngine;
  readonly logged: string[];
  readonly guild: Guild;
  readonly channel: Channel;
  /** May manage messages. */
  readonly mod: User;
  readonly member: User;
  handful: Handful;
  bot: DiscordBot;
  /** The bot's clock jumps ahead, over restarts too. */
  pass(ms: number): void;
  /** Another bot process on the same store and the same Discord; with `between`, something that happens while none runs. */
  restart(between?: () => void): Promise<void>;
  end(): Promise<void>;
}

export interface BotTestOptions {
  readonly locale?: string;
  readonly discord?: DiscordOptions;
  readonly config?: Partial<Config>;
  readonly messageContent?: boolean;
  readonly languageModel?: LanguageModel;
  /** Before the bot comes up. */
  readonly before?: (discord: Discord) => void;
}

export async function startBotTest(options: BotTestOptions = {}): Promise<BotTest> {
  const { locale = 'en-US', messageContent = false } = options;
  const discord = await startDiscord({
    privileged: messageContent ? ['message-content'] : [],
    ...options.discord,
  });
  const guild = discord.addGuild({ name: 'Test', preferredLocale: locale });
  const mod = discord.addUser({ username: 'mona', locale });
  const member = discord.addUser({ username: 'ann', locale });
  discord.addMember(guild, mod, { permissions: PermissionFlagsBits.ManageMessages });
  discord.addMember(guild, member);
  options.before?.(discord);
  const engine = createFakeEngine();
  const logged: string[] = [];
  let ahead = 0;
  const store = await openStore('memory:');
  const config: Config = {
    ...readConfig({ HANDFUL_HOME: '/nowhere', HANDFUL_STORE: 'memory:' }),
    discord: { guild: null, apiUrl: discord.api, messageContent },
    ...options.config,
  };

  const open = async (): Promise<{ handful: Handful; bot: DiscordBot }> => {
    const log = createLog((line) => logged.push(line));
    // The store outlives a bot that stops, as a file would.
    const kept: Store = { ...store, close: async () => {} };
    const clock = createFastClock(20, () => ahead);
    const { languageModel } = options;
    const handful = composeHandful({ config, engine, store: kept, clock, log, languageModel });
    const bot = await startBot(handful, { token: discord.token, discord: config.discord! });
    return { handful, bot };
  };
  const close = async ({ handful, bot }: { handful: Handful; bot: DiscordBot }): Promise<void> => {
    await bot.stop();
    await handful.close();
  };

  const test: BotTest = {
    discord,
    engine,
    logged,
    guild,
    channel: guild.general,
    mod,
    member,
    ...(await open()),
    pass: (ms) => {
      ahead += ms;
    },
    restart: async (between) => {
      await close(test);
      between?.();
      Object.assign(test, await open());
    },
    end: async () => {
      await close(test);
      await store.close();
      await discord.close();
    },
  };
  return test;
}

const WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** A task `support` with three labels and this many examples a label, taught by the moderator. */
export async function teachSupport({ discord, mod, channel }: BotTest, shots: number): Promise<void> {
  const labels = 'billing, bug, praise';
  await discord.slash(mod, channel, 'task create', { name: 'support', labels }).reply();
  await discord.slash(mod, channel, 'task edit', { task: 'support', automatic: false }).reply();
  const lines = WORDS.slice(0, shots).flatMap((word) => [
    `charged ${word} times => billing`,
    `crash number ${word} today => bug`,
    `thanks ${word} lovely => praise`,
  ]);
  const form = await discord.slash(mod, channel, 'teach').form();
  await discord.submit(mod, form, { text: lines.join('\n') }).reply();
}

/** No rule of Discord was broken, nobody was pinged by the bot, and no link of its messages opened a preview. */
export function expectQuiet({ discord }: Pick<BotTest, 'discord'>): void {
  expect(discord.violations).toEqual([]);
  for (const { author, content, pinged, linkPreviews, allowedMentions } of discord.everything()) {
    if (author.id !== discord.bot.id) continue;
    expect({ content, pinged, linkPreviews }).toEqual({ content, pinged: NOBODY, linkPreviews: [] });
    expect(allowedMentions, content).toMatchObject({ parse: [] });
  }
}

const NOBODY = { users: [], roles: [], everyone: false };

/** What is offered below a message: labels of buttons, placeholders and options of selects. */
export const offeredBy = (message: Message): string[] =>
  componentsOf(message).flatMap(({ label, placeholder, options }) =>
    Array.isArray(options) ? [String(placeholder), ...options.map((option) => String(option.label))] : [String(label)],
  );
