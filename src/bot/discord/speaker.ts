// Who speaks to Handful in Discord: the space, the person, their role there, their language. Checked for every interaction and
// message; what Discord shows or hides is not relied on.

import {
  type BaseInteraction,
  type GuildMember,
  type Message,
  PermissionFlagsBits,
  type PermissionsBitField,
} from 'discord.js';
import { type Language, languageOfLocale } from '../catalogue/index.js';
import type { Communities } from '../community.js';
import type { Role, Services, Speaker } from '../services.js';
import { type AttachmentInfo, createDiscordFiles, type DiscordFiles } from './attachments.js';
import { channelMark, personMark, privateSpace, roleMark, spaceOf } from './spaces.js';

export interface DiscordSpeaker extends Speaker {
  readonly files: DiscordFiles;
}

const marks = { nameOf: personMark, roleOf: roleMark, channelOf: channelMark };

interface Who {
  readonly guildId: string | null;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly permissions: Readonly<PermissionsBitField> | null;
}

async function roleOf(communities: Communities, { guildId, userId, roles, permissions }: Who): Promise<Role> {
  // One's own private space.
  if (guildId === null) return 'moderator';
  if (permissions?.has(PermissionFlagsBits.ManageMessages) === true) return 'moderator';
  const { moderatorRoles } = await communities.get(spaceOf(guildId, userId));
  return roles.some((role) => moderatorRoles.includes(role)) ? 'moderator' : 'member';
}

function rolesOf(member: BaseInteraction['member'] | GuildMember | null): string[] {
  if (member === null) return [];
  return Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
}

export async function interactionSpeaker(
  { communities, settings }: Pick<Services, 'communities' | 'settings'>,
  interaction: BaseInteraction,
  more: { attachments?: readonly AttachmentInfo[]; source?: string } = {},
): Promise<DiscordSpeaker> {
  const { guildId, user, member, memberPermissions, locale, guildLocale } = interaction;
  const who = { guildId, userId: user.id, roles: rolesOf(member), permissions: memberPermissions };
  const space = spaceOf(guildId, user.id);
  const language = (await settings.language(space, user.id)) ?? languageOf(locale, guildLocale);
  const files = createDiscordFiles(language, {
    attachments: more.attachments ?? [],
    uploadBytes: interaction.attachmentSizeLimit,
  });
  const role = await roleOf(communities, who);
  const source = more.source === undefined ? {} : { source: more.source };
  return { space, person: user.id, role, language, files, ...marks, ...source };
}

/** The same person in the space that only they see. */
export function privately(speaker: DiscordSpeaker): DiscordSpeaker {
  return { ...speaker, space: privateSpace(speaker.person), role: 'moderator' };
}

export async function messageSpeaker(
  { communities, settings }: Pick<Services, 'communities' | 'settings'>,
  message: Message,
  text: string,
): Promise<DiscordSpeaker> {
  const { guildId, author, member, guild } = message;
  const permissions = member?.permissions ?? null;
  const who = { guildId, userId: author.id, roles: rolesOf(member), permissions };
  const space = spaceOf(guildId, author.id);
  const language =
    (await settings.language(space, author.id)) ?? languageOfText(text) ?? languageOfLocale(guild?.preferredLocale);
  const attachments = [...message.attachments.values()].map(({ id, name, size, url }) => ({ id, name, size, url }));
  const files = createDiscordFiles(language, { attachments });
  return {
    space,
    person: author.id,
    role: await roleOf(communities, who),
    language,
    files,
    ...marks,
    source: message.id,
  };
}

/** The language of the person's app; one that Handful does not speak leaves it to the server's. */
export const languageOf = (locale: string | null, guildLocale: string | null): Language =>
  languageOfLocale(/^(en|zh)/i.test(locale ?? '') ? locale! : (guildLocale ?? locale ?? undefined));

/** A message carries no locale of its author: one in Chinese is answered in Chinese. */
function languageOfText(text: string): Language | null {
  return /\p{Script=Han}/u.test(text) ? 'zh' : null;
}
