// REST around the rules: rate limits, injected faults, unknown routes, attachments that fail, the record of requests.

import { Client, DiscordAPIError, REST } from 'discord.js';
import { afterEach, describe, expect, it } from 'vitest';
import { type Discord, type DiscordOptions, type Guild, startDiscord, type User } from '../support/discord/index.js';
import { startBot, type TestBot } from './bot.js';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

interface Setting {
  readonly discord: Discord;
  readonly guild: Guild;
  readonly alice: User;
}

async function start(options: DiscordOptions = {}): Promise<Setting> {
  const discord = await startDiscord(options);
  cleanups.push(() => discord.close());
  const guild = discord.addGuild();
  const alice = discord.addUser({ username: 'alice' });
  discord.addMember(guild, alice);
  return { discord, guild, alice };
}

async function connect(discord: Discord): Promise<TestBot> {
  const bot = await startBot(discord);
  cleanups.push(() => bot.client.destroy());
  return bot;
}

const rest = (discord: Discord, options = {}): REST =>
  new REST({ api: discord.api, version: '10', ...options }).setToken(discord.token);
const raw = (discord: Discord, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${discord.api}/v10${path}`, { ...init, headers: { authorization: `Bot ${discord.token}`, ...init.headers } });

describe('rate limits', () => {
  it('are told with every answer', async () => {
    const { discord, guild } = await start({ routeLimit: { limit: 5, windowMs: 5_000 } });
    const response = await raw(discord, `/channels/${guild.general.id}`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': '4',
      'x-ratelimit-reset-after': '5.000',
      'x-ratelimit-bucket': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('of a route answer 429, for that channel alone', async () => {
    const { discord, guild } = await start({ routeLimit: { limit: 2, windowMs: 5_000 } });
    const other = discord.addChannel(guild);
    const get = (id: string) => raw(discord, `/channels/${id}`);
    for (const expected of [200, 200, 429]) expect((await get(guild.general.id)).status).toBe(expected);
    const refused = await get(guild.general.id);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3);
    expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
    expect(await refused.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
    expect((await get(other.id)).status).toBe(200);
    expect(discord.violations).toEqual([]);
    // Going on in spite of Retry-After is a violation.
    await get(guild.general.id);
    expect(discord.takeViolations(429)).toHaveLength(1);
  });

  it('discord.js keeps to those of a route', async () => {
    const { discord, guild } = await start({ routeLimit: { limit: 3, windowMs: 200 } });
    const client = rest(discord);
    await Promise.all(Array.from({ length: 7 }, () => client.get(`/channels/${guild.general.id}`)));
    expect(discord.requests.filter(({ status }) => status === 429)).toEqual([]);
    expect(discord.violations).toEqual([]);
  });

  it('of everything answer 429 beyond 50 a second, and callbacks do not count', async () => {
    const { discord, guild } = await start();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await raw(discord, `/users/@me?${Math.random()}`)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    const refused = await raw(discord, `/channels/${guild.general.id}`);
    expect(refused.headers.get('x-ratelimit-global')).toBe('true');
    const callback = await fetch(`${discord.api}/v10/interactions/1/x/callback`, { method: 'POST' });
    expect(callback.status).toBe(404);
    discord.takeViolations(10062);
    expect(discord.violations).toEqual([]);
    await Promise.all(Array.from({ length: 60 }, () => raw(discord, '/users/@me')));
    expect(discord.takeViolations(429)).not.toEqual([]);
  });
});

describe('faults', () => {
  it('answer with what a test wants, as often as it wants', async () => {
    const { discord } = await start();
    discord.fault({ method: 'GET', path: /^\/users\/@me$/, status: 503, body: { message: 'down', code: 0 }, times: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await raw(discord, '/users/@me')).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(discord.violations).toEqual([]);
  });

  it('discord.js retries 5xx, and reports what lasts', async () => {
    const { discord } = await start();
    discord.fault({ path: /@me/, status: 500, times: 2 });
    const client = rest(discord);
    expect(await client.get('/users/@me')).toMatchObject({ username: 'handful' });
    discord.fault({ path: /@me/, status: 403, body: { message: 'no', code: 50001 }, times: 1 });
    await expect(client.get('/users/@me')).rejects.toThrow(DiscordAPIError);
  });

  it('delay, break the connection before, or lose only the answer', async () => {
    const { discord, guild } = await start();
    discord.fault({ path: /@me/, delayMs: 60, times: 1 });
    const begun = performance.now();
    expect((await raw(discord, '/users/@me')).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(50);
    const post = () =>
      raw(discord, `/channels/${guild.general.id}/messages`, {
        method: 'POST',
        body: JSON.stringify({ content: 'x' }),
        headers: { 'content-type': 'application/json' },
      });
    discord.fault({ path: /messages/, destroy: 'before', times: 1 });
    await expect(post()).rejects.toThrow();
    expect(discord.messages(guild.general)).toHaveLength(0);
    discord.fault({ path: /messages/, destroy: 'after', times: 1 });
    await expect(post()).rejects.toThrow();
    expect(discord.messages(guild.general)).toHaveLength(1);
  });

  it('a 401 makes discord.js forget its token', async () => {
    const { discord } = await start();
    const client = rest(discord);
    discord.fault({ path: /@me/, status: 401, times: 1, body: { message: '401: Unauthorized', code: 0 } });
    await expect(client.get('/users/@me')).rejects.toThrow('401');
    await expect(client.get('/users/@me')).rejects.toThrow('Expected token to be set');
  });
});

describe('routes', () => {
  it('that the emulator does not know are violations', async () => {
    const { discord } = await start();
    expect((await raw(discord, '/voice/regions')).status).toBe(404);
    expect(discord.takeViolations()).toMatchObject([{ status: 404, where: 'GET /voice/regions' }]);
  });

  it('refuse a body that is no JSON', async () => {
    const { discord, guild } = await start();
    const response = await raw(discord, `/channels/${guild.general.id}/messages`, { method: 'POST', body: '{' });
    expect(await response.json()).toMatchObject({ code: 50109 });
    expect(discord.takeViolations(50109)).toHaveLength(1);
  });

  it('list messages around an id, newest first', async () => {
    const { discord, guild, alice } = await start();
    const said = Array.from({ length: 5 }, (_, n) => discord.say(alice, guild.general, `${n}`, { mentionBot: true }));
    const list = async (query: string) => {
      const response = await raw(discord, `/channels/${guild.general.id}/messages?${query}`);
      return ((await response.json()) as { content: string }[]).map(({ content }) => content.at(-1));
    };
    expect(await list('limit=2')).toEqual(['4', '3']);
    expect(await list(`before=${said[2]!.id}`)).toEqual(['1', '0']);
    expect(await list(`after=${said[1]!.id}&limit=2`)).toEqual(['3', '2']);
    const wrong = await raw(discord, `/channels/${guild.general.id}/messages?limit=101`);
    expect(await wrong.json()).toMatchObject({ code: 50035 });
    discord.takeViolations(50035);
  });

  it('are written down with their bodies', async () => {
    const { discord, guild } = await start();
    const bot = await connect(discord);
    await bot.client.rest.post(`/channels/${guild.general.id}/typing`);
    await bot.client.rest.post(`/channels/${guild.general.id}/messages`, { body: { content: 'x' } });
    expect(discord.typing.map(({ channel }) => channel)).toEqual([guild.general]);
    expect(discord.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: `/channels/${guild.general.id}/messages`,
      json: { content: 'x' },
      status: 200,
    });
  });
});

describe('attachments', () => {
  it('are served whole, with size and type, or say that they are gone', async () => {
    const { discord, guild, alice } = await start();
    const upload = { name: 'a.csv', data: 'text,label' };
    const message = discord.say(alice, guild.general, '', { attachments: [upload, { ...upload, gone: true }] });
    const [whole, gone] = message.attachments;
    const response = await fetch(whole!.url);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-length')).toBe('10');
    expect(await response.text()).toBe('text,label');
    expect((await fetch(gone!.url)).status).toBe(404);
    discord.spoil(whole!, { gone: true });
    expect((await fetch(whole!.url)).status).toBe(404);
  });

  it('can end early, be slow, or lie about their size', async () => {
    const { discord, guild, alice } = await start();
    const attachments = [{ name: 'a.csv', data: 'x'.repeat(1_000), truncateAt: 10, size: 99_000_000, delayMs: 60 }];
    const [file] = discord.say(alice, guild.general, '', { attachments }).attachments;
    expect(file?.size).toBe(99_000_000);
    const begun = performance.now();
    const response = await fetch(file!.url);
    expect(performance.now() - begun).toBeGreaterThan(50);
    await expect(response.text()).rejects.toThrow();
  });
});

describe('waiting', () => {
  it('says what did not happen', async () => {
    const { discord } = await start();
    await expect(discord.until('a miracle', () => false, 20)).rejects.toThrow('waited 20 ms for a miracle');
  });

  it('a client needs no network but the emulator', async () => {
    const { discord } = await start();
    const client = new Client({ intents: [], rest: { api: discord.api } });
    await client.login(discord.token);
    await client.destroy();
    expect(discord.requests.map(({ path }) => path)).toEqual(['/gateway/bot']);
  });
});
