// What `handful doctor` asks Discord: whether the token works, whether the intents fit, where the bot can be invited.

import {
  type APIApplication,
  type APIUser,
  ApplicationFlags,
  DiscordAPIError,
  REST,
  type RESTGetAPIGatewayBotResult,
  Routes,
} from 'discord.js';
import { isUserError } from '../../engine/index.js';
import type { DiscordConfig } from '../config.js';
import { inviteLink, PERMISSIONS } from './invite.js';
import { explainStart } from './problems.js';

export interface DiscordFinding {
  readonly mark: '✓' | '~' | '✗';
  readonly text: string;
}

const TIMEOUT_MS = 10_000;

export async function checkDiscord(discord: DiscordConfig, token: string): Promise<DiscordFinding[]> {
  const { apiUrl, guild, messageContent } = discord;
  const rest = new REST({ timeout: TIMEOUT_MS, retries: 1, ...(apiUrl === null ? {} : { api: apiUrl }) }).setToken(
    token,
  );
  try {
    const user = (await rest.get(Routes.user())) as APIUser;
    const application = (await rest.get(Routes.currentApplication())) as APIApplication;
    const { shards, session_start_limit } = (await rest.get(Routes.gatewayBot())) as RESTGetAPIGatewayBotResult;
    const starts = `${session_start_limit.remaining} of ${session_start_limit.total} starts left today`;
    return [
      { mark: '✓', text: `Discord: ${user.username} (shards: ${shards}, ${starts})` },
      ...contentFinding(messageContent, application.flags ?? 0),
      ...(await guildFinding(rest, guild)),
      { mark: '✓', text: `  invite (permissions ${PERMISSIONS}): ${inviteLink(application.id)}` },
    ];
  } catch (error) {
    const known = explainStart(error, discord);
    const text = isUserError(known) ? known.message : `Discord: ${error instanceof Error ? error.name : 'no answer'}`;
    return [{ mark: '✗', text }];
  } finally {
    rest.clearHandlerSweeper();
    rest.clearHashSweeper();
  }
}

function contentFinding(wanted: boolean, flags: number): DiscordFinding[] {
  const either = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;
  const allowed = (flags & either) !== 0;
  if (wanted && !allowed) {
    const fix = '→ switch on "Message Content Intent" in the developer portal (Bot), or unset HANDFUL_MESSAGE_CONTENT';
    return [{ mark: '✗', text: `  message content intent: asked for, but not allowed ${fix}` }];
  }
  if (wanted) return [{ mark: '✓', text: '  message content intent: /task watch can be used' }];
  return [{ mark: '✓', text: '  message content intent: not used (only /task watch needs it)' }];
}

async function guildFinding(rest: REST, guild: string | null): Promise<DiscordFinding[]> {
  if (guild === null) return [];
  try {
    const { name } = (await rest.get(Routes.guild(guild))) as { name: string };
    return [{ mark: '✓', text: `  commands are registered in ${name} alone (DISCORD_GUILD)` }];
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    return [
      { mark: '✗', text: `  DISCORD_GUILD=${guild}: the bot is not in that server → invite it with the link below` },
    ];
  }
}
