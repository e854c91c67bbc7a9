// A whole conversation with a real discord.js client: commands, buttons, forms, files, mentions.

import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Events,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Discord, type Guild, NotOffered, startDiscord, type User } from '../support/discord/index.js';
import { startBot, type TestBot } from './bot.js';

let discord: Discord;
let bot: TestBot;
let guild: Guild;
let alice: User;
let bob: User;

const COMMANDS = [
  new SlashCommandBuilder()
    .setName('task')
    .setDescription('Tasks')
    .addSubcommand((sub) =>
      sub
        .setName('create')
        .setDescription('Make one')
        .addStringOption((option) =>
          option.setName('name').setDescription('Its name').setRequired(true).setMaxLength(20),
        )
        .addAttachmentOption((option) => option.setName('file').setDescription('Examples')),
    ),
  new SlashCommandBuilder()
    .setName('ask')
    .setDescription('Ask')
    .addStringOption((option) => option.setName('text').setDescription('What').setRequired(true))
    .addStringOption((option) => option.setName('task').setDescription('Which').setAutocomplete(true)),
].map((command) => command.toJSON());

beforeAll(async () => {
  discord = await startDiscord();
  guild = discord.addGuild({ name: 'Test', preferredLocale: 'fr' });
  alice = discord.addUser({ username: 'alice', locale: 'zh-CN' });
  bob = discord.addUser({ username: 'bob' });
  discord.addMember(guild, alice);
  discord.addMember(guild, bob);
  bot = await startBot(discord);
  await bot.client.application.commands.set([...COMMANDS, { name: 'Label this', type: 3 }]);
});

afterEach(() => {
  expect(bot.takeErrors()).toEqual([]);
  expect(discord.violations).toEqual([]);
});

afterAll(async () => {
  await bot.client.destroy();
  await discord.close();
});

