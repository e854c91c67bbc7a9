// One request to a server: timeouts, more tries with back-off where a failure may pass, and the circuit that guards them all.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock.js';
import { UserError } from '../../errors.js';
import type { Rng } from '../../random.js';
import type { Circuit } from './circuit.js';
import { explainFault, faultOfStatus, isPassing, isTrouble, redact, ServerFault } from './fault.js';

export interface Timeouts {
  /** Until a server that is asked what it has answers at all. */
  readonly connectMs: number;
  /** Until the first token, and between two. */
  readonly firstTokenMs: number;
  readonly totalMs: number;
}

export interface Retries {
  readonly attempts: number;
  /** Pause before the second try; doubled before each further one. */
  readonly baseMs: number;
  /** A server that asks to wait longer is not waited for. */
  readonly maxMs: number;
}

export interface ExchangeOptions {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string | null;
  readonly timeouts: Timeouts;
  readonly retries: Retries;
  readonly circuit: Circuit;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** An answer that has begun: its body, and a hand on the timer. */
export interface OpenAnswer {
  readonly response: Response;
  /** Something arrived: the next piece has its time again. */
  readonly alive: () => void;
}

export interface Exchange {
  readonly host: string;
  /**
   * Sends and reads with `read`. `final`: whether a failure may not be tried again any more, because part of the answer is out.
   */
  send<T>(
    request: {
      readonly path: string;
      readonly body?: unknown;
      readonly signal?: AbortSignal | undefined;
      readonly quick?: boolean;
    },
    read: (answer: OpenAnswer) => Promise<T>,
    final?: () => boolean,
  ): Promise<T>;
}

/** Of an error page nobody needs more. */
const MAX_ERROR = 10_000;

export function createExchange(options: ExchangeOptions): Exchange {
  const { baseUrl, model, key, timeouts, retries, circuit, clock, rng } = options;
  const host = new URL(baseUrl).host;

  async function once<T>(
    { path, body, signal, quick = false }: Parameters<Exchange['send']>[0],
    read: (answer: OpenAnswer) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const stop = (): void => controller.abort(new ServerFault('timeout'));
    const total = setTimeout(stop, timeouts.totalMs);
    const silence = quick ? timeouts.connectMs : timeouts.firstTokenMs;
    let quiet = setTimeout(stop, silence);
    const alive = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(stop, silence);
    };
    const giveUp = (): void => controller.abort(signal?.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    let response: Response | null = null;
    try {
      response = await fetch(`${baseUrl}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: controller.signal,
      });
      if (!response.ok) {
        const text = await readText(response, MAX_ERROR).catch(() => '');
        throw faultOfStatus(response.status, text, response.headers, clock.now(), key);
      }
      return await read({ response, alive });
    } catch (error) {
      if (controller.signal.aborted && controller.signal.reason instanceof ServerFault) throw controller.signal.reason;
      if (error instanceof ServerFault || error instanceof UserError || signal?.aborted) throw error;
      const said = redact(error instanceof Error ? error.message : String(error), key);
      // A TypeError is fetch's word for a connection that failed or was cut.
      if (error instanceof TypeError)
        throw new ServerFault(response === null ? 'network' : 'dropped', said, { cause: error });
      throw new ServerFault('garbled', '', { cause: error });
    } finally {
      clearTimeout(total);
      clearTimeout(quiet);
      signal?.removeEventListener('abort', giveUp);
      // Whatever is still coming is not wanted.
      controller.abort();
    }
  }

  return {
    host,
    async send(request, read, final = () => false) {
      const { signal } = request;
      const cancelled = (): UserError => new UserError('cancelled', 'The request to the language model was cancelled.');
      if (signal?.aborted) throw cancelled();
      if (!circuit.enter()) {
        const seconds = Math.ceil(circuit.describe().retryInMs / 1000);
        throw new UserError(
          'language-model',
          `The language model server ${host} failed several times in a row; it is tried again in ${seconds} seconds.`,
          { details: { fault: 'circuit-open' } },
        );
      }
      for (let attempt = 1; ; attempt++) {
        try {
          const result = await once(request, read);
          circuit.succeeded();
          return result;
        } catch (error) {
          if (signal?.aborted) {
            circuit.left();
            throw cancelled();
          }
          if (!(error instanceof ServerFault)) {
            circuit.left();
            throw error;
          }
          const pause = pauseBefore(attempt, error, retries, rng);
          if (isPassing(error) && !final() && attempt < retries.attempts && pause <= retries.maxMs) {
            try {
              await sleep(pause, undefined, { signal });
              continue;
            } catch {
              circuit.left();
              throw cancelled();
            }
          }
          if (isTrouble(error)) circuit.failed();
          // A server that refuses a request, or wants another key, is well.
          else circuit.succeeded();
          throw final() && isTrouble(error) && error.kind !== 'timeout'
            ? explainFault(new ServerFault('dropped', '', { cause: error }), { host, model })
            : error;
        }
      }
    },
  };
}

/** Doubles with each try; half of it is chance, so that many who failed together do not come back together. */
function pauseBefore(attempt: number, { retryAfterMs }: ServerFault, { baseMs }: Retries, rng: Rng): number {
  return Math.max(retryAfterMs ?? 0, baseMs * 2 ** (attempt - 1) * (0.5 + rng.uniform() / 2));
}

/** The body as text; what is longer than `max` characters is cut, or refused where it has to be whole. */
export async function readText(response: Response, max: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > max) break;
  }
  return text.slice(0, max + 1);
}
