// A channel as one person reads it, as text: for tests that tell a story.

import { ComponentType, InteractionType } from 'discord.js';
import type { InteractionRecord } from './interactions.js';
import type { StoredMessage } from './messages.js';
import { SELECTS } from './rules/components.js';
import { asJson } from './rules/form.js';
import { canView } from './rules/permissions.js';
import type { Channel, Json, User } from './types.js';
import type { World } from './world.js';

export function transcript(world: World, channel: Channel, user: User): string {
  if (channel.guild !== null && !canView(channel, user)) return '';
  const messages = [...world.messages.values()]
    .filter((message) => message.channel === channel && !message.deleted)
    .filter(({ addressee }) => addressee === null || addressee.id === user.id)
    .map((message) => ({ at: BigInt(message.id), lines: linesOf(world, message) }));
  const failures = [...world.interactions.values()]
    .filter((record) => record.failed && record.channel === channel && record.user.id === user.id)
    .filter(({ type }) => type !== InteractionType.ApplicationCommandAutocomplete)
    .map((record) => ({ at: BigInt(record.id), lines: failure(world, record) }));
  return [...messages, ...failures]
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .flatMap(({ lines }) => lines)
    .join('\n');
}

const failure = (world: World, record: InteractionRecord): string[] => [
  `${record.user.username} used ${record.name}`,
  `${world.bot.username}: (only you) The application did not respond`,
];

function linesOf(world: World, message: StoredMessage): string[] {
  const { usedBy, replyTo, author, addressee, raw } = message;
  const only = addressee === null ? '' : '(only you) ';
  const reply = replyTo === null ? '' : `(to ${replyTo.author.username}) `;
  const text = message.thinking ? `${author.username} is thinking…` : readable(world, message.content);
  const edited = raw.edited_timestamp === null ? '' : ' (edited)';
  return [
    ...(usedBy === null ? [] : [`${usedBy.user.username} used ${usedBy.name}`]),
    `${author.username}: ${only}${reply}${text}${edited}`,
    ...message.embeds.flatMap((embed) => embedLines(asJson(embed))),
    ...message.attachments.map(({ name, size }) => `  file ${name} (${size} bytes)`),
    ...message.components.map((row) => `  ${componentsOfRow(asJson(row))}`),
  ];
}

/** Mentions by name. */
const readable = (world: World, content: string): string =>
  content.replace(/<@!?(\d+)>/g, (whole, id: string) => {
    const user = world.users.get(id);
    return user === undefined ? whole : `@${user.username}`;
  });

function embedLines(embed: Json): string[] {
  const fields = Array.isArray(embed.fields) ? embed.fields.map(asJson) : [];
  const parts = [
    embed.title,
    embed.description,
    ...fields.map(({ name, value }) => `${String(name)}: ${String(value)}`),
  ];
  const footer = asJson(embed.footer).text;
  return [...parts, footer]
    .filter((part) => typeof part === 'string' && part !== '')
    .flatMap((part) => String(part).split('\n'))
    .map((line) => `  | ${line}`);
}

function componentsOfRow(row: Json): string {
  const children = Array.isArray(row.components) ? row.components.map(asJson) : [];
  return children.map(describe).join(' ');
}

function describe(component: Json): string {
  const off = component.disabled === true ? ' (off)' : '';
  if (component.type === ComponentType.Button)
    return `[${String(component.label ?? asJson(component.emoji).name)}${off}]`;
  if (!SELECTS.includes(Number(component.type))) return '';
  const options = Array.isArray(component.options)
    ? component.options.map((option) => String(asJson(option).label))
    : [];
  return `[${String(component.placeholder ?? 'Select')}: ${options.join(' | ')}${off}]`;
}
