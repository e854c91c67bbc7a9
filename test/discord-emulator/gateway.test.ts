// The gateway: who may connect, what is told to whom, and what happens when connections break.

import { Client, Events, GatewayIntentBits as I, type Message } from 'discord.js';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Discord, type DiscordOptions, type Guild, startDiscord, type User } from '../support/discord/index.js';
import { startBot, type TestBot } from './bot.js';

const cleanups: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options: DiscordOptions = {}): Promise<{ discord: Discord; guild: Guild; alice: User }> {
  const discord = await startDiscord(options);
  cleanups.push(() => discord.close());
  const guild = discord.addGuild();
  const alice = discord.addUser({ username: 'alice' });
  discord.addMember(guild, alice);
  return { discord, guild, alice };
}

async function connect(discord: Discord, options: Parameters<typeof startBot>[1] = {}): Promise<TestBot> {
  const bot = await startBot(discord, options);
  cleanups.push(() => bot.client.destroy());
  return bot;
}

/** Messages that the client is told, in order. */
function listen(client: Client): Message[] {
  const told: Message[] = [];
  client.on(Events.MessageCreate, (message) => told.push(message));
  return told;
}

async function until(is: () => boolean, ms = 3_000): Promise<void> {
  for (const end = performance.now() + ms; !is(); ) {
    if (performance.now() > end) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const content = (told: readonly Message[]): string[] => told.map((message) => message.content);

describe('connecting', () => {
  it('needs the right token, for REST and for the gateway', async () => {
    const { discord } = await start();
    const client = new Client({ intents: [], rest: { api: discord.api } });
    await expect(client.login('wrong')).rejects.toThrow('invalid token');
    expect(discord.takeViolations()).toMatchObject([{ status: 401, where: 'GET /gateway/bot' }]);
    expect(await closeOf(discord, { op: 2, d: { token: 'wrong', intents: 0 } })).toBe(4_004);
    expect(discord.takeViolations(4_004)).toHaveLength(1);
  });

  it('needs intents that exist and that the portal allows', async () => {
    const { discord } = await start();
    const { token } = discord;
    expect(await closeOf(discord, { op: 2, d: { token, intents: 1 << 30 } })).toBe(4_013);
    for (const intent of [I.MessageContent, I.GuildMembers, I.GuildPresences])
      expect(await closeOf(discord, { op: 2, d: { token, intents: intent } })).toBe(4_014);
    expect(discord.takeViolations().map(({ code }) => code)).toEqual([4_013, 4_014, 4_014, 4_014]);
    const client = new Client({ intents: [I.MessageContent], rest: { api: discord.api } });
    await expect(client.login(token)).rejects.toThrow('disallowed intents');
    await client.destroy();
    discord.takeViolations(4_014);
    discord.allow(['message-content']);
    const bot = await connect(discord, { intents: [I.Guilds, I.MessageContent] });
    expect((await bot.client.application.fetch()).flags.has('GatewayMessageContentLimited')).toBe(true);
    discord.allow([]);
    expect((await bot.client.application.fetch()).flags.has('GatewayMessageContentLimited')).toBe(false);
    expect(discord.violations).toEqual([]);
  });

  it('follows the protocol', async () => {
    const { discord } = await start();
    const { token } = discord;
    expect(await closeOf(discord, { op: 3, d: {} })).toBe(4_003);
    expect(await closeOf(discord, 'nonsense')).toBe(4_002);
    expect(await closeOf(discord, { op: 2, d: { token, intents: 0, shard: [2, 2] } })).toBe(4_010);
    expect(await closeOf(discord, { op: 2, d: { token, intents: 0 } }, { op: 2, d: { token, intents: 0 } })).toBe(
      4_005,
    );
    expect(await closeOf(discord, { op: 2, d: { token, intents: 0 } }, { op: 42 })).toBe(4_001);
    expect(discord.takeViolations()).toHaveLength(5);
  });

  it('counts the session starts', async () => {
    const { discord } = await start({ sessionStarts: 1 });
    await connect(discord);
    const second = new Client({ intents: [], rest: { api: discord.api } });
    await expect(second.login(discord.token)).rejects.toThrow('Not enough sessions remaining');
  });
});

/** The code with which the emulator closes a raw connection that sends these frames. */
async function closeOf(discord: Discord, ...frames: (object | string)[]): Promise<number> {
  const socket = new WebSocket(`${discord.origin.replace('http', 'ws')}/?v=10&encoding=json`);
  socket.on('open', () => {
    for (const frame of frames) socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  });
  return new Promise((resolve) => socket.on('close', resolve));
}

describe('intents', () => {
  it('gate messages of servers and direct messages', async () => {
    const { discord, guild, alice } = await start();
    const deaf = await connect(discord, { intents: [I.Guilds] });
    const told = listen(deaf.client);
    const hearing = await connect(discord);
    const heard = listen(hearing.client);
    discord.say(alice, guild.general, 'x', { mentionBot: true });
    discord.say(alice, discord.dm(alice), 'y');
    await until(() => heard.length === 2);
    expect(told).toEqual([]);
  });

  it('blank the text of messages that are none of the bot’s business', async () => {
    const { discord, guild, alice } = await start();
    const bot = await connect(discord);
    const told = listen(bot.client);
    const file = [{ name: 'a.txt', data: 'a' }];
    const secret = discord.say(alice, guild.general, 'secret', { attachments: file });
    discord.say(alice, guild.general, 'for you', { mentionBot: true, reply: secret });
    discord.say(alice, discord.dm(alice), 'private', { attachments: file });
    const own = await bot.client.users.send(alice.id, 'my own');
    await until(() => told.length === 4);
    expect(content(told)).toEqual(['', `<@${discord.bot.id}> for you`, 'private', 'my own']);
    expect(told.map(({ attachments }) => attachments.size)).toEqual([0, 0, 1, 0]);
    // A reply to the bot's message mentions it, unless the person switched that off.
    await bot.client.rest.post(`/channels/${guild.general.id}/messages`, { body: { content: 'in public' } });
    const mine = discord.messages(guild.general).at(-1)!;
    discord.say(alice, guild.general, 'answer', { reply: mine });
    discord.say(alice, guild.general, 'quiet answer', { reply: mine, ping: false });
    await until(() => told.length === 7);
    expect(content(told).slice(4)).toEqual(['in public', 'answer', '']);
    expect(own.content).toBe('my own');
    // REST follows the same rule, and a quoted message has its own.
    const listed = (await bot.client.rest.get(`/channels/${guild.general.id}/messages`)) as {
      content: string;
      referenced_message?: { content: string };
    }[];
    expect(listed.map((message) => [message.content, message.referenced_message?.content])).toEqual([
      ['', 'in public'],
      ['answer', 'in public'],
      ['in public', undefined],
      [`<@${discord.bot.id}> for you`, ''],
      ['', undefined],
    ]);
  });

  it('with message content nothing is blank', async () => {
    const { discord, guild, alice } = await start({ privileged: ['message-content'] });
    const bot = await connect(discord, { intents: [I.Guilds, I.GuildMessages, I.MessageContent] });
    const told = listen(bot.client);
    const message = discord.say(alice, guild.general, 'open');
    discord.edit(message, 'opened');
    await until(() => told.length === 1);
    await until(() => told[0]?.content === 'opened');
    const [listed] = (await bot.client.rest.get(`/channels/${guild.general.id}/messages`)) as { content: string }[];
    expect(listed?.content).toBe('opened');
  });

  it('of members decide who is listed', async () => {
    const { discord, guild, alice } = await start({ privileged: ['members'] });
    const plain = await connect(discord);
    expect(plain.client.guilds.cache.get(guild.id)?.members.cache.size).toBe(1);
    const curious = await connect(discord, { intents: [I.Guilds, I.GuildMembers] });
    expect(curious.client.guilds.cache.get(guild.id)?.members.cache.has(alice.id)).toBe(true);
  });

  it('channels that the bot does not see are silent', async () => {
    const { discord, guild, alice } = await start();
    const bot = await connect(discord);
    const told = listen(bot.client);
    const hidden = discord.addChannel(guild, { overwrites: [{ id: discord.bot.id, deny: 1n << 10n }] });
    discord.say(alice, hidden, 'x', { mentionBot: true });
    discord.say(alice, guild.general, 'y', { mentionBot: true });
    await until(() => told.length > 0);
    expect(content(told)).toEqual([`<@${discord.bot.id}> y`]);
  });
});

describe('events', () => {
  it('tell of deleted messages, channels and servers', async () => {
    const { discord, guild, alice } = await start();
    const bot = await connect(discord);
    const events: string[] = [];
    const note = (name: string) => () => events.push(name);
    bot.client.on(Events.MessageDelete, note('message'));
    bot.client.on(Events.MessageBulkDelete, note('messages'));
    bot.client.on(Events.ChannelDelete, note('channel'));
    bot.client.on(Events.GuildDelete, note('left'));
    bot.client.on(Events.GuildUnavailable, note('outage'));
    bot.client.on(Events.GuildAvailable, note('back'));
    bot.client.on(Events.GuildCreate, note('joined'));
    const told = listen(bot.client);
    const said = [1, 2, 3].map((n) => discord.say(alice, guild.general, `${n}`));
    await until(() => told.length === 3);
    discord.deleteMessage(said[0]!);
    discord.deleteMessages(said.slice(1));
    discord.deleteChannel(discord.addChannel(guild));
    discord.outage(guild);
    expect(() => discord.slash(alice, guild.general, 'go')).toThrow('(outage)');
    discord.endOutage(guild);
    discord.removeGuild(guild);
    discord.addGuild();
    await until(() => events.length === 7);
    expect(events).toEqual(['message', 'messages', 'channel', 'outage', 'back', 'left', 'joined']);
    expect(discord.messages(guild.general)).toEqual([]);
    expect(() => discord.deleteMessage(said[0]!)).toThrow('deleted');
  });

  it('can come twice', async () => {
    const { discord, guild, alice } = await start();
    const bot = await connect(discord);
    const ids: string[] = [];
    bot.client.on(Events.Raw, (packet: { t: string | null; d: { id: string } }) => {
      if (packet.t === 'MESSAGE_CREATE') ids.push(packet.d.id);
    });
    const message = discord.say(alice, guild.general, 'x', { deliverTwice: true });
    await until(() => ids.length === 2);
    expect(ids).toEqual([message.id, message.id]);
  });
});

// Each of them waits for discord.js, which pauses half a second before it reconnects.
describe.concurrent('the weather', () => {
  it('a cut connection is resumed, and what was missed is replayed', async () => {
    const { discord, guild, alice } = await start();
    const bot = await connect(discord);
    const told = listen(bot.client);
    discord.cut();
    discord.say(alice, guild.general, 'missed', { mentionBot: true });
    await until(() => discord.counts.resumed === 1);
    await until(() => told.length === 1);
    expect(discord.counts).toMatchObject({ identified: 1, resumed: 1, invalid: 0 });
  });

  it('a request to reconnect is followed', async () => {
    const { discord, guild, alice } = await start();
    const bot = await connect(discord);
    const told = listen(bot.client);
    discord.askReconnect();
    await until(() => discord.counts.resumed === 1);
    expect(discord.closeCodes).toEqual([4_200]);
    discord.say(alice, guild.general, 'x');
    await until(() => told.length === 1);
  });

  it('a forgotten session is begun anew', async () => {
    const { discord } = await start();
    await connect(discord);
    discord.forget();
    discord.cut();
    await until(() => discord.counts.invalid === 1);
  });

  it('an invalid session that can be resumed is resumed', async () => {
    const { discord } = await start();
    await connect(discord);
    discord.invalidate(true);
    await until(() => discord.counts.resumed === 1);
    expect(discord.sessions()).toEqual([{ shard: [0, 1], connected: true }]);
  });

  it('a goodbye ends the session', async () => {
    const { discord } = await start();
    const bot = await connect(discord);
    expect(discord.sessions()).toHaveLength(1);
    await bot.client.destroy();
    await until(() => discord.sessions().length === 0);
  });

  it('heartbeats that are not answered make the client reconnect', async () => {
    const { discord } = await start({ heartbeatMs: 60 });
    await connect(discord);
    discord.dropHeartbeats(true);
    await until(() => discord.closeCodes.length > 0);
    discord.dropHeartbeats(false);
    await until(() => discord.counts.resumed >= 1);
  });
});

describe('shards', () => {
  it('get the events of their servers, and the first one direct messages', async () => {
    const { discord, alice } = await start({ shards: 4 });
    const guilds = discord.addGuilds(8);
    for (const guild of guilds) discord.addMember(guild, alice);
    const bot = await connect(discord, { shards: 'auto' });
    expect(discord.sessions().map(({ shard }) => shard)).toEqual([0, 1, 2, 3].map((index) => [index, 4]));
    expect(bot.client.guilds.cache.size).toBe(9);
    const told: string[] = [];
    bot.client.on(Events.Raw, (packet: { t: string | null }, shard: number) => {
      if (packet.t === 'MESSAGE_CREATE') told.push(`${shard}`);
    });
    for (const guild of guilds) discord.say(alice, guild.general, 'x');
    discord.say(alice, discord.dm(alice), 'x');
    await until(() => told.length === 9);
    expect(told.toSorted()).toEqual(['0', '0', '0', '1', '1', '2', '2', '3', '3']);
    const expected = bot.client.guilds.cache.map((guild) => guild.shardId);
    expect([...new Set(expected)].toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('are needed beyond 2,500 servers', async () => {
    const { discord } = await start();
    discord.addGuilds(2_500);
    expect(await closeOf(discord, { op: 2, d: { token: discord.token, intents: 0 } })).toBe(4_011);
    expect(discord.takeViolations(4_011)).toHaveLength(1);
  });

  it('a thousand servers come up quickly', async () => {
    const { discord } = await start();
    discord.addGuilds(999);
    const bot = await connect(discord);
    expect(bot.client.guilds.cache.size).toBe(1_000);
  });
});
