// What a message's text does beyond being read: whom it notifies, and which links unfurl.

import { MessageFlags, PermissionFlagsBits } from 'discord.js';
import type { Channel, Json, Pinged, User } from '../types.js';
import { mayIn } from './permissions.js';

const CODE = /```[\s\S]*?```|``[\s\S]*?``|`[^`\n]*`/g;

const unique = (found: Iterable<string>): string[] => [...new Set(found)];
const ids = (text: string, pattern: RegExp): string[] => unique([...text.matchAll(pattern)].map((match) => match[1]!));

/** Mentions that the text spells out, outside code. */
export function mentionsIn(content: string): Pinged {
  const text = content.replace(CODE, ' ');
  return {
    users: ids(text, /<@!?(\d{17,20})>/g),
    roles: ids(text, /<@&(\d{17,20})>/g),
    everyone: /@(?:everyone|here)\b/.test(text),
  };
}

export interface PingContext {
  readonly author: User;
  readonly channel: Channel;
  /** Author of the message that is replied to. */
  readonly replyTo: User | null;
  readonly allowedMentions: Json | undefined;
}

/** Who is notified, after `allowed_mentions` and the author's permissions. */
export function pingedBy(content: string, { author, channel, replyTo, allowedMentions }: PingContext): Pinged {
  const found = mentionsIn(content);
  const allows = (kind: 'users' | 'roles', id: string): boolean =>
    allowedMentions === undefined ||
    asList(allowedMentions.parse).includes(kind) ||
    asList(allowedMentions[kind]).includes(id);
  const mayMentionAll = mayIn(channel, author, PermissionFlagsBits.MentionEveryone);
  const users = found.users.filter((id) => allows('users', id));
  // Without allowed_mentions a reply notifies; with it, only when it says so.
  const repliedUser = allowedMentions === undefined || allowedMentions.replied_user === true;
  if (replyTo !== null && repliedUser) users.push(replyTo.id);
  return {
    users: unique(users.filter((id) => id !== author.id)),
    roles: found.roles.filter(
      (id) => allows('roles', id) && (mayMentionAll || channel.guild?.roles.get(id)?.mentionable === true),
    ),
    everyone:
      found.everyone &&
      mayMentionAll &&
      (allowedMentions === undefined || asList(allowedMentions.parse).includes('everyone')),
  };
}

/** Links that unfurl: not in code, not inside <>, not when embeds are suppressed. */
export function linkPreviewsOf(content: string, flags: number): string[] {
  if ((flags & MessageFlags.SuppressEmbeds) !== 0) return [];
  const text = content.replace(CODE, ' ').replace(/<https?:\/\/[^\s>]+>/g, ' ');
  return unique([...text.matchAll(/https?:\/\/[^\s<>)\]]+/g)].map(([url]) => url));
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
