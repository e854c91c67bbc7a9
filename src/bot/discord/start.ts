// The Discord bot: connect, register the commands, go on with what was due, and stop without losing anything.

import { type Client, Events } from 'discord.js';
import { COMMANDS } from '../commands/index.js';
import type { Handful } from '../compose.js';
import type { DiscordConfig } from '../config.js';
import { createPictures } from '../picture/index.js';
import { createActions } from './actions.js';
import { createClient } from './client.js';
import { handleEvents } from './events.js';
import { inviteLink } from './invite.js';
import { sendLog } from './log-channel.js';
import { createMessenger } from './messenger.js';
import { createNews } from './news.js';
import { pause } from './pause.js';
import { createPlaces } from './places.js';
import { showPresence } from './presence.js';
import { explainStart } from './problems.js';
import { registerCommands } from './register.js';
import { slashCommands } from './slash.js';
import { guildOf, guildSpace } from './spaces.js';

export interface DiscordBot {
  readonly client: Client<true>;
  readonly invite: string;
  readonly guilds: number;
  /** Resolves with the reason when Discord ends the connection for good: a token that was reset, an intent that was taken away. */
  readonly ended: Promise<unknown>;
  /** Answers what is under way, then leaves Discord; Handful itself is closed by whoever opened it. */
  stop(): Promise<void>;
}

export interface DiscordOptions {
  readonly token: string;
  readonly discord: DiscordConfig;
}

const SWEEP_MS = 60 * 60_000;
/** What is under way when Handful stops gets this long to be answered. */
const LAST_ANSWERS_MS = 3000;

/** Discord's own codes; discord.js tells only of those that it does not recover from. */
const FIRST_CLOSE_CODE = 4000;

/** Resolves when the bot is ready; throws a UserError that says what to change when Discord refuses it. */
export async function startDiscord(handful: Handful, { token, discord }: DiscordOptions): Promise<DiscordBot> {
  const { services } = handful;
  const { clock, log, runs, journal, communities, erasure } = services;
  const { store } = handful;
  const client = createClient(discord);
  const actions = createActions({ store, clock });
  const places = createPlaces(store);
  erasure.add(actions);
  erasure.add(places);
  const pictures = createPictures();
  const messenger = createMessenger(client, log);
  const news = createNews({ services, messenger, places, actions, pictures });
  const events = handleEvents(client, { handful, actions, news });
  const endLog = sendLog({ journal, communities, messenger, client, clock, log });
  try {
    const ready = await login(client, token);
    const application = ready.application.id;
    const { guild } = discord;
    const commands = slashCommands(COMMANDS);
    const result = await registerCommands(ready.rest, { application, guild, commands });
    log.info('ready', { guilds: ready.guilds.cache.size, shards: ready.ws.shards.size, commands: result });
    const endPresence = showPresence(ready, runs, clock);
    const endSweep = await keepHouse(handful, ready);
    const ended = new Promise<unknown>((resolve) => {
      ready.on(Events.ShardDisconnect, ({ code }) => {
        if (code >= FIRST_CLOSE_CODE) resolve(explainStart(closedWith(code), discord));
      });
    });
    return {
      client: ready,
      ended,
      invite: inviteLink(application),
      guilds: ready.guilds.cache.size,
      stop: async () => {
        endSweep();
        endPresence();
        await Promise.race([events.stop().then(() => Promise.all([news.stop(), endLog()])), pause(LAST_ANSWERS_MS)]);
        await actions.flush();
        await ready.destroy();
        await pictures.close();
      },
    };
  } catch (error) {
    await client.destroy();
    await pictures.close();
    throw explainStart(error, discord);
  }
}

const closedWith = (code: number): Error =>
  Object.assign(new Error(`Discord closed the connection for good (${code}).`), { code });

async function login(client: Client, token: string): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(token);
  return ready;
}

/** Servers that left while Handful was away, data whose time is over, and trainings that were due. */
async function keepHouse({ services, resumeAll }: Handful, client: Client<true>): Promise<() => void> {
  const { workspace, retention, clock, log } = services;
  for (const space of await retention.spaces()) {
    const guild = guildOf(space);
    if (guild !== null && !client.guilds.cache.has(guild)) await retention.left(space);
  }
  for (const { id } of client.guilds.cache.values()) await retention.present(guildSpace(id));
  let next = (): void => {};
  const sweep = async (): Promise<void> => {
    try {
      await retention.sweep(clock.now());
    } catch (error) {
      log.bug('retention', error);
    }
    next = clock.after(SWEEP_MS, () => void sweep());
  };
  await sweep();
  // Trainings of servers that are gone stay where they are.
  const here = (await workspace.spaces()).filter((space) => {
    const guild = guildOf(space);
    return guild === null ? space.startsWith('dm-') : client.guilds.cache.has(guild);
  });
  resumeAll(here).catch((error: unknown) => log.bug('resume', error));
  return () => next();
}
