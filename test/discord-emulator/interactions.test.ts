// Interactions: one answer in time, of a legal kind; tokens that die; deferrals and follow-ups; who sees ephemeral messages.

import { type Interaction, MessageFlags, InteractionResponseType as Type } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Discord, type Guild, type Message, startDiscord, type User } from '../support/discord/index.js';
import { expectRefused, startBot, type TestBot } from './bot.js';

const ROW = { type: 1, components: [{ type: 2, style: 1, label: 'Go', custom_id: 'go' }] };
const MODAL = {
  custom_id: 'm',
  title: 'Form',
  components: [{ type: 18, label: 'Name', component: { type: 4, custom_id: 'name', style: 1 } }],
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
  discord.addMember(guild, alice);
  discord.addMember(guild, bob);
  bot = await startBot(discord);
  await bot.client.application.commands.set([
    {
      name: 'go',
      description: 'Go',
      options: [{ type: 3, name: 'text', description: 'Text', autocomplete: true }],
    },
  ]);
});

afterEach(() => {
  expect(bot.takeErrors()).toEqual([]);
  expect(discord.violations).toEqual([]);
});

afterAll(async () => {
  await bot.client.destroy();
  await discord.close();
});

/** The bot's side of a fresh `/go`, with nothing answered yet. */
async function received(start: () => unknown = () => discord.slash(alice, guild.general, 'go')): Promise<Interaction> {
  const interaction = new Promise<Interaction>((resolve) => {
    bot.answer(async (got) => resolve(got));
  });
  start();
  return interaction;
}

async function command() {
  const interaction = await received();
  if (!interaction.isChatInputCommand()) throw new Error('no command');
  return interaction;
}

/** A message of the bot with a button. */
async function withButton(flags = 0): Promise<Message> {
  bot.answer((interaction) =>
    bot.callback(interaction, Type.ChannelMessageWithSource, { content: 'x', flags, components: [ROW] }),
  );
  return discord.slash(alice, guild.general, 'go').reply();
}

describe('the acknowledgement', () => {
  it('comes once', async () => {
    const interaction = await command();
    await interaction.reply('one');
    await expectRefused(discord, bot.callback(interaction, Type.ChannelMessageWithSource, { content: 'two' }), {
      code: 40060,
      status: 400,
    });
  });

  it('comes once, also when the gateway tells an interaction twice', async () => {
    const seen: string[] = [];
    const twice = new Promise((resolve) => {
      bot.answer(async (interaction) => {
        seen.push(interaction.id);
        if (seen.length === 2) resolve(seen);
        else await bot.callback(interaction, Type.ChannelMessageWithSource, { content: 'one' });
      });
    });
    const used = discord.slash(alice, guild.general, 'go');
    await used.acked;
    used.deliverAgain();
    await twice;
    expect(seen).toEqual([used.id, used.id]);
  });

  it('belongs to an interaction that exists', async () => {
    await expectRefused(
      discord,
      bot.client.rest.post('/interactions/1/x/callback', { body: { type: 5 }, auth: false }),
      { code: 10062 },
    );
  });
});

describe('kinds of answers', () => {
  const kinds: Record<string, readonly [() => Promise<Interaction>, readonly Type[]]> = {
    command: [command, [4, 5, 9]],
    autocomplete: [() => received(() => discord.autocomplete(alice, guild.general, 'go', {}, 'text')), [8]],
    component: [
      async () => {
        const message = await withButton();
        return received(() => discord.click(alice, message, 'Go'));
      },
      [4, 5, 6, 7, 9],
    ],
    'form of a command': [
      async () => {
        bot.answer((interaction) => bot.callback(interaction, Type.Modal, MODAL));
        const form = await discord.slash(alice, guild.general, 'go').form();
        return received(() => discord.submit(alice, form, { Name: 'x' }));
      },
      [4, 5],
    ],
    'form of a button': [
      async () => {
        const message = await withButton();
        bot.answer((interaction) => bot.callback(interaction, Type.Modal, MODAL));
        const form = await discord.click(alice, message, 'Go').form();
        return received(() => discord.submit(alice, form, { Name: 'x' }));
      },
      [4, 5, 6, 7],
    ],
  };
  const DATA: Readonly<Record<number, object>> = {
    4: { content: 'x' },
    7: { content: 'y' },
    8: { choices: [] },
    9: MODAL,
  };

  it.each(Object.entries(kinds))('of a %s are its own', async (_, [make, legal]) => {
    for (const type of [1, 4, 5, 6, 7, 8, 9]) {
      const interaction = await make();
      const call = bot.callback(interaction, type, { ...DATA[type] });
      if (legal.includes(type)) await call;
      else {
        await expectRefused(discord, call, { code: 50035, path: 'type' });
        // A refused answer leaves the interaction open for a right one.
        await bot.callback(interaction, legal[0]!, { ...DATA[legal[0]!] });
      }
    }
  });
});

