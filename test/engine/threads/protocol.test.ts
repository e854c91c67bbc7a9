import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/engine/errors.js';
import { type Sealed, seal, unseal } from '../../../src/engine/threads/protocol.js';

/** There and back as between threads. */
const across = async (run: () => Promise<unknown>): Promise<unknown> => {
  const arrived = structuredClone(await seal(run)) as Sealed<unknown>;
  try {
    return unseal(arrived);
  } catch (error) {
    return error;
  }
};

describe('what crosses threads', () => {
  it('arrives as it was', async () => {
    const value = { numbers: Float32Array.from([1, Number.NaN]), nothing: null };
    expect(await across(async () => value)).toEqual(value);
  });

  it('as a UserError keeps code, message, details and stack', async () => {
    const thrown = new UserError('damaged', 'The checkpoint is damaged (checksum differs).', {
      details: { number: 3 },
    });
    const error = await across(() => Promise.reject(thrown));
    expect(error).toBeInstanceOf(UserError);
    const { code, message, details, stack } = thrown;
    expect(error).toMatchObject({ code, message, details, stack });
  });

  it('as a bug stays a bug', async () => {
    const error = await across(() => Promise.reject(new TypeError('x is undefined')));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: 'x is undefined' });
  });

  it('as something that is no error becomes one', async () => {
    expect(await across(() => Promise.reject('just a string'))).toMatchObject({ message: 'just a string' });
  });

  it('is sealed also when it is thrown before anything is awaited', async () => {
    const error = await across(() => {
      throw new UserError('limit', 'Too many.');
    });
    expect(error).toMatchObject({ code: 'limit', message: 'Too many.' });
  });
});
