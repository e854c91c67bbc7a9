// The engine's threads: one that answers, always there, and some that train, started for a run and gone when idle. The main
// thread only sends and receives.

import { Piscina } from 'piscina';
import { UserError } from '../errors.js';
import { type ThreadCalls, type ThreadSettings, unseal } from './protocol.js';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly transfer?: readonly unknown[];
}

export interface Threads {
  call<Name extends keyof ThreadCalls>(
    name: Name,
    request: ThreadCalls[Name]['request'],
    options?: CallOptions,
  ): Promise<ThreadCalls[Name]['result']>;
  close(): Promise<void>;
}

/** Requests that the answering thread works on at once: it interleaves them between batches. */
const CONCURRENT_ANSWERS = 64;

/** For objects that die young, three times as much by default: at rest 20 MB less, and answers as fast (measured). */
const YOUNG_GENERATION_MB = 16;

/** Milliseconds after which a training thread without work ends and frees its memory. */
const IDLE_TRAINING_MS = 10_000;

/** Threads run compiled code, also when the caller (a test) runs TypeScript. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/engine/threads/thread.js', import.meta.url).href
  : new URL('./thread.js', import.meta.url).href;

/** The thread that answers. Aborting a call lets go of its answer; the thread and what it holds stay. */
export const createAnsweringThread = (settings: Omit<ThreadSettings, 'lowPriority'>): Threads =>
  fromPool(
    new Piscina({
      filename: ENTRY,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: CONCURRENT_ANSWERS,
      atomics: 'disabled',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      workerData: { ...settings, lowPriority: false } satisfies ThreadSettings,
    }),
    'lets-go',
  );

/** Threads that fit; aborting a call ends its thread at once. */
export const createTrainingThreads = (settings: Omit<ThreadSettings, 'lowPriority'>, count: number): Threads =>
  fromPool(
    new Piscina({
      filename: ENTRY,
      minThreads: 0,
      maxThreads: count,
      idleTimeout: IDLE_TRAINING_MS,
      atomics: 'disabled',
      workerData: { ...settings, lowPriority: true } satisfies ThreadSettings,
    }),
    'ends-thread',
  );

function fromPool(pool: Piscina, onAbort: 'lets-go' | 'ends-thread'): Threads {
  let closed = false;
  // A thread that was ended at the moment it answered, or that broke while it had nothing to do: nobody waits for it, and the
  // next call gets another. Without a listener the event would end the process.
  pool.on('error', () => {});
  return {
    async call(name, request, { signal, transfer } = {}) {
      // A destroyed pool would start new threads.
      if (closed) throw new Error('the engine is closed');
      try {
        signal?.throwIfAborted();
        const running = pool.run(request, {
          name,
          signal: onAbort === 'ends-thread' ? (signal ?? null) : null,
          ...(transfer ? { transferList: [...transfer] as never } : {}),
        });
        return unseal(await untilAborted(running, signal)) as never;
      } catch (error) {
        if (signal?.aborted)
          throw new UserError('cancelled', 'The run was cancelled; nothing was changed.', { cause: error });
        throw error;
      }
    },
    close() {
      closed = true;
      return pool.destroy();
    },
  };
}

/** What the promise gives, or a rejection as soon as the signal aborts. */
function untilAborted<T>(running: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return running;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
