// The commands as Discord registers them, derived from the one table of commands: words become subcommands, options get types,
// choices and completion, and every name and description is there in Chinese too. Pure.

import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  type LocalizationMap,
  type RESTPostAPIApplicationCommandsJSONBody,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { MAX_LABEL_LENGTH, MAX_TEXT_LENGTH } from '../../engine/index.js';
import { createSay, type PlainKey, type Say, type SentenceKey } from '../catalogue/index.js';
import type { Command } from '../commands/index.js';
import type { Option } from '../commands/option.js';
import { shorten } from '../format.js';
import { formOf } from './forms.js';

const MAX_DESCRIPTION = 100;
/** What a family of commands is about. */
const GROUPS: Readonly<Record<string, SentenceKey>> = {
  task: 'help.task',
  model: 'help.model',
  concept: 'help.concept',
  privacy: 'help.privacy',
};

const en = createSay('en');
const zh = createSay('zh');

export const TEACH_MESSAGE = en('discord.teachMessage');
export const ASK_MESSAGE = en('discord.askMessage');

export function slashCommands(commands: readonly Command[]): RESTPostAPIApplicationCommandsJSONBody[] {
  const shown = commands.filter(({ hidden }) => !hidden);
  const heads = [...new Set(shown.map(({ name }) => name.split(' ')[0]!))];
  return [
    ...heads.map((head) =>
      topLevel(
        head,
        shown.filter(({ name }) => name.split(' ')[0] === head),
      ),
    ),
    ...(['discord.teachMessage', 'discord.askMessage'] as const).map((key) => ({
      type: ApplicationCommandType.Message as const,
      name: en(key),
      name_localizations: { 'zh-CN': zh(key) },
      ...places(),
    })),
  ];
}

function places() {
  return {
    contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    integration_types: [ApplicationIntegrationType.GuildInstall],
  };
}

/**
 * No `default_member_permissions`: Discord knows them for a command as a whole only, and every group has something for everyone
 * (/model status beside /model train); and whoever lacks the permission is not offered the command at all, even with a role that
 * /settings made a moderator's. Who may do what is checked when a command runs (dispatch.ts); a server that wants to hide commands
 * does so in its settings under Integrations.
 */
function topLevel(head: string, members: readonly Command[]): RESTPostAPIChatInputApplicationCommandsJSONBody {
  const alone = members.length === 1 && members[0]!.name === head ? members[0]! : null;
  return {
    type: ApplicationCommandType.ChatInput,
    ...named(head),
    ...described(alone === null ? (GROUPS[head] ?? members[0]!.summary) : alone.summary),
    ...places(),
    options:
      alone === null
        ? members.map((command) => ({
            type: ApplicationCommandOptionType.Subcommand as const,
            ...named(command.name.slice(head.length + 1)),
            ...described(command.summary),
            options: optionsOf(command),
          }))
        : optionsOf(alone),
  };
}

/** Discord wants required options first. */
function optionsOf(command: Command): APIApplicationCommandBasicOption[] {
  const asked = formOf(command.name)?.fields ?? [];
  return Object.entries(command.options)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, option]) => toOption(name, option, option.required && !asked.includes(name)))
    .sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false));
}

function toOption(name: string, option: Option, required: boolean): APIApplicationCommandBasicOption {
  const base = { ...named(name), ...described(option.summary), ...(required ? { required } : {}) };
  const type = ApplicationCommandOptionType;
  switch (option.kind) {
    case 'yes-no':
      return { ...base, type: type.Boolean };
    case 'file':
      return { ...base, type: type.Attachment };
    case 'role':
      return { ...base, type: type.Role };
    case 'channel':
      return {
        ...base,
        type: type.Channel,
        channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement, ChannelType.PublicThread],
      };
    case 'choice':
    case 'method':
      return { ...base, type: type.String, choices: (option.values ?? []).map((value) => ({ name: value, value })) };
    case 'task':
    case 'label':
    case 'example':
    case 'version':
      return { ...base, type: type.String, autocomplete: true };
    case 'text':
      return { ...base, type: type.String, max_length: MAX_TEXT_LENGTH };
    case 'file-name':
      return { ...base, type: type.String, max_length: MAX_LABEL_LENGTH };
    case 'labels':
    case 'number':
      return { ...base, type: type.String };
    default:
      return option.kind satisfies never;
  }
}

const named = (word: string): { name: string; name_localizations: LocalizationMap } => ({
  name: word,
  name_localizations: { 'zh-CN': zh(`slash.${word}` as PlainKey) },
});

function described(key: SentenceKey): { description: string; description_localizations: LocalizationMap } {
  const text = (say: Say): string =>
    shorten(
      (say as (key: SentenceKey, values: object) => string)(key, { commands: '' }).replace(/[:：]\s*$/, ''),
      MAX_DESCRIPTION,
    );
  return { description: text(en), description_localizations: { 'zh-CN': text(zh) } };
}
