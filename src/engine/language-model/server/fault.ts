// What goes wrong with a server, and the sentence that people get. The key never appears in one, whatever the server echoes.

import { type ErrorCode, UserError } from '../../errors.js';
import { errorText } from './wire.js';

export type FaultKind =
  | 'network'
  | 'timeout'
  | 'busy'
  | 'server'
  | 'key'
  | 'unknown-model'
  | 'too-long'
  | 'refused'
  | 'garbled'
  | 'dropped';

/** A failed exchange, before it becomes a UserError: the caller may try again. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';
  readonly kind: FaultKind;
  /** What the server said, without the key. */
  readonly said: string;
  /** How long the server asks to wait; null when it does not. */
  readonly retryAfterMs: number | null;

  constructor(kind: FaultKind, said = '', options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(`${kind}: ${said}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.said = said;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Worth another try. */
export const isPassing = ({ kind }: ServerFault): boolean =>
  kind === 'network' || kind === 'busy' || kind === 'server' || kind === 'dropped' || kind === 'garbled';

/** Says that the server is in trouble, rather than the request. */
export const isTrouble = (fault: ServerFault): boolean => isPassing(fault) || fault.kind === 'timeout';

export function faultOfStatus(
  status: number,
  body: string,
  headers: Headers,
  now: number,
  key: string | null,
): ServerFault {
  const { message, code } = errorText(body);
  const said = redact(message, key).replace(/\s+/g, ' ').trim().slice(0, 200);
  if (status === 401 || status === 403) return new ServerFault('key', said);
  if (status === 429) return new ServerFault('busy', said, { retryAfterMs: retryAfter(headers, now) });
  if (status >= 500)
    return new ServerFault('server', `${status} ${said}`.trim(), { retryAfterMs: retryAfter(headers, now) });
  if (code === 'context_length_exceeded' || /context (?:length|size|window)/i.test(said))
    return new ServerFault('too-long', said);
  if (status === 404 || code === 'model_not_found') return new ServerFault('unknown-model', said);
  return new ServerFault('refused', `${status} ${said}`.trim());
}

export function redact(text: string, key: string | null): string {
  return key === null || key === '' ? text : text.replaceAll(key, '…');
}

/** Seconds, or a date. */
function retryAfter(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

export function explainFault(fault: ServerFault, { host, model }: { host: string; model: string }): UserError {
  const [code, message] = sentenceFor(fault, host, model);
  return new UserError(code, message, { details: { fault: fault.kind }, cause: fault });
}

function sentenceFor({ kind, said, retryAfterMs }: ServerFault, host: string, model: string): [ErrorCode, string] {
  const quoted = said === '' ? '' : ` It said: ${said}`;
  switch (kind) {
    case 'network':
      return [
        'language-model',
        `The language model server ${host} cannot be reached. Check that it runs and the address in HANDFUL_LLM.`,
      ];
    case 'timeout':
      return ['language-model', `The language model server ${host} took too long to answer.`];
    case 'busy': {
      const wait = retryAfterMs === null ? '' : ` for ${Math.ceil(retryAfterMs / 1000)} seconds`;
      return [
        'language-model',
        `The language model server ${host} takes no more requests${wait}: a limit is reached.${quoted}`,
      ];
    }
    case 'server':
      return ['language-model', `The language model server ${host} failed: ${said}.`];
    case 'key':
      return [
        'bad-configuration',
        `The language model server ${host} does not accept the key. Set HANDFUL_LLM_KEY to one that may use ${model}.`,
      ];
    case 'unknown-model':
      return [
        'bad-configuration',
        `The language model server ${host} has no model ${model}, or no chat completions under this address.${quoted}`,
      ];
    case 'too-long':
      return ['limit', `The prompt is too long for ${model}.${quoted}`];
    case 'refused':
      return ['language-model', `The language model server ${host} refused the request: ${said}.`];
    case 'garbled':
      return [
        'language-model',
        `The language model server ${host} sent something that is no answer of a chat.${quoted}`,
      ];
    case 'dropped':
      return ['language-model', `The language model server ${host} broke off in the middle of its answer.`];
  }
}