describe('the token', () => {
  it('edits nothing before the first answer', async () => {
    const interaction = await command();
    await expectRefused(discord, interaction.webhook.editMessage('@original', 'x'), { code: 10015, status: 404 });
    await expectRefused(discord, interaction.webhook.send('x'), { code: 10015, status: 404 });
    await interaction.reply('now');
    expect((await interaction.editReply('then')).content).toBe('then');
  });

  it('has no original after a form', async () => {
    const interaction = await command();
    await bot.callback(interaction, Type.Modal, MODAL);
    await expectRefused(discord, interaction.webhook.editMessage('@original', 'x'), { code: 10008 });
  });

  it('dies after 15 minutes', async () => {
    const interaction = await command();
    await interaction.deferReply();
    discord.advance(14.9 * 60_000);
    await interaction.editReply('in time');
    discord.advance(0.2 * 60_000);
    await expectRefused(discord, interaction.editReply('too late'), { code: 50027, status: 401 });
    await expectRefused(discord, interaction.followUp('too late'), { code: 50027, status: 401 });
    // A 401 of an open route does not cost the client its own token.
    await bot.client.users.fetch(alice.id, { force: true });
  });

  it('belongs to one application and one interaction', async () => {
    const one = await command();
    await one.reply('one');
    const two = await command();
    await two.reply('two');
    const followUp = await two.followUp('more');
    await expectRefused(discord, one.webhook.editMessage(followUp.id, 'x'), { code: 10008 });
    await expectRefused(
      discord,
      bot.client.rest.post(`/webhooks/${alice.id}/${one.token}`, { body: { content: 'x' }, auth: false }),
      { code: 10015 },
    );
  });

  it('fetches, deletes and forgets the original', async () => {
    const interaction = await command();
    await interaction.reply('x');
    expect((await interaction.fetchReply()).content).toBe('x');
    await interaction.deleteReply();
    await expectRefused(discord, interaction.editReply('y'), { code: 10008, status: 404 });
  });
});

describe('deferrals', () => {
  it('keep their visibility', async () => {
    const interaction = await command();
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    const message = await interaction.editReply('only you');
    expect(message.flags.has(MessageFlags.Ephemeral)).toBe(true);
    expect(discord.messages(guild.general, bob).at(-1)?.content).not.toBe('only you');
    expect(discord.messages(guild.general, alice).at(-1)?.content).toBe('only you');
    await expectRefused(
      discord,
      bot.client.rest.patch(`/webhooks/${discord.appId}/${interaction.token}/messages/@original`, {
        body: { content: 'y', flags: 64 },
        auth: false,
      }),
      { code: 50035, path: 'flags' },
    );
  });

  it('show that the bot thinks, and are ended by the first follow-up', async () => {
    const interaction = await command();
    await interaction.deferReply();
    const thinking = discord.messages(guild.general).at(-1);
    expect(thinking?.thinking).toBe(true);
    expect(discord.transcript(guild.general, bob)).toContain('handful is thinking…');
    const followUp = await interaction.followUp({ content: 'done', flags: MessageFlags.Ephemeral });
    expect(followUp.id).toBe(thinking?.id);
    expect(thinking).toMatchObject({ content: 'done', thinking: false, ephemeral: false });
    expect((await interaction.followUp({ content: 'more', flags: MessageFlags.Ephemeral })).id).not.toBe(thinking?.id);
  });

  it('are not ended by nothing', async () => {
    const interaction = await command();
    await interaction.deferReply();
    await expectRefused(discord, interaction.editReply({ content: '' }), { code: 50006, status: 400 });
  });

  it('of a button update its message', async () => {
    const message = await withButton();
    bot.answer(async (interaction) => {
      if (!interaction.isButton()) return;
      await interaction.deferUpdate();
      await interaction.editReply({ content: 'updated', components: [] });
    });
    expect(await discord.click(alice, message, 'Go').reply()).toBe(message);
    expect(message).toMatchObject({ content: 'updated', components: [] });
  });
});

