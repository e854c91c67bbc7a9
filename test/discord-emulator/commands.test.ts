// Registering commands: every limit, what Discord answers, and who is offered what.

import { PermissionFlagsBits } from 'discord.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Discord, type Guild, type Json, NotOffered, startDiscord, type User } from '../support/discord/index.js';
import { expectRefused, startBot, type TestBot } from './bot.js';
import { choice, command, LIMITS, option, sub, times, withOptions, x } from './command-limits.js';

let discord: Discord;
let bot: TestBot;
let guild: Guild;
let alice: User;

beforeAll(async () => {
  discord = await startDiscord({ globalLimit: false, routeLimit: { limit: 10_000, windowMs: 1_000 } });
  guild = discord.addGuild();
  alice = discord.addUser({ username: 'alice', locale: 'de' });
  discord.addMember(guild, alice);
  bot = await startBot(discord, { rest: { globalRequestsPerSecond: 10_000 } });
});

afterEach(() => {
  expect(discord.violations).toEqual([]);
});

afterAll(async () => {
  await bot.client.destroy();
  await discord.close();
});

const route = (scope = '') => `/applications/${discord.appId}${scope}/commands` as const;
const put = (...commands: object[]) => bot.client.rest.put(route(), { body: commands }) as Promise<Json[]>;
describe('a command', () => {
  it.each(Object.entries(LIMITS))('is refused beyond the limit: %s', async (_, { fits, fails, path }) => {
    await put(fits);
    await expectRefused(discord, put(fails), { code: 50035, status: 400, path: path === '' ? '0' : `0.${path}` });
    await expectRefused(discord, bot.client.rest.post(route(), { body: fails }), { code: 50035, path });
  });

  it('counts the longest translation into its size, not all of them', async () => {
    const options = times(25, (index) =>
      option({
        name: `o${index}`,
        description: x(50),
        description_localizations: { de: x(100), fr: x(100), ja: x(100), ko: x(100) },
      }),
    );
    await put(command({ options }));
  });
});

describe('a set of commands', () => {
  it('has unique names, a hundred slash commands and five menus of a kind', async () => {
    const slash = (count: number) => times(count, (index) => command({ name: `c${index}` }));
    const menus = (count: number) => times(count, (index) => ({ type: 3, name: `m${index}` }));
    await put(...slash(100), ...menus(5));
    await expectRefused(discord, put(...slash(101)), { code: 50035, path: '' });
    await expectRefused(discord, put(...menus(6)), { code: 50035, path: '' });
    await expectRefused(discord, put(command(), command()), { code: 50035, path: '1' });
    await put(command({ name: 'same' }), { type: 3, name: 'same' });
  });

  it('keeps ids by name, and versions of what did not change', async () => {
    const [before] = await put(command());
    const [same] = await put(command());
    expect(same).toEqual(before);
    const [changed] = await put(command({ description: 'Other' }));
    expect(changed?.id).toBe(before?.id);
    expect(changed?.version).not.toBe(before?.version);
  });

  it('is counted when it is overwritten, and not when it is read', async () => {
    const before = discord.commandPuts();
    await put(command());
    await bot.client.rest.get(route());
    expect(discord.commandPuts() - before).toBe(1);
    expect(discord.commandPuts(guild.id)).toBe(0);
  });

  it('is answered without what is false, and with translations only when asked for', async () => {
    await put(
      command({ name_localizations: { de: 'aufgabe' }, options: [option({ required: false, autocomplete: false })] }),
    );
    const [plain] = (await bot.client.rest.get(route())) as Json[];
    expect(plain).toMatchObject({ name: 'task', default_member_permissions: null, nsfw: false, options: [option()] });
    expect(plain).not.toHaveProperty('name_localizations');
    const [whole] = (await bot.client.rest.get(`${route()}?with_localizations=true` as '/')) as Json[];
    expect(whole).toMatchObject({ name_localizations: { de: 'aufgabe' } });
  });

  it('is made, read, changed and deleted one by one, in a guild too', async () => {
    await put();
    const scope = route(`/guilds/${guild.id}`);
    const made = (await bot.client.rest.post(scope, { body: command() })) as Json;
    const one = `${scope}/${String(made.id)}` as const;
    expect(await bot.client.rest.get(one)).toMatchObject({ name: 'task', guild_id: guild.id });
    await bot.client.rest.patch(one, { body: { description: 'Changed' } });
    expect(discord.commands(guild.id)).toMatchObject([{ description: 'Changed' }]);
    expect(discord.offered(alice, guild.general)).toEqual(['/task']);
    expect(discord.offered(alice, discord.dm(alice))).toEqual([]);
    await bot.client.rest.delete(one);
    await expectRefused(discord, bot.client.rest.get(one), { code: 10063, status: 404 });
    await expectRefused(discord, bot.client.rest.get(`/applications/${alice.id}/commands`), { code: 50001 });
  });
});

