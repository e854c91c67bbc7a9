// The link that adds Handful to a server, with the permissions it uses and no others.

import { OAuth2Scopes, PermissionFlagsBits } from 'discord.js';

const NEEDED = [
  PermissionFlagsBits.ViewChannel,
  PermissionFlagsBits.SendMessages,
  PermissionFlagsBits.SendMessagesInThreads,
  PermissionFlagsBits.AttachFiles,
  PermissionFlagsBits.ReadMessageHistory,
];

/** The number that Discord's portal shows for these permissions. */
export const PERMISSIONS = NEEDED.reduce((sum, bit) => sum | bit, 0n);

export function inviteLink(application: string): string {
  const query = new URLSearchParams({
    client_id: application,
    scope: `${OAuth2Scopes.Bot} ${OAuth2Scopes.ApplicationsCommands}`,
    permissions: String(PERMISSIONS),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}
