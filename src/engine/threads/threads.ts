// The engine's threads: one that answers, always there, and some that train, started for a run and gone when idle. The main
// thread only sends and receives.

import { Piscina } from 'piscina';
import { runCancelled, untilAborted } from '../abort.js';
import { createNativeGuard, type NativeGuard, stopNativeCalls } from '../native-guard.js';
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
export const createAnsweringThread = (settings: PoolSettings): Threads => {
  const guard = createNativeGuard();
  return fromPool(
    new Piscina({
      filename: ENTRY,
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: CONCURRENT_ANSWERS,
      atomics: 'disabled',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      workerData: { ...settings, guard, lowPriority: false } satisfies ThreadSettings,
    }),
    guard,
    'lets-go',
  );
};

/** Threads that fit; aborting a call ends its thread at once. */
export const createTrainingThreads = (settings: PoolSettings, count: number): Threads => {
  const guard = createNativeGuard();
  return fromPool(
    new Piscina({
      filename: ENTRY,
      minThreads: 0,
      maxThreads: count,
      idleTimeout: IDLE_TRAINING_MS,
      atomics: 'disabled',
      workerData: { ...settings, guard, lowPriority: true } satisfies ThreadSettings,
    }),
    guard,
    'ends-thread',
  );
};

type PoolSettings = Omit<ThreadSettings, 'lowPriority' | 'guard'>;

function fromPool(pool: Piscina, guard: NativeGuard, onAbort: 'lets-go' | 'ends-thread'): Threads {
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
        const ends = onAbort === 'ends-thread' && signal !== undefined ? endingSignal(signal) : null;
        const running = pool.run(ends === null ? request : { ...request, guard: ends.guard }, {
          name,
          signal: ends?.signal ?? null,
          ...(transfer ? { transferList: [...transfer] as never } : {}),
        });
        return unseal(await untilAborted(running, signal)) as never;
      } catch (error) {
        throw signal?.aborted ? runCancelled(error) : error;
      }
    },
    async close() {
      closed = true;
      await stopNativeCalls(guard);
      await pool.destroy();
    },
  };
}

/** Aborts when the thread may be ended: after the signal, and when no native call of it runs. */
function endingSignal(signal: AbortSignal): { readonly guard: NativeGuard; readonly signal: AbortSignal } {
  const guard = createNativeGuard();
  const ending = new AbortController();
  signal.addEventListener('abort', () => void stopNativeCalls(guard).then(() => ending.abort(signal.reason)), {
    once: true,
  });
  return { guard, signal: ending.signal };
}
