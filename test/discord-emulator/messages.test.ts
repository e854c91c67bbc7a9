// The limits of messages, one by one: what just fits passes, one more is refused at the right place.

import type { RawFile } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Channel,
  type Discord,
  type Guild,
  type Json,
  startDiscord,
  type User,
} from '../support/discord/index.js';
import { expectRefused, startBot, type TestBot } from './bot.js';
import { embed, LIMITS, times, x } from './message-limits.js';

let discord: Discord;
let bot: TestBot;
let guild: Guild;
let alice: User;
let channel: Channel;

beforeAll(async () => {
  discord = await startDiscord({ globalLimit: false, routeLimit: { limit: 10_000, windowMs: 1_000 } });
  guild = discord.addGuild();
  alice = discord.addUser({ username: 'alice' });
  discord.addMember(guild, alice);
  channel = guild.general;
  bot = await startBot(discord, { rest: { globalRequestsPerSecond: 10_000 } });
});

afterEach(() => {
  expect(discord.violations).toEqual([]);
});

afterAll(async () => {
  await bot.client.destroy();
  await discord.close();
});

const post = async (body: object, files: RawFile[] = []) =>
  (await bot.client.rest.post(`/channels/${channel.id}/messages`, { body, files })) as { id: string } & Json;
const patch = (id: string, body: object, files: RawFile[] = []) =>
  bot.client.rest.patch(`/channels/${channel.id}/messages/${id}`, { body, files });
const last = () => discord.messages(channel).at(-1)!;

describe('a message', () => {
  it.each(Object.entries(LIMITS))('is refused beyond the limit: %s', async (_, { fits, fails, path, reason }) => {
    const { id } = await post(fits);
    await expectRefused(discord, post(fails), {
      code: 50035,
      status: 400,
      path,
      ...(reason === undefined ? {} : { reason }),
    });
    await expectRefused(discord, patch(id, fails), { code: 50035, path });
  });

  it('is not empty', async () => {
    for (const body of [{}, { content: '' }, { content: ' \n ' }, { content: null, embeds: [] }])
      await expectRefused(discord, post(body), { code: 50006, status: 400 });
    const { id } = await post({ content: '  x ' });
    expect(last().content).toBe('x');
    await expectRefused(discord, patch(id, { content: '' }), { code: 50006 });
    await patch(id, { content: '', embeds: [{ title: 'now an embed' }] });
  });

  it('has at most ten files of ten megabytes', async () => {
    const file = (name: string, bytes = 1): RawFile => ({ name, data: Buffer.alloc(bytes, 'x') });
    await post(
      {},
      times(10, (index) => file(`${index}.txt`)),
    );
    expect(last().attachments).toHaveLength(10);
    await expectRefused(
      discord,
      post(
        {},
        times(11, (index) => file(`${index}.txt`)),
      ),
      { code: 30015 },
    );
    await expectRefused(discord, post({}, [file('big.bin', 10 * 1024 * 1024 + 1)]), { code: 40005, status: 413 });
    await post({}, [file('fits.bin', 10 * 1024 * 1024)]);
  });

  it('describes its files in at most 1,024 characters, and only files it has', async () => {
    const files = [{ name: 'a.txt', data: Buffer.from('a') }];
    await post({ attachments: [{ id: 0, description: x(1_024) }] }, files);
    expect(last().attachments[0]?.description).toBe(x(1_024));
    await expectRefused(discord, post({ attachments: [{ id: 0, description: x(1_025) }] }, files), {
      code: 50035,
      path: 'attachments.0.description',
    });
    await expectRefused(discord, post({ content: 'x', attachments: [{ id: 1 }] }, files), {
      code: 50035,
      path: 'attachments.0',
    });
  });

  it('keeps, drops and adds files when edited', async () => {
    const { id } = await post({}, [
      { name: 'a.txt', data: Buffer.from('a') },
      { name: 'b.txt', data: Buffer.from('b') },
    ]);
    const message = last();
    const names = () => message.attachments.map(({ name }) => name);
    await patch(id, { content: 'x' });
    expect(names()).toEqual(['a.txt', 'b.txt']);
    const [a] = message.attachments;
    await patch(id, { attachments: [{ id: a!.id }, { id: 0 }] }, [{ name: 'c.txt', data: Buffer.from('c') }]);
    expect(names()).toEqual(['a.txt', 'c.txt']);
    await patch(id, { attachments: [] });
    expect(names()).toEqual([]);
  });

  it('shows its own file in an embed', async () => {
    await post(embed({ image: { url: 'attachment://a.png' } }), [{ name: 'a.png', data: Buffer.from('a') }]);
    expect(last().embeds[0]?.image?.url).toBe(last().attachments[0]?.url);
  });

  it('is not made twice with one enforced nonce', async () => {
    const first = await post({ content: 'x', nonce: '7', enforce_nonce: true });
    expect((await post({ content: 'x', nonce: '7', enforce_nonce: true })).id).toBe(first.id);
    expect((await post({ content: 'x', nonce: '8', enforce_nonce: true })).id).not.toBe(first.id);
  });

  it('answers only a message that is there', async () => {
    const message = discord.say(alice, channel, 'hi');
    await post({ content: 'x', message_reference: { message_id: message.id } });
    expect(last().replyTo).toBe(message);
    discord.deleteMessage(message);
    const reply = { content: 'x', message_reference: { message_id: message.id } };
    await expectRefused(discord, post(reply), { code: 50035, path: 'message_reference' });
    await post({ ...reply, message_reference: { message_id: message.id, fail_if_not_exists: false } });
    expect(last().replyTo).toBeNull();
  });

  it('is edited by its author', async () => {
    const message = discord.say(alice, channel, 'hi');
    await expectRefused(discord, patch(message.id, { content: 'x' }), { code: 50005, status: 403 });
    await expectRefused(discord, bot.client.rest.delete(`/channels/${channel.id}/messages/${message.id}`), {
      code: 50013,
    });
    await expectRefused(discord, patch('123456789012345678', { content: 'x' }), { code: 10008 });
  });
});

