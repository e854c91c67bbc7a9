import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../src/bot/catalogue/index.js';
import { COMMANDS } from '../../../src/bot/commands/index.js';
import { isUnchanged } from '../../../src/bot/discord/register.js';
import { slashCommands } from '../../../src/bot/discord/slash.js';

const commands = slashCommands(COMMANDS);

interface Named {
  readonly name: string;
  readonly description?: string;
  readonly name_localizations?: Record<string, string>;
  readonly description_localizations?: Record<string, string>;
  readonly options?: readonly Named[];
}
const withOptions = (entry: Named): Named[] => [entry, ...(entry.options ?? []).flatMap(withOptions)];
const everything = (commands as unknown as Named[]).flatMap(withOptions);

describe('slashCommands', () => {
  it('has every command that people type, and two for the menu of a message', () => {
    const names = (commands as unknown as Named[]).flatMap(({ name, options = [] }) => {
      const words = options
        .filter((option) => (option as { type?: number }).type === 1)
        .map((each) => `${name} ${each.name}`);
      return words.length > 0 ? words : [name];
    });
    const typed = COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name);
    expect(names).toEqual(
      [...typed.filter((name) => names.includes(name)), 'Teach this message', 'Ask Handful'].sort(
        (a, b) => names.indexOf(a) - names.indexOf(b),
      ),
    );
    expect(typed.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('says everything in Chinese too', () => {
    for (const { name, name_localizations, description, description_localizations } of everything) {
      expect(name_localizations?.['zh-CN'], name).toMatch(/\p{Script=Han}/u);
      if (description !== undefined) expect(description_localizations?.['zh-CN'], name).toMatch(/\p{Script=Han}/u);
    }
  });

  it('cuts no description', () => {
    const cut = everything.filter(({ description, description_localizations }) =>
      [description, description_localizations?.['zh-CN']].some((text) => text?.endsWith('…')),
    );
    expect(cut.map(({ name, description }) => `${name}: ${description}`)).toEqual([]);
  });

  it('has a Chinese name for every word, none used twice in one place', () => {
    for (const entry of everything) {
      const names = (entry.options ?? []).map((option) => option.name_localizations?.['zh-CN']);
      expect(new Set(names).size, entry.name).toBe(names.length);
    }
    expect(Object.keys(CATALOGUE.zh).filter((key) => key.startsWith('slash.')).length).toBeGreaterThan(40);
  });

  it('leaves what a form asks for to the form', () => {
    const teach = commands.find(({ name }) => name === 'teach') as { options: APIApplicationCommandBasicOption[] };
    expect(teach.options.find(({ name }) => name === 'text')?.required).toBeUndefined();
    const ask = commands.find(({ name }) => name === 'ask') as { options: APIApplicationCommandBasicOption[] };
    expect(ask.options.find(({ name }) => name === 'text')).toMatchObject({
      required: true,
      type: ApplicationCommandOptionType.String,
    });
  });
});

describe('isUnchanged', () => {
  const registered = commands.map((command, i) => ({
    id: String(i),
    version: '1',
    nsfw: false,
    ...structuredClone(command),
  }));

  it('sees that all is there, whatever Discord added', () => {
    expect(isUnchanged(commands, registered)).toBe(true);
  });

  it('sees a changed text, a missing command, one too many, and something else altogether', () => {
    const changed = structuredClone(registered) as { description?: string }[];
    changed[0]!.description = 'other';
    expect(isUnchanged(commands, changed)).toBe(false);
    expect(isUnchanged(commands, registered.slice(1))).toBe(false);
    expect(isUnchanged(commands, [...registered, { name: 'old', type: 1 }])).toBe(false);
    expect(isUnchanged(commands, { message: 'no' })).toBe(false);
  });
});
