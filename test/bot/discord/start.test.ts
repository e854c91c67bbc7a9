// The start of the bot: what stops it is a sentence with the fix, and what it registers is registered once.

import { afterEach, describe, expect, it } from 'vitest';
import { isUserError } from '../../../src/engine/index.js';
import { type Discord, startDiscord } from '../../support/discord/index.js';
import { type BotTest, type BotTestOptions, startBotTest } from '../../support/discord-bot.js';
import { askIn, expectQuiet } from './reading.js';

let test: BotTest | undefined;
let started: Discord | undefined;
afterEach(async () => {
  await test?.end();
  await started?.close();
  test = undefined;
  started = undefined;
});

/** The sentence that a refused start ends with. */
async function refusal(options: BotTestOptions): Promise<string> {
  const before = (discord: Discord): void => {
    started = discord;
    options.before?.(discord);
  };
  try {
    test = await startBotTest({ ...options, before });
  } catch (error) {
    expect(isUserError(error) && error.code).toBe('bad-configuration');
    return (error as Error).message;
  }
  throw new Error('it started');
}

describe('what stops the start', () => {
  it('a wrong token: 401', async () => {
    const message = await refusal({ before: (discord) => discord.resetToken() });
    expect(message).toMatch(/^Discord refused DISCORD_TOKEN \(401\)\. Copy it again: https:.*Reset Token\.$/);
  });

  it('a token that only the gateway refuses: 4004', async () => {
    const before = (discord: Discord): void => {
      const answer = { url: discord.origin.replace('http', 'ws'), shards: 1 };
      const limits = { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 1 };
      discord.fault({ path: /^\/gateway\/bot$/, status: 200, body: { ...answer, session_start_limit: limits } });
      discord.resetToken();
    };
    expect(await refusal({ before })).toMatch(/^Discord refused DISCORD_TOKEN/);
    expect(started!.violations.map(({ code }) => code)).toEqual([4004]);
  });

  it('an intent that the portal does not allow: 4014', async () => {
    const message = await refusal({ messageContent: true, before: (discord) => discord.allow([]) });
    expect(message).toMatch(/^Discord refused the message content intent\. Switch on "Message Content Intent"/);
  });

  it('a server that cannot be reached', async () => {
    const gone = await startDiscord();
    await gone.close();
    const discord = { guild: null, apiUrl: gone.api, messageContent: false };
    expect(await refusal({ config: { discord } })).toMatch(
      /^The server at DISCORD_API_URL cannot be reached \(ECONNREFUSED\)\. Check the network/,
    );
  });

  it('a server that answers with errors', async () => {
    const message = await refusal({ before: (discord) => discord.fault({ path: /^\/gateway\/bot$/, status: 503 }) });
    expect(message).toMatch(/^The server at DISCORD_API_URL cannot be reached \(503\)/);
  });

  it('DISCORD_GUILD that the bot is not in', async () => {
    const guild = '123456789012345678';
    let api = '';
    const message = await refusal({
      config: {
        get discord() {
          return { guild, apiUrl: api, messageContent: false };
        },
      },
      before: (discord) => {
        api = discord.api;
      },
    });
    expect(message).toMatch(/^The bot is not in the server DISCORD_GUILD=123456789012345678\. Invite the bot there/);
  });
});

describe('commands', () => {
  it('are registered once, not again at a restart, and again when they changed', async () => {
    test = await startBotTest();
    const { discord } = test;
    expect(discord.commandPuts()).toBe(1);
    await test.restart();
    expect(discord.commandPuts()).toBe(1);
    const names = discord.commands().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['task', 'teach', 'ask', 'Teach this message']));
    const url = `${discord.api}/v10/applications/${discord.appId}/commands`;
    const headers = { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify([{ name: 'old', description: 'of another release' }]);
    await fetch(url, { method: 'PUT', headers, body });
    expect(discord.commandPuts()).toBe(2);
    await test.restart();
    expect(discord.commandPuts()).toBe(3);
    expect(discord.commands().map(({ name }) => name)).toEqual(names);
    expectQuiet(test);
  });

  it('are registered in DISCORD_GUILD alone', async () => {
    const place = { guild: '', api: '' };
    test = await startBotTest({
      config: {
        get discord() {
          return { guild: place.guild, apiUrl: place.api, messageContent: false };
        },
      },
      before: (discord) => {
        Object.assign(place, { guild: discord.addGuild({ name: 'Lab' }).id, api: discord.api });
      },
    });
    const { discord } = test;
    expect(discord.commandPuts()).toBe(0);
    expect(discord.commandPuts(place.guild)).toBe(1);
    await test.restart();
    expect(discord.commandPuts(place.guild)).toBe(1);
    expectQuiet(test);
  });
});

it('comes up with four shards, each with its servers', async () => {
  test = await startBotTest({ discord: { shards: 4 }, before: (discord) => void discord.addGuilds(12) });
  const { discord, bot } = test;
  expect(discord.sessions().map(({ shard }) => shard)).toEqual([
    [0, 4],
    [1, 4],
    [2, 4],
    [3, 4],
  ]);
  expect(bot.guilds).toBe(13);
  expect(discord.commandPuts()).toBe(1);
  expect((await askIn(test).reply()).content).toMatch(/^There is no task yet/);
  expectQuiet(test);
});

it('ends with the reason when the token is reset while it runs', async () => {
  test = await startBotTest();
  test.discord.resetToken();
  const reason = await test.bot.ended;
  expect(isUserError(reason) && reason.message).toMatch(/^Discord refused DISCORD_TOKEN/);
});