describe('what people are offered', () => {
  it('depends on permissions, and administrators see everything', async () => {
    await put(
      command({ name: 'all' }),
      command({ name: 'manage', default_member_permissions: PermissionFlagsBits.ManageGuild.toString() }),
      command({ name: 'admin', default_member_permissions: '0' }),
    );
    const mod = discord.addUser({ username: 'mod' });
    discord.addMember(guild, mod, { permissions: PermissionFlagsBits.ManageGuild });
    const admin = discord.addUser({ username: 'admin' });
    discord.addMember(guild, admin, { permissions: PermissionFlagsBits.Administrator });
    expect(discord.offered(alice, guild.general)).toEqual(['/all']);
    expect(discord.offered(mod, guild.general)).toEqual(['/all', '/manage']);
    expect(discord.offered(admin, guild.general)).toEqual(['/all', '/manage', '/admin']);
    expect(() => discord.slash(alice, guild.general, 'manage')).toThrow(NotOffered);
    bot.answer(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply(String(interaction.memberPermissions?.has('ManageGuild')));
    });
    expect((await discord.slash(mod, guild.general, 'manage').reply()).content).toBe('true');
    expect((await discord.slash(alice, guild.general, 'manage', {}, { force: true }).reply()).content).toBe('false');
  });

  it('depends on the place', async () => {
    await put(command({ name: 'here', contexts: [0] }), command({ name: 'everywhere' }));
    expect(discord.offered(alice, guild.general)).toEqual(['/here', '/everywhere']);
    expect(discord.offered(alice, discord.dm(alice))).toEqual(['/everywhere']);
    const silent = discord.addChannel(guild, {
      name: 'silent',
      overwrites: [{ id: guild.id, deny: PermissionFlagsBits.UseApplicationCommands }],
    });
    expect(discord.offered(alice, silent)).toEqual([]);
  });

  it('can be typed in their language, and arrives in the base language', async () => {
    await put(
      command({
        name_localizations: { de: 'aufgabe' },
        options: [
          sub({
            name_localizations: { de: 'anlegen' },
            options: [
              option({
                name_localizations: { de: 'inhalt' },
                choices: [choice({ name_localizations: { de: 'Anton' } })],
              }),
            ],
          }),
        ],
      }),
    );
    bot.answer(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply(
          `${interaction.commandName} ${interaction.options.getSubcommand()} ${interaction.options.getString('text')}`,
        );
    });
    expect((await discord.slash(alice, guild.general, 'aufgabe anlegen', { inhalt: 'a' }).reply()).content).toBe(
      'task make a',
    );
  });

  it('takes only options that the command has, of the right type, within bounds', async () => {
    await put(
      withOptions(
        option({ required: true, max_length: 3, min_length: 2 }),
        option({ type: 4, name: 'count', description: 'x', min_value: 1, max_value: 5 }),
        option({ type: 5, name: 'why', description: 'x' }),
        option({ type: 3, name: 'how', description: 'x', choices: [choice({ name: 'Fast', value: 'f' })] }),
        option({ type: 11, name: 'file', description: 'x' }),
        option({ type: 6, name: 'who', description: 'x' }),
      ),
    );
    const use = (options: Parameters<Discord['slash']>[3], attachments = {}) =>
      discord.slash(alice, guild.general, 'task', options, { attachments });
    expect(() => use({})).toThrow('text is required');
    expect(() => use({ text: 'abcd' })).toThrow('at most 3 characters');
    expect(() => use({ text: 'a' })).toThrow('at least 2 characters');
    expect(() => use({ text: 1 })).toThrow('takes text, not 1');
    expect(() => use({ text: 'ab', nothing: 'x' })).toThrow('There is no option nothing; there is text, count');
    expect(() => use({ text: 'ab', count: 1.5 })).toThrow('takes a number');
    expect(() => use({ text: 'ab', count: 6 })).toThrow('at most 5');
    expect(() => use({ text: 'ab', count: 0 })).toThrow('at least 1');
    expect(() => use({ text: 'ab', why: 'yes' })).toThrow('yes or no');
    expect(() => use({ text: 'ab', how: 'slow' })).toThrow('one of f');
    expect(() => use({ text: 'ab', file: 'a.csv' })).toThrow('a file');
    expect(() => discord.slash(alice, guild.general, 'task make')).toThrow('/task has no make');
    expect(() => discord.slash(alice, guild.general, 'none')).toThrow(
      '/none is not offered to alice in #general; there is /task.',
    );
    bot.answer(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const { options } = interaction;
      const parts = [options.getInteger('count'), options.getBoolean('why'), options.getString('how')];
      await interaction.reply(
        `${parts.join(' ')} ${options.getAttachment('file')?.name} ${options.getUser('who')?.username}`,
      );
    });
    const used = use({ text: 'ab', count: 5, why: true, how: 'f', who: alice }, { file: { name: 'a.csv', data: 'x' } });
    expect((await used.reply()).content).toBe('5 true f a.csv alice');
  });
});
