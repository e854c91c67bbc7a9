// Takes secrets out of a line that is about to be logged: whatever looks like one, and the values that are known to be one.

export const REDACTED = '[redacted]';

/** Fields that are never written, were they given by mistake. */
export const SECRET_FIELDS = ['token', 'authorization', 'password', 'secret', 'cookie'] as const;

/** Each keeps what comes before the secret. Quotes and backslashes end a secret, so that a line of JSON stays one. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A bot token of Discord: id, time and signature in base64url.
  [/[\w-]{23,30}\.[\w-]{5,8}\.[\w-]{25,}/g, REDACTED],
  // Tokens of interactions and webhooks are part of an address.
  [/(\/(?:webhooks|interactions)\/\d+\/)[^\s/"\\?]+/g, `$1${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/gi, `$1${REDACTED}@`],
  [/\b(Bearer|Bot|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [
    /((?:token|authorization|password|passwd|secret|api[-_]?key|cookie)["'\\]*\s*[:=]\s*["'\\]*)(?!\[redacted\])(?:(?:Bearer|Bot|Basic)\s+)?[^\s"'\\,;&}]+/gi,
    `$1${REDACTED}`,
  ],
];

/** The text without secrets; `known` are values to take out as they are. */
export function redact(text: string, known: readonly string[] = []): string {
  const without = known
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
  return PATTERNS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), without);
}