describe('mentions', () => {
  const pinged = () => last().pinged;
  it('notify whom the text names, unless allowed_mentions says otherwise', async () => {
    const role = discord.addRole(guild, { name: 'mods' });
    const content = `<@${alice.id}> <@&${role.id}> @everyone`;
    await post({ content });
    expect(pinged()).toEqual({ users: [alice.id], roles: [role.id], everyone: true });
    await post({ content, allowed_mentions: { parse: [] } });
    expect(pinged()).toEqual({ users: [], roles: [], everyone: false });
    await post({ content, allowed_mentions: { parse: ['roles'], users: [alice.id] } });
    expect(pinged()).toEqual({ users: [alice.id], roles: [role.id], everyone: false });
    await post({ content: `\`<@${alice.id}> @here\`` });
    expect(pinged()).toEqual({ users: [], roles: [], everyone: false });
    expect(last().allowedMentions).toBeUndefined();
  });

  it('notify the author of the message that is answered, by default', async () => {
    const message = discord.say(alice, channel, 'hi');
    const reply = { content: 'x', message_reference: { message_id: message.id } };
    await post(reply);
    expect(pinged().users).toEqual([alice.id]);
    await post({ ...reply, allowed_mentions: { parse: [] } });
    expect(pinged().users).toEqual([]);
    await post({ ...reply, allowed_mentions: { parse: [], replied_user: true } });
    expect(pinged().users).toEqual([alice.id]);
  });

  it('of everyone need the permission', async () => {
    const quiet = discord.addChannel(guild, { overwrites: [{ id: guild.id, deny: 1n << 17n }] });
    const role = discord.addRole(guild, { name: 'quiet' });
    const loud = discord.addRole(guild, { name: 'loud', mentionable: true });
    await bot.client.rest.post(`/channels/${quiet.id}/messages`, {
      body: { content: `@everyone <@&${role.id}> <@&${loud.id}>` },
    });
    expect(discord.messages(quiet)[0]?.pinged).toEqual({ users: [], roles: [loud.id], everyone: false });
  });
});

describe('links', () => {
  it('unfurl unless they are wrapped, code or suppressed', async () => {
    await post({ content: 'https://a.example <https://b.example> `https://c.example` [d](https://d.example)' });
    expect(last().linkPreviews).toEqual(['https://a.example', 'https://d.example']);
    await post({ content: 'https://a.example', flags: 4 });
    expect(last().linkPreviews).toEqual([]);
    expect(last().flags).toBe(4);
  });
});
