// `handful start` and `handful chat`: the local chat, in a terminal or fed by a pipe.

import { createSay } from '../catalogue/index.js';
import type { Config } from '../config.js';
import { pipedChat } from '../local/piped.js';
import { terminalChat } from '../local/terminal.js';
import type { ExitCode } from './exit.js';
import { openHandful } from './open.js';

export async function chat(config: Config, { json }: { json: boolean }): Promise<ExitCode> {
  const handful = await openHandful(config);
  const { stdin, stdout } = process;
  // A reader that goes away (`| head`) ends the chat, not the store.
  stdout.on('error', () => stdin.destroy());
  try {
    if (!json && stdin.isTTY && stdout.isTTY) {
      await terminalChat(handful, { input: stdin, output: stdout });
      return 0;
    }
    return await pipedChat(handful, { input: stdin, write: (text) => stdout.write(text), json });
  } finally {
    await handful.close();
  }
}

export async function start(config: Config): Promise<ExitCode> {
  // The Discord face is not part of this version: say so, rather than leave somebody waiting for a bot.
  if (config.discord) process.stderr.write(`${createSay(config.language)('chat.noDiscord')}\n`);
  return chat(config, { json: false });
}
