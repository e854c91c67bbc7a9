// What was typed into a slash command, as the options that dispatch takes: a name of up to two words and typed characters.

import type { AutocompleteInteraction, ChatInputCommandInteraction, CommandInteractionOption } from 'discord.js';
import type { AttachmentInfo } from './attachments.js';

export interface SlashInput {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly attachments: readonly AttachmentInfo[];
}

export function readSlash(interaction: ChatInputCommandInteraction | AutocompleteInteraction): SlashInput {
  const subcommand = interaction.options.getSubcommand(false);
  const name = subcommand === null ? interaction.commandName : `${interaction.commandName} ${subcommand}`;
  const given = leaves(interaction.options.data);
  const attachments = given.flatMap(({ attachment }) =>
    attachment == null
      ? []
      : [{ id: attachment.id, name: attachment.name, size: attachment.size, url: attachment.url }],
  );
  const options = given.flatMap((option) =>
    option.value === undefined ? [] : [[option.name, typed(option.value)] as const],
  );
  return { name, options: Object.fromEntries(options), attachments };
}

const leaves = (options: readonly CommandInteractionOption[]): CommandInteractionOption[] =>
  options.flatMap((option) => (option.options === undefined ? [option] : leaves(option.options)));

const typed = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
