// What Discord's app offers a person in a place: the commands registered there that they may use.

import { ApplicationCommandType, PermissionFlagsBits as Bits } from 'discord.js';
import { asJson } from '../rules/form.js';
import { basePermissions, mayIn, permissionsIn } from '../rules/permissions.js';
import type { Channel, Json, User } from '../types.js';
import type { Command, World } from '../world.js';

const DM_CONTEXT = 1;

/** Something that the app does not let a person do. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

export function requirePlace(channel: Channel, user: User): void {
  if (channel.deleted) throw new NotOffered(`#${channel.name} is deleted.`);
  if (channel.guild !== null && channel.guild.state !== 'in')
    throw new NotOffered(`The application is not in ${channel.guild.name} (${channel.guild.state}).`);
  if (!mayIn(channel, user, Bits.ViewChannel)) throw new NotOffered(`${user.username} does not see #${channel.name}.`);
}

export function offeredCommands(world: World, channel: Channel, user: User): Command[] {
  const { guild } = channel;
  const own = guild === null ? [] : (world.commands.get(guild.id)?.list ?? []);
  const global = (world.commands.get('global')?.list ?? []).filter(
    (command) => !own.some(({ name, type }) => name === command.name && type === command.type),
  );
  return [...own, ...global].filter((command) => isOffered(command, channel, user));
}

function isOffered(command: Command, channel: Channel, user: User): boolean {
  const { guild } = channel;
  const context = guild === null ? DM_CONTEXT : 0;
  if (Array.isArray(command.contexts) && !command.contexts.includes(context)) return false;
  if (guild === null) return true;
  if (!mayIn(channel, user, Bits.UseApplicationCommands)) return false;
  const needed = command.default_member_permissions;
  if (needed === null || needed === undefined) return true;
  const base = basePermissions(guild, user);
  if ((base & Bits.Administrator) !== 0n) return true;
  const bits = BigInt(String(needed));
  return bits !== 0n && (permissionsIn(channel, user) & bits) === bits;
}

export interface Invoked {
  readonly command: Command;
  /** `task create`: the names below the command. */
  readonly path: readonly Json[];
  /** Options of the innermost level. */
  readonly options: readonly Json[];
}

/** `/task create` as typed, looked up in what is registered and offered. */
export function findSlash(world: World, channel: Channel, user: User, line: string, force: boolean): Invoked {
  const [name = '', ...rest] = line.replace(/^\//, '').trim().split(/\s+/);
  const isIt = (entry: Json): boolean => matchesName(entry, name, user.locale);
  const slash = (commands: readonly Command[]): Command | undefined =>
    commands.find((candidate) => candidate.type === ApplicationCommandType.ChatInput && isIt(candidate));
  const command =
    slash(offeredCommands(world, channel, user)) ??
    (force ? slash([...world.commands.values()].flatMap(({ list }) => list)) : undefined);
  if (command === undefined) {
    const names = offeredCommands(world, channel, user).map((offered) => `/${offered.name}`);
    throw new NotOffered(
      `/${name} is not offered to ${user.username} in #${channel.name}; there is ${names.join(', ') || 'nothing'}.`,
    );
  }
  let level: readonly Json[] = optionsOf(command);
  const path: Json[] = [];
  for (const step of rest) {
    const found = level.find((entry) => isNested(entry) && matchesName(entry, step, user.locale));
    if (found === undefined) throw new NotOffered(`/${command.name} has no ${step}; it has ${namesOf(level)}.`);
    path.push(found);
    level = optionsOf(found);
  }
  if (level.some(isNested)) throw new NotOffered(`/${line} goes on: ${namesOf(level)}.`);
  return { command, path, options: level };
}

export const matchesName = (entry: Json, name: string, locale: string): boolean =>
  entry.name === name || asJson(entry.name_localizations)[locale] === name;

export const optionsOf = (entry: Json): readonly Json[] =>
  Array.isArray(entry.options) ? entry.options.map(asJson) : [];

export const namesOf = (entries: readonly Json[]): string =>
  entries.map(({ name }) => String(name)).join(', ') || 'nothing';

const isNested = ({ type }: Json): boolean => type === 1 || type === 2;
