// Option values as the app sends them, checked as the app checks them before it sends anything.

import { ApplicationCommandOptionType as Type } from 'discord.js';
import { attachmentPayload, storeUpload } from '../files.js';
import { channelPayload, interactionMember, rolesPayload, userPayload } from '../payloads.js';
import { asJson, lengthOf } from '../rules/form.js';
import type { Channel, Json, Role, Upload, User } from '../types.js';
import type { World } from '../world.js';
import { matchesName, NotOffered, namesOf } from './offered.js';

export type OptionValue = string | number | boolean | User | Channel | Role;

export interface Filled {
  readonly options: readonly Json[];
  readonly resolved: Json;
}

export interface Filling {
  readonly world: World;
  readonly channel: Channel;
  readonly user: User;
  readonly given: Readonly<Record<string, OptionValue>>;
  readonly attachments: Readonly<Record<string, Upload>>;
  /** While typing: half-filled is fine, and this option has the cursor. */
  readonly focused?: string;
}

const MAX_STRING = 6_000;

export function fillOptions(registered: readonly Json[], filling: Filling): Filled {
  const { given, attachments, user, focused } = filling;
  const resolved: Record<string, Record<string, unknown>> = {};
  const options: Json[] = [];
  for (const [name, value] of [...Object.entries(given), ...Object.entries(attachments)]) {
    const option = registered.find((candidate) => matchesName(candidate, name, user.locale));
    if (option === undefined) throw new NotOffered(`There is no option ${name}; there is ${namesOf(registered)}.`);
    const isFocused = focused !== undefined && matchesName(option, focused, user.locale);
    const sent = isFocused ? String(value) : sentValue(option, value, filling, resolved);
    options.push({ name: option.name, type: option.type, value: sent, ...(isFocused ? { focused: true } : {}) });
  }
  const missing = registered.filter(({ required, name }) => required === true && !options.some((o) => o.name === name));
  if (missing.length > 0 && focused === undefined) throw new NotOffered(`${namesOf(missing)} is required.`);
  return { options, resolved };
}

type Resolved = Record<string, Record<string, unknown>>;

function sentValue(option: Json, value: OptionValue | Upload, filling: Filling, resolved: Resolved): unknown {
  const wrong = (wanted: string): NotOffered =>
    new NotOffered(`${String(option.name)} takes ${wanted}, not ${JSON.stringify(value)?.slice(0, 80)}.`);
  switch (option.type) {
    case Type.String:
      return text(option, value, filling.user.locale, wrong);
    case Type.Integer:
    case Type.Number:
      return number(option, value, filling.user.locale, wrong);
    case Type.Boolean:
      if (typeof value !== 'boolean') throw wrong('yes or no');
      return value;
    case Type.Attachment: {
      if (typeof value !== 'object' || !('data' in value)) throw wrong('a file');
      const { attachment } = storeUpload(filling.world, filling.channel.id, value);
      add(resolved, 'attachments', attachment.id, attachmentPayload(attachment));
      return attachment.id;
    }
    case Type.User: {
      if (typeof value !== 'object' || !('username' in value)) throw wrong('a user');
      add(resolved, 'users', value.id, userPayload(value));
      const { user: _, ...member } = asJson(interactionMember(filling.channel, value).member);
      if (filling.channel.guild?.members.has(value.id) === true) add(resolved, 'members', value.id, member);
      return value.id;
    }
    case Type.Role: {
      if (typeof value !== 'object' || !('mentionable' in value)) throw wrong('a role');
      const { guild } = filling.channel;
      const role = guild === null ? undefined : rolesPayload(guild).find(({ id }) => id === value.id);
      if (role === undefined) throw wrong('a role of this server');
      add(resolved, 'roles', value.id, role);
      return value.id;
    }
    case Type.Channel: {
      if (typeof value !== 'object' || !('overwrites' in value)) throw wrong('a channel');
      if (Array.isArray(option.channel_types) && !option.channel_types.includes(value.type))
        throw wrong(`channels of the types ${option.channel_types.join(', ')}`);
      add(resolved, 'channels', value.id, { ...channelPayload(value), permissions: '0' });
      return value.id;
    }
    default:
      throw new Error(`The emulator does not fill options of type ${String(option.type)}.`);
  }
}

function add(resolved: Resolved, kind: string, id: string, payload: unknown): void {
  resolved[kind] = { ...resolved[kind], [id]: payload };
}

type Wrong = (wanted: string) => NotOffered;

/** A choice by its value or by the name that the person reads. */
function chosen(option: Json, value: unknown, locale: string, wrong: Wrong): unknown {
  if (!Array.isArray(option.choices) || option.choices.length === 0) return undefined;
  const choices = option.choices.map(asJson);
  const choice = choices.find(
    (candidate) => candidate.value === value || matchesName(candidate, String(value), locale),
  );
  if (choice === undefined) throw wrong(`one of ${choices.map((entry) => String(entry.value)).join(', ')}`);
  return choice.value;
}

function text(option: Json, value: unknown, locale: string, wrong: Wrong): unknown {
  if (typeof value !== 'string') throw wrong('text');
  const choice = chosen(option, value, locale, wrong);
  if (choice !== undefined) return choice;
  const max = Number(option.max_length ?? MAX_STRING);
  if (lengthOf(value) > max) throw wrong(`at most ${max} characters`);
  if (lengthOf(value) < Number(option.min_length ?? 1))
    throw wrong(`at least ${Number(option.min_length ?? 1)} characters`);
  return value;
}

function number(option: Json, value: unknown, locale: string, wrong: Wrong): unknown {
  const choice = chosen(option, value, locale, wrong);
  if (choice !== undefined) return choice;
  if (typeof value !== 'number' || (option.type === Type.Integer && !Number.isInteger(value))) throw wrong('a number');
  if (value < Number(option.min_value ?? Number.NEGATIVE_INFINITY)) throw wrong(`at least ${String(option.min_value)}`);
  if (value > Number(option.max_value ?? Number.POSITIVE_INFINITY)) throw wrong(`at most ${String(option.max_value)}`);
  return value;
}
