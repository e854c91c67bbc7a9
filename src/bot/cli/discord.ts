// `handful start` with DISCORD_TOKEN: the Discord bot, until it is told to stop or Discord ends the connection for good.

import { createSay } from '../catalogue/index.js';
import type { Config, DiscordConfig } from '../config.js';
import { type DiscordBot, startDiscord } from '../discord/start.js';
import { type Health, ownChecks, startHealth } from '../health.js';
import { startModel } from '../language-model/describe.js';
import { modelSecrets } from '../language-model/open.js';
import { createStreamLog } from '../log.js';
import { onStop } from '../stop.js';
import type { ExitCode } from './exit.js';
import { openHandful } from './open.js';

export interface DiscordRun {
  readonly discord: DiscordConfig;
  readonly token: string;
}

/** Resolves when the bot was stopped; throws when it could not come up, or cannot go on. */
export async function runDiscord(config: Config, { discord, token }: DiscordRun): Promise<ExitCode> {
  const log = createStreamLog({ level: config.logLevel, secrets: [token, ...modelSecrets(process.env)] });
  const say = createSay(config.language);
  const handful = await openHandful(config, log);
  let bot: DiscordBot | null = null;
  let health: Health | null = null;
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      await health?.close();
      await bot?.stop();
      await handful.close();
    })();
    return closing;
  };
  try {
    bot = await startDiscord(handful, { token, discord });
    const { client, guilds, invite, ended } = bot;
    process.stderr.write(`${say('start.discord', { guilds, invite })}\n`);
    const { store, services } = handful;
    const print = (line: string): void => void process.stderr.write(`${line}\n`);
    void startModel({ say }, services.languageModel, { print, log });
    const gateway = async (): Promise<void> => {
      if (!client.isReady()) throw new Error('not connected');
    };
    const checks = { ...ownChecks({ store, engine: services.engine }), gateway };
    if (config.port !== undefined) health = await startHealth({ port: config.port, checks, log });
    const stopped = new Promise<ExitCode>((resolve) => {
      onStop(close, { log, exit: (code) => (code === 0 ? resolve(0) : process.exit(code)) });
    });
    // A supervisor that starts it again would only be refused again: the reason is for whoever reads the log.
    const refused = ended.then((error): never => {
      log.bug('disconnected for good', error);
      throw error;
    });
    return await Promise.race([stopped, refused]);
  } catch (error) {
    await close();
    throw error;
  }
}
