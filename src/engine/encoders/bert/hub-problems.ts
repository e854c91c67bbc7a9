// What can go wrong while an encoder is fetched, as sentences: what was expected, what came, what to do.

import { isUserError, UserError } from '../../errors.js';

export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;

  constructor(status: number, file: string) {
    super(`status ${status} for ${file}`);
    this.status = status;
  }
}

/** What came is not what the hub announced. */
export class WrongContentError extends Error {
  override readonly name = 'WrongContentError';

  constructor(file: string, expected: string, came: string) {
    super(`${file} should have ${expected}, and it has ${came}`);
  }
}

export const offlineAndMissing = (name: string): UserError =>
  new UserError(
    'bad-configuration',
    `The encoder ${name} is not on this machine, and it is not fetched offline. Fetch it once with a network, or copy its folder here.`,
    { details: { missing: true } },
  );

export const noSuchModel = (name: string, host: string): UserError =>
  new UserError('bad-configuration', `There is no model ${name} on ${host}. Check the name.`, {
    details: { status: 404 },
  });

export const lacks = (name: string, file: string, host: string): UserError =>
  new UserError(
    'bad-configuration',
    `The model ${name} on ${host} has no ${file}. Choose an encoder that has config.json, tokenizer.json and model.safetensors.`,
    { details: { missing: file } },
  );

/** The UserError that says what a failed download means, or the error itself where it is a bug or a cancellation. */
export function explainFetchError(error: unknown, { name, host }: { name: string; host: string }): unknown {
  if (isUserError(error)) return error;
  const fail = (code: 'bad-configuration' | 'damaged' | 'limit', message: string, details = {}): UserError =>
    new UserError(code, message, { cause: error, details });
  if (error instanceof WrongContentError) {
    return fail(
      'damaged',
      `What ${host} gave of ${name} is damaged: ${error.message}. Nothing was kept of it; try again.`,
    );
  }
  if (error instanceof HttpError) {
    const { status } = error;
    if (status === 401 || status === 403) {
      return fail(
        'bad-configuration',
        `${host} does not give the model ${name} (${status}): the name is wrong, or the model is private or gated. Check the name, or accept its terms there and set HF_TOKEN.`,
        { status },
      );
    }
    return fail('bad-configuration', `${host} could not give the model ${name}: ${error.message}. Try again later.`, {
      status,
    });
  }
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return fail(
      'limit',
      `The disk is full: ${name} could not be saved. Make room and start again; what came so far is kept.`,
    );
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return fail(
      'bad-configuration',
      `${name} could not be saved: ${(error as Error).message}. Let HANDFUL_HOME be a folder that can be written.`,
    );
  }
  if (isNetworkError(error)) {
    return fail(
      'bad-configuration',
      `The encoder ${name} is not whole on this machine, and ${host} could not be reached. Check the network, or set HF_ENDPOINT to a mirror; what came so far is kept.`,
      { network: true },
    );
  }
  return error;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

export function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^fetch failed$|^terminated$|said nothing|ended after/.test(error.message) ||
    /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR_)/.test(codeOf(error) ?? '') ||
    isNetworkError(error.cause)
  );
}