describe('ephemeral messages', () => {
  it('are no messages of the channel', async () => {
    const interaction = await command();
    await interaction.reply({ content: 'secret', flags: MessageFlags.Ephemeral });
    const { id } = await interaction.fetchReply();
    const route = `/channels/${guild.general.id}/messages/${id}` as const;
    await expectRefused(discord, bot.client.rest.get(route), { code: 10008 });
    await expectRefused(discord, bot.client.rest.patch(route, { body: { content: 'x' } }), { code: 10008 });
    await expectRefused(discord, bot.client.rest.delete(route), { code: 10008 });
    const listed = (await bot.client.rest.get(`/channels/${guild.general.id}/messages`)) as { id: string }[];
    expect(listed.map((message) => message.id)).not.toContain(id);
    await interaction.editReply('still secret');
  });

  it('have buttons for one person', async () => {
    const message = await withButton(MessageFlags.Ephemeral);
    expect(() => discord.click(bob, message, 'Go')).toThrow('Only alice sees this message.');
    bot.answer(async (interaction) => {
      if (interaction.isButton()) await interaction.update({ content: 'pressed', components: [] });
    });
    await discord.click(alice, message, 'Go').reply();
    expect(message.content).toBe('pressed');
  });

  it('are never told to the gateway', async () => {
    const told: string[] = [];
    bot.client.on('raw', (packet: { t: string | null; d: { content?: string } }) => {
      if (packet.t === 'MESSAGE_CREATE' || packet.t === 'MESSAGE_UPDATE') told.push(packet.d.content ?? '');
    });
    const interaction = await command();
    await interaction.reply({ content: 'hidden', flags: MessageFlags.Ephemeral });
    await interaction.editReply('hidden too');
    await interaction.followUp('for everyone');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(told).toEqual(['for everyone']);
  });
});

describe('choices of autocomplete', () => {
  const ask = () => received(() => discord.autocomplete(alice, guild.general, 'go', {}, 'text'));
  const bad: Record<string, readonly [unknown, string]> = {
    'more than 25': [
      Array.from({ length: 26 }, (_, index) => ({ name: `${index}`, value: `${index}` })),
      'data.choices',
    ],
    'a long name': [[{ name: 'x'.repeat(101), value: 'x' }], 'data.choices.0.name'],
    'an empty name': [[{ name: '', value: 'x' }], 'data.choices.0.name'],
    'a long value': [[{ name: 'x', value: 'x'.repeat(101) }], 'data.choices.0.value'],
    'a number for a string': [[{ name: 'x', value: 1 }], 'data.choices.0.value'],
  };
  it.each(Object.entries(bad))('are refused with %s', async (_, [choices, path]) => {
    const interaction = await ask();
    await expectRefused(discord, bot.callback(interaction, Type.ApplicationCommandAutocompleteResult, { choices }), {
      code: 50035,
      path,
    });
    await bot.callback(interaction, Type.ApplicationCommandAutocompleteResult, {
      choices: Array.from({ length: 25 }, () => ({ name: 'x'.repeat(100), value: 'x'.repeat(100) })),
    });
  });
});
