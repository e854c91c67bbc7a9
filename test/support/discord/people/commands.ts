// People use commands: slash, while typing (autocomplete), and the menu of a message.

import { ApplicationCommandType, InteractionType } from 'discord.js';
import { startInteraction } from '../interactions.js';
import { messagePayload, type StoredMessage } from '../messages.js';
import { asJson } from '../rules/form.js';
import type { Channel, Interaction, Json, Message, Upload, User } from '../types.js';
import type { Command, World } from '../world.js';
import { findSlash, type Invoked, matchesName, NotOffered, namesOf, offeredCommands, requirePlace } from './offered.js';
import { fillOptions, type OptionValue } from './option-values.js';

export interface SlashExtras {
  readonly attachments?: Readonly<Record<string, Upload>>;
  /** Send it although the app would not offer it. */
  readonly force?: boolean;
}

export interface CommandPeople {
  slash(
    user: User,
    channel: Channel,
    line: string,
    options?: Readonly<Record<string, OptionValue>>,
    extras?: SlashExtras,
  ): Interaction;
  autocomplete(
    user: User,
    channel: Channel,
    line: string,
    options: Readonly<Record<string, OptionValue>>,
    focused: string,
  ): Interaction;
  messageMenu(user: User, channel: Channel, name: string, message: Message): Interaction;
  /** What the app lists for this person here: `/task`, and the menus by their name. */
  offered(user: User, channel: Channel): readonly string[];
}

export function createCommandPeople(world: World): CommandPeople {
  const data = ({ command, path }: Invoked, options: readonly Json[], resolved: Json): Json => ({
    id: command.id,
    name: command.name,
    type: command.type,
    ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
    options: path.reduceRight<readonly Json[]>((inner, { name, type }) => [{ name, type, options: inner }], options),
    ...(Object.keys(resolved).length === 0 ? {} : { resolved }),
  });

  const nameOf = ({ command, path }: Invoked): string =>
    `/${[command, ...path].map(({ name }) => String(name)).join(' ')}`;

  return {
    slash: (user, channel, line, given = {}, { attachments = {}, force = false } = {}) => {
      requirePlace(channel, user);
      const invoked = findSlash(world, channel, user, line, force);
      const { options, resolved } = fillOptions(invoked.options, { world, channel, user, given, attachments });
      return startInteraction(world, {
        type: InteractionType.ApplicationCommand,
        user,
        channel,
        name: nameOf(invoked),
        data: data(invoked, options, resolved),
      }).handle;
    },

    autocomplete: (user, channel, line, given, focused) => {
      requirePlace(channel, user);
      const invoked = findSlash(world, channel, user, line, false);
      const option = invoked.options.find((candidate) => matchesName(candidate, focused, user.locale));
      if (option === undefined)
        throw new NotOffered(`There is no option ${focused}; there is ${namesOf(invoked.options)}.`);
      if (option.autocomplete !== true) throw new NotOffered(`${focused} has no autocomplete.`);
      const filling = { world, channel, user, given: { [focused]: '', ...given }, attachments: {}, focused };
      const { options, resolved } = fillOptions(invoked.options, filling);
      return startInteraction(world, {
        type: InteractionType.ApplicationCommandAutocomplete,
        user,
        channel,
        name: `${nameOf(invoked)} ${focused}: …`,
        data: data(invoked, options, resolved),
        focusedType: Number(option.type),
      }).handle;
    },

    messageMenu: (user, channel, name, message) => {
      requirePlace(channel, user);
      const command = findMenu(world, channel, user, name);
      const stored = seen(world, channel, message);
      return startInteraction(world, {
        type: InteractionType.ApplicationCommand,
        user,
        channel,
        name,
        data: {
          id: command.id,
          name: command.name,
          type: command.type,
          target_id: message.id,
          resolved: { messages: { [message.id]: messagePayload(stored) } },
        },
      }).handle;
    },

    offered: (user, channel) =>
      offeredCommands(world, channel, user).map(({ name, type }) =>
        type === ApplicationCommandType.ChatInput ? `/${name}` : name,
      ),
  };
}

function findMenu(world: World, channel: Channel, user: User, name: string): Command {
  const offered = offeredCommands(world, channel, user).filter(({ type }) => type === ApplicationCommandType.Message);
  const command = offered.find((candidate) => matchesName(candidate, name, user.locale));
  if (command === undefined)
    throw new NotOffered(`No message has a menu ${name} here; there is ${namesOf(offered.map(asJson))}.`);
  return command;
}

function seen(world: World, channel: Channel, message: Message): StoredMessage {
  const stored = world.messages.get(message.id);
  if (stored === undefined || stored.deleted || stored.channel !== channel)
    throw new NotOffered(`Message ${message.id} is not in #${channel.name}.`);
  return stored;
}
