// `handful start` and `handful chat`: the local chat, in a terminal or fed by a pipe.

import { createSay } from '../catalogue/index.js';
import type { Config, Environment } from '../config.js';
import { startModel } from '../language-model/describe.js';
import { pipedChat } from '../local/piped.js';
import { terminalChat } from '../local/terminal.js';
import { onStop } from '../stop.js';
import type { ExitCode } from './exit.js';
import { openHandful } from './open.js';

export async function chat(config: Config, { json }: { json: boolean }): Promise<ExitCode> {
  const handful = await openHandful(config);
  const { stdin, stdout } = process;
  // A reader that goes away (`| head`) ends the chat, not the store.
  stdout.on('error', () => stdin.destroy());
  const stop = new AbortController();
  const { signal } = stop;
  const talk = async (): Promise<ExitCode> => {
    try {
      if (!json && stdin.isTTY && stdout.isTTY) {
        await terminalChat(handful, { input: stdin, output: stdout, signal });
        return 0;
      }
      const print = (line: string): void => void process.stderr.write(`${line}\n`);
      void startModel({ say: createSay(config.language) }, handful.services.languageModel, {
        print,
        log: handful.services.log,
      });
      return await pipedChat(handful, { input: stdin, write: (text) => stdout.write(text), json, signal });
    } finally {
      await handful.close();
    }
  };
  const talking = talk();
  const close = async (): Promise<void> => {
    stop.abort();
    await talking;
  };
  const ignoreSignals = onStop(close, { log: handful.services.log });
  try {
    return await talking;
  } finally {
    ignoreSignals();
  }
}

/** The Discord bot where there is a token, else the local chat. */
export async function start(config: Config, environment: Environment): Promise<ExitCode> {
  const { discord } = config;
  const token = environment.DISCORD_TOKEN?.trim();
  if (discord === null || !token) return chat(config, { json: false });
  return (await import('./discord.js')).runDiscord(config, { discord, token });
}
