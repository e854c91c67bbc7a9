// What can stop the bot from coming up, as a sentence with the fix.

import { DiscordAPIError, GatewayCloseCodes, HTTPError } from 'discord.js';
import { UserError } from '../../engine/index.js';

const PORTAL = 'https://discord.com/developers/applications';

/** An error of connecting, as a UserError; what is not known comes back as it is. */
export function explainStart(
  error: unknown,
  { apiUrl, guild }: { apiUrl: string | null; guild: string | null },
): unknown {
  const cause = { cause: error };
  const closed = closeCode(error);
  if (closed === GatewayCloseCodes.DisallowedIntents || isDisallowed(error)) {
    const fix = `Switch on "Message Content Intent" (${PORTAL}, your application, Bot), or start without HANDFUL_MESSAGE_CONTENT.`;
    return new UserError('bad-configuration', `Discord refused the message content intent. ${fix}`, cause);
  }
  if (closed === GatewayCloseCodes.AuthenticationFailed || isRefusedToken(error)) {
    const fix = `Copy it again: ${PORTAL}, your application, Bot, Reset Token.`;
    return new UserError('bad-configuration', `Discord refused DISCORD_TOKEN (401). ${fix}`, cause);
  }
  if (error instanceof DiscordAPIError && error.code === 50001 && guild !== null) {
    const fix = 'Invite the bot there with the link that handful doctor prints, or unset DISCORD_GUILD.';
    return new UserError('bad-configuration', `The bot is not in the server DISCORD_GUILD=${guild}. ${fix}`, cause);
  }
  if (isUnreachable(error)) {
    const where = apiUrl === null ? 'Discord' : 'The server at DISCORD_API_URL';
    return new UserError(
      'bad-configuration',
      `${where} cannot be reached (${reason(error)}). Check the network and try again.`,
      cause,
    );
  }
  return error;
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

function closeCode(error: unknown): number | null {
  const code = codeOf(error);
  return typeof code === 'number' && code >= 4000 && code < 5000 ? code : null;
}

// What the gateway refuses has a message and no code.
const isDisallowed = (error: unknown): boolean => error instanceof Error && /disallowed intents/i.test(error.message);

const isRefusedToken = (error: unknown): boolean =>
  codeOf(error) === 'TokenInvalid' ||
  (error instanceof Error && /authentication failed/i.test(error.message)) ||
  (error instanceof DiscordAPIError && error.status === 401) ||
  (error instanceof HTTPError && error.status === 401);

const NETWORK = /^(ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR)/;

function isUnreachable(error: unknown): boolean {
  if (error instanceof HTTPError) return true;
  return NETWORK.test(reason(error));
}

function reason(error: unknown): string {
  const code = codeOf(error) ?? codeOf((error as { cause?: unknown } | null)?.cause);
  if (typeof code === 'string') return code;
  return error instanceof HTTPError ? String(error.status) : 'no answer';
}