describe('a conversation', () => {
  it('answers a subcommand, knowing who asked, where and in which language', async () => {
    bot.answer(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.reply(
        [
          interaction.options.getSubcommand(),
          interaction.options.getString('name', true),
          interaction.locale,
          interaction.guildLocale,
          interaction.user.username,
          interaction.channel?.id === guild.general.id,
        ].join(' '),
      );
    });
    const used = discord.slash(alice, guild.general, 'task create', { name: 'support' });
    const reply = await used.reply();
    expect(reply.content).toBe('create support zh-CN fr alice true');
    expect((await used.acked).type).toBe(4);
    expect(used.visibleTo(bob)).toBe(true);
    expect(discord.transcript(guild.general, bob)).toContain('alice used /task create\nhandful: create support');
  });

  it('defers, reads a file, and edits with a file', async () => {
    bot.answer(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      const file = interaction.options.getAttachment('file', true);
      const text = await (await fetch(file.url)).text();
      await interaction.editReply({
        content: `${file.name} ${file.size} ${file.contentType}`,
        files: [new AttachmentBuilder(Buffer.from(text.toUpperCase()), { name: 'out.txt', description: 'loud' })],
      });
    });
    const used = discord.slash(
      alice,
      guild.general,
      'task create',
      { name: 'x' },
      { attachments: { file: { name: 'examples.csv', data: 'a,b' } } },
    );
    const reply = await used.reply();
    expect(reply.content).toBe('examples.csv 3 text/csv; charset=utf-8');
    expect(reply.attachments.map((file) => [file.name, file.text(), file.description])).toEqual([
      ['out.txt', 'A,B', 'loud'],
    ]);
    expect(await (await fetch(reply.attachments[0]!.url)).text()).toBe('A,B');
    expect(used.edits).toHaveLength(1);
    expect((await used.acked).type).toBe(5);
  });

  it('shows a form behind a button, and updates the message when it is sent', async () => {
    bot.answer(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({
          content: 'a task',
          components: [
            new ActionRowBuilder<ButtonBuilder>().addComponents(
              new ButtonBuilder().setCustomId('add').setLabel('Add').setStyle(ButtonStyle.Primary),
              new ButtonBuilder().setCustomId('off').setLabel('Off').setStyle(ButtonStyle.Danger).setDisabled(true),
            ),
          ],
        });
      if (interaction.isButton())
        await interaction.showModal(
          new ModalBuilder()
            .setCustomId('form')
            .setTitle('Labels')
            .addComponents(
              new ActionRowBuilder<TextInputBuilder>().addComponents(
                new TextInputBuilder().setCustomId('labels').setLabel('Names').setStyle(TextInputStyle.Short),
              ),
            ),
        );
      if (interaction.isModalSubmit() && interaction.isFromMessage())
        await interaction.update({ content: interaction.fields.getTextInputValue('labels'), components: [] });
    });
    const reply = await discord.slash(alice, guild.general, 'task create', { name: 'x' }).reply();
    expect(() => discord.click(alice, reply, 'Off')).toThrow(NotOffered);
    expect(() => discord.click(alice, reply, 'Nothing')).toThrow('There is no button Nothing; there is Add, Off.');
    const form = await discord.click(alice, reply, 'Add').form();
    expect(form.title).toBe('Labels');
    expect(() => discord.submit(bob, form, { Names: 'a' })).toThrow("alice's");
    expect(() => discord.submit(alice, form, { Names: '' })).toThrow('required');
    const updated = await discord.submit(alice, form, { Names: 'billing' }).reply();
    expect(updated).toBe(reply);
    expect(reply.content).toBe('billing');
    expect(() => discord.click(alice, reply, 'Add')).toThrow(NotOffered);
  });

  it('offers choices while a person types', async () => {
    bot.answer(async (interaction) => {
      if (interaction.isAutocomplete())
        await interaction.respond([
          { name: `${interaction.options.getFocused()}…`, nameLocalizations: { 'zh-CN': '甲' }, value: 'a' },
        ]);
    });
    expect(await discord.autocomplete(bob, guild.general, 'ask', { task: 'su' }, 'task').choices()).toEqual([
      { name: 'su…', value: 'a' },
    ]);
    expect(await discord.autocomplete(alice, guild.general, 'ask', { text: 'x' }, 'task').choices()).toEqual([
      { name: '甲', value: 'a' },
    ]);
    expect(() => discord.autocomplete(bob, guild.general, 'ask', { text: 'x' }, 'text')).toThrow('no autocomplete');
  });

  it('gets the message of a message menu, whole, also without the intent', async () => {
    bot.answer(async (interaction) => {
      if (interaction.isMessageContextMenuCommand())
        await interaction.reply({ content: interaction.targetMessage.content, flags: MessageFlags.Ephemeral });
    });
    const message = discord.say(bob, guild.general, 'my card was charged twice');
    const used = discord.messageMenu(alice, guild.general, 'Label this', message);
    const reply = await used.reply();
    expect(reply.content).toBe('my card was charged twice');
    expect(reply.ephemeral).toBe(true);
    expect(used.visibleTo(bob)).toBe(false);
    expect(discord.transcript(guild.general, bob)).not.toContain('handful: (only you)');
    expect(discord.transcript(guild.general, alice)).toContain('handful: (only you) my card was charged twice');
  });

  it('answers a mention and a direct message', async () => {
    bot.client.on(Events.MessageCreate, (message) => {
      if (!message.author.bot) void message.reply(`you said ${message.cleanContent}`);
    });
    const asked = discord.say(alice, guild.general, 'hello', { mentionBot: true });
    const answer = await discord.until('the answer', () =>
      discord.messages(guild.general).find(({ replyTo }) => replyTo === asked),
    );
    expect(answer.content).toBe('you said @handful hello');
    expect(answer.pinged.users).toEqual([alice.id]);

    const dm = discord.dm(alice);
    discord.say(alice, dm, 'hi');
    expect((await discord.until('the answer', () => discord.messages(dm)[1])).content).toBe('you said hi');
  });
});
