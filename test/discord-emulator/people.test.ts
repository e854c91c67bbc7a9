// What people do and read: selects, deleted messages, transcripts.

import { type Interaction, MessageFlags } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Channel,
  componentsOf,
  type Discord,
  type Guild,
  type Message,
  NotOffered,
  startDiscord,
  type User,
} from '../support/discord/index.js';
import { expectRefused, startBot, type TestBot } from './bot.js';

const SELECT = {
  type: 3,
  custom_id: 'pick',
  placeholder: 'Choose labels',
  min_values: 1,
  max_values: 2,
  options: ['Billing', 'Bug', 'Praise'].map((label) => ({ label, value: label.toLowerCase() })),
};

let discord: Discord;
let bot: TestBot;
let guild: Guild;
let alice: User;
let bob: User;

beforeAll(async () => {
  discord = await startDiscord();
  guild = discord.addGuild();
  alice = discord.addUser({ username: 'alice' });
  bob = discord.addUser({ username: 'bob' });
  for (const user of [alice, bob]) discord.addMember(guild, user);
  bot = await startBot(discord);
  await bot.client.application.commands.set([{ name: 'go', description: 'Go' }]);
});

afterEach(() => {
  expect(bot.takeErrors()).toEqual([]);
  expect(discord.violations).toEqual([]);
});

afterAll(async () => {
  await bot.client.destroy();
  await discord.close();
});

async function replied(data: object, channel: Channel = guild.general): Promise<Message> {
  bot.answer((interaction) => bot.callback(interaction, 4, { ...data }));
  return discord.slash(alice, channel, 'go').reply();
}

const values = (interaction: Interaction): string =>
  interaction.isStringSelectMenu() ? interaction.values.join(' and ') : '';

describe('selects', () => {
  it('are picked from by label, within their bounds, by custom id or placeholder', async () => {
    const message = await replied({ content: 'x', components: [{ type: 1, components: [SELECT] }] });
    expect(componentsOf(message).map(({ custom_id: id }) => id)).toEqual(['pick']);
    expect(() => discord.select(bob, message, 'other', ['Bug'])).toThrow('There is no select other.');
    expect(() => discord.select(bob, message, 'pick', ['Spam'])).toThrow(
      'Spam is not offered; there is Billing, Bug, Praise.',
    );
    expect(() => discord.select(bob, message, 'pick', [])).toThrow('Pick 1 to 2, not 0.');
    expect(() => discord.select(bob, message, 'pick', ['Billing', 'Bug', 'Praise'])).toThrow('not 3');
    bot.answer((interaction) => bot.callback(interaction, 7, { content: values(interaction) }));
    await discord.select(bob, message, 'Choose labels', ['Bug', 'praise']).reply();
    expect(message.content).toBe('bug and praise');
  });

  it('that are disabled stay shut', async () => {
    const message = await replied({
      content: 'x',
      components: [{ type: 1, components: [{ ...SELECT, disabled: true }] }],
    });
    expect(() => discord.select(bob, message, 'pick', ['Bug'])).toThrow('disabled');
  });
});

describe('messages that are gone', () => {
  it('cannot be used, and the bot learns it when it edits', async () => {
    const message = await replied({
      content: 'x',
      components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Go', custom_id: 'go' }] }],
    });
    const said = discord.say(bob, guild.general, 'hi');
    discord.deleteMessages([message, said]);
    expect(message.deleted).toBe(true);
    expect(() => discord.click(alice, message, 'Go')).toThrow('The message is deleted.');
    expect(() => discord.edit(said, 'x')).toThrow(NotOffered);
    expect(() => discord.say(bob, guild.general, 'x', { reply: said })).toThrow(NotOffered);
    expect(() => discord.messageMenu(alice, guild.general, 'None', said)).toThrow('No message has a menu None');
    await expectRefused(
      discord,
      bot.client.rest.patch(`/channels/${guild.general.id}/messages/${message.id}`, { body: { content: 'y' } }),
      { code: 10008 },
    );
  });

  it('in a deleted channel neither', async () => {
    const channel = discord.addChannel(guild, { name: 'brief' });
    const received = new Promise<Interaction>((resolve) => {
      bot.answer(async (interaction) => {
        if (interaction.isChatInputCommand()) await interaction.deferReply();
        resolve(interaction);
      });
    });
    discord.slash(alice, channel, 'go');
    const interaction = await received;
    discord.deleteChannel(channel);
    if (!interaction.isChatInputCommand()) throw new Error('no command');
    await expectRefused(discord, interaction.editReply('x'), { code: 10003 });
    expect(() => discord.slash(alice, channel, 'go')).toThrow('#brief is deleted.');
  });
});

describe('links', () => {
  it('are not pressed by the emulator', async () => {
    const link = { type: 2, style: 5, label: 'Site', url: 'https://example.org' };
    const message = await replied({ content: 'x', components: [{ type: 1, components: [link] }] });
    expect(() => discord.click(alice, message, 'Site')).toThrow('Site is a link: https://example.org');
  });
});

describe('a transcript', () => {
  it('is what one person reads', async () => {
    const channel = discord.addChannel(guild, { name: 'story' });
    const hello = discord.say(bob, channel, 'hello', {
      mentionBot: true,
      attachments: [{ name: 'a.csv', data: 'a,b' }],
    });
    await bot.client.rest.post(`/channels/${channel.id}/messages`, {
      body: { content: `hi <@${bob.id}>`, message_reference: { message_id: hello.id } },
    });
    discord.edit(hello, 'hello!');
    await replied(
      {
        embeds: [{ title: 'Report', fields: [{ name: 'Accuracy', value: '90 %' }], footer: { text: 'v1' } }],
        components: [
          { type: 1, components: [SELECT] },
          { type: 1, components: [{ type: 2, style: 1, label: 'Train', custom_id: 't', disabled: true }] },
        ],
      },
      channel,
    );
    await replied({ content: 'only for you', flags: MessageFlags.Ephemeral }, channel);
    const shared = [
      'bob: hello! (edited)',
      '  file a.csv (3 bytes)',
      'handful: (to bob) hi @bob',
      'alice used /go',
      'handful: ',
      '  | Report',
      '  | Accuracy: 90 %',
      '  | v1',
      '  [Choose labels: Billing | Bug | Praise]',
      '  [Train (off)]',
    ];
    expect(discord.transcript(channel, bob)).toBe(shared.join('\n'));
    expect(discord.transcript(channel, alice)).toBe(
      [...shared, 'alice used /go', 'handful: (only you) only for you'].join('\n'),
    );
  });
});
