// Which space a Discord place is: a server, or the private space of a person who writes to the bot directly. Ids of Discord keep
// spaces apart; nothing is ever looked up in another one.

import { randomBytes } from 'node:crypto';

export const guildSpace = (guildId: string): string => `guild-${guildId}`;
export const privateSpace = (userId: string): string => `dm-${userId}`;

export const spaceOf = (guildId: string | null, userId: string): string =>
  guildId === null ? privateSpace(userId) : guildSpace(guildId);

/** The server of a space; null for private spaces and those of other faces. */
export const guildOf = (space: string): string | null => /^guild-(\d+)$/.exec(space)?.[1] ?? null;

/**
 * Marks what Discord is to show by name in a text of ours: people, roles, channels. Nobody is pinged by it. The number is another
 * one in every process, so that no text of a person can hold a mark.
 */
const MARK = `\ue000${randomBytes(6).toString('hex')}`;
const isId = (id: string): boolean => /^\d{17,20}$/.test(id);

export const personMark = (person: string): string =>
  isId(person) ? `${MARK}<@${person}>` : person === 'handful' ? 'Handful' : person;
export const roleMark = (role: string): string => (isId(role) ? `${MARK}<@&${role}>` : role);
export const channelMark = (channel: string): string => (isId(channel) ? `${MARK}<#${channel}>` : channel);

/** Every mark of a text; the group is what Discord gets. */
export const MARKS = new RegExp(`${MARK}(<(?:@|@&|#)\\d{17,20}>)`, 'g');

export const hasMarks = (text: string): boolean => text.includes(MARK);
/** For files, where nothing is shown by name. */
export const withoutMarks = (text: string): string => text.replaceAll(MARK, '');
