// Giving up on a call: whoever waits is let go at once, while the work itself ends at its next step or serves others.

import { UserError } from '../errors.js';

/** What `run` gives, or a UserError as soon as the signal aborts. */
export async function untilAborted<T>(
  run: () => Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => void = () => {},
): Promise<T> {
  const cancelled = (): UserError => new UserError('cancelled', 'The request to the language model was cancelled.');
  if (signal?.aborted) throw cancelled();
  if (signal === undefined) return run();
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      onAbort();
      reject(cancelled());
    };
    signal.addEventListener('abort', abort, { once: true });
    run()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
