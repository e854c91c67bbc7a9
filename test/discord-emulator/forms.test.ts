// Forms (modals): their limits, and how people fill them.

import { type Interaction, InteractionResponseType } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Discord,
  type Form,
  type Guild,
  type Json,
  NotOffered,
  startDiscord,
  type User,
} from '../support/discord/index.js';
import { expectRefused, startBot, type TestBot } from './bot.js';

let discord: Discord;
let bot: TestBot;
let guild: Guild;
let alice: User;

beforeAll(async () => {
  discord = await startDiscord({ routeLimit: { limit: 10_000, windowMs: 1_000 } });
  guild = discord.addGuild();
  alice = discord.addUser({ username: 'alice' });
  discord.addMember(guild, alice);
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

const received = async (): Promise<Interaction> => {
  const interaction = new Promise<Interaction>((resolve) => {
    bot.answer(async (got) => resolve(got));
  });
  discord.slash(alice, guild.general, 'go');
  return interaction;
};

const show = (interaction: Interaction, modal: Json) => bot.callback(interaction, InteractionResponseType.Modal, modal);

async function shown(modal: Json): Promise<Form> {
  bot.answer((interaction) => show(interaction, modal));
  return discord.slash(alice, guild.general, 'go').form();
}

const x = (length: number): string => 'x'.repeat(length);
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const text = (of: object = {}) => ({ type: 4, custom_id: 'text', style: 1, ...of });
const label = (of: object = {}, component: object = text()) => ({ type: 18, label: 'Text', component, ...of });
const row = (of: object = {}) => ({ type: 1, components: [text({ label: 'Text', ...of })] });
const select = (of: object = {}) => ({ type: 3, custom_id: 'pick', options: [{ label: 'A', value: 'a' }], ...of });
const modal = (of: object = {}) => ({ custom_id: 'form', title: 'Form', components: [label()], ...of });
const one = (component: object) => modal({ components: [component] });

const LIMITS: Readonly<Record<string, readonly [fits: Json, fails: Json, path: string]>> = {
  title: [modal({ title: x(45) }), modal({ title: x(46) }), 'title'],
  'custom id': [modal({ custom_id: x(100) }), modal({ custom_id: x(101) }), 'custom_id'],
  'no fields': [modal(), modal({ components: [] }), 'components'],
  'number of fields': [
    modal({ components: times(5, (index) => label({}, text({ custom_id: `${index}` }))) }),
    modal({ components: times(6, (index) => label({}, text({ custom_id: `${index}` }))) }),
    'components',
  ],
  'a field without its label': [one(label()), one(text()), 'components.0.type'],
  label: [one(label({ label: x(45) })), one(label({ label: x(46) })), 'components.0.label'],
  'description of a label': [
    one(label({ description: x(100) })),
    one(label({ description: x(101) })),
    'components.0.description',
  ],
  'a label in a label': [one(label()), one(label({}, text({ label: 'Text' }))), 'components.0.component.label'],
  'a button in a label': [
    one(label()),
    one(label({}, { type: 2, style: 1, label: 'x', custom_id: 'x' })),
    'components.0.component.type',
  ],
  'label in a row': [one(row({ label: x(45) })), one(row({ label: x(46) })), 'components.0.components.0.label'],
  'inputs in a row': [
    one(row()),
    one({ type: 1, components: [text({ label: 'A' }), text({ label: 'B', custom_id: 'b' })] }),
    'components.0.components',
  ],
  'a select in a row': [one(row()), one({ type: 1, components: [select()] }), 'components.0.components.0.type'],
  'style of a text': [
    one(label({}, text({ style: 2 }))),
    one(label({}, text({ style: 3 }))),
    'components.0.component.style',
  ],
  'value of a text': [
    one(label({}, text({ value: x(4_000) }))),
    one(label({}, text({ value: x(4_001) }))),
    'components.0.component.value',
  ],
  'value beyond its own limit': [
    one(label({}, text({ value: x(10), max_length: 10 }))),
    one(label({}, text({ value: x(11), max_length: 10 }))),
    'components.0.component.value',
  ],
  'shortest text': [
    one(label({}, text({ min_length: 4_000 }))),
    one(label({}, text({ min_length: 4_001 }))),
    'components.0.component.min_length',
  ],
  'longest text': [
    one(label({}, text({ max_length: 4_000 }))),
    one(label({}, text({ max_length: 4_001 }))),
    'components.0.component.max_length',
  ],
  placeholder: [
    one(label({}, text({ placeholder: x(100) }))),
    one(label({}, text({ placeholder: x(101) }))),
    'components.0.component.placeholder',
  ],
  'custom ids of fields': [
    modal({ components: [label(), label({}, text({ custom_id: 'other' }))] }),
    modal({ components: [label(), label()] }),
    'components.1.component.custom_id',
  ],
  'options of a select': [
    one(label({}, select({ options: times(25, (index) => ({ label: 'L', value: `${index}` })) }))),
    one(label({}, select({ options: times(26, (index) => ({ label: 'L', value: `${index}` })) }))),
    'components.0.component.options',
  ],
  'a disabled select': [
    one(label({}, select())),
    one(label({}, select({ disabled: true }))),
    'components.0.component.disabled',
  ],
  'files of an upload': [
    one(label({}, { type: 19, custom_id: 'f', max_values: 10 })),
    one(label({}, { type: 19, custom_id: 'f', max_values: 11 })),
    'components.0.component.max_values',
  ],
};

describe('a form', () => {
  it.each(Object.entries(LIMITS))('is refused beyond the limit: %s', async (_, [fits, fails, path]) => {
    const interaction = await received();
    await expectRefused(discord, show(interaction, fails), { code: 50035, path });
    await show(interaction, fits);
  });

  it('is filled in by label or custom id, within its bounds', async () => {
    const form = await shown(
      modal({
        components: [
          label({ label: 'Name' }, text({ min_length: 2, max_length: 5 })),
          label(
            { label: 'Note', description: 'Why' },
            text({ custom_id: 'note', required: false, value: 'as before' }),
          ),
          label(
            { label: 'Labels' },
            select({
              options: [
                { label: 'Bill', value: 'b' },
                { label: 'Bug', value: 'g', default: true },
              ],
              max_values: 2,
            }),
          ),
          label({ label: 'File' }, { type: 19, custom_id: 'file', required: false }),
        ],
      }),
    );
    expect(form.fields.map((field) => [field.label, field.customId, field.description])).toEqual([
      ['Name', 'text', ''],
      ['Note', 'note', 'Why'],
      ['Labels', 'pick', ''],
      ['File', 'file', ''],
    ]);
    expect(() => discord.submit(alice, form, {})).toThrow('Name is required');
    expect(() => discord.submit(alice, form, { Name: 'a' })).toThrow('Name takes 2 to 5 characters, not 1');
    expect(() => discord.submit(alice, form, { Name: 'abcdef' })).toThrow('not 6');
    expect(() => discord.submit(alice, form, { Name: 'ab', Nothing: 'x' })).toThrow('no field Nothing');
    expect(() => discord.submit(alice, form, { Name: 'ab', Labels: ['Other'] })).toThrow('Other is not offered');
    bot.answer(async (interaction) => {
      if (!interaction.isModalSubmit()) return;
      const { fields } = interaction;
      const file = fields.getUploadedFiles('file')?.first();
      const parts = [
        fields.getTextInputValue('text'),
        fields.getTextInputValue('note'),
        fields.getStringSelectValues('pick'),
      ];
      await interaction.reply(`${parts.join('; ')}; ${file?.name ?? 'no file'}`);
    });
    const first = discord.submit(alice, form, { Name: 'ab', file: { name: 'a.csv', data: 'x' } });
    expect((await first.reply()).content).toBe('ab; as before; g; a.csv');
    const again = await shown(form.raw);
    bot.answer(async (interaction) => {
      if (interaction.isModalSubmit()) await interaction.reply(interaction.fields.getStringSelectValues('pick').join());
    });
    expect((await discord.submit(alice, again, { text: 'ab', Labels: ['Bill', 'g'] }).reply()).content).toBe('b,g');
  });

  it('is sent once', async () => {
    const form = await shown(modal());
    bot.answer(async (interaction) => {
      if (interaction.isModalSubmit()) await interaction.reply('thanks');
    });
    await discord.submit(alice, form, { Text: 'x' }).acked;
    expect(() => discord.submit(alice, form, { Text: 'x' })).toThrow(NotOffered);
  });
});
