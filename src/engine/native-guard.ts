// ONNX Runtime computes inside one call of native code: a thread that is ended meanwhile takes the whole process with it (seen 8
// times of 8). So whoever ends a thread first asks it to begin no such call, and waits for the one that runs.
//
// A guard is shared memory of two numbers: calls that run, and whether no more may begin. Both sides write before they look, so
// one of them always sees the other.

import { setTimeout } from 'node:timers/promises';

export type NativeGuard = Int32Array;

const RUNNING = 0;
const STOPPED = 1;

const LOOK_EVERY_MS = 2;

export const createNativeGuard = (): NativeGuard => new Int32Array(new SharedArrayBuffer(8));

/** Guards of this thread: the one of its pool, and the one of the call that it works on. */
let pool: NativeGuard | null = null;
let call: NativeGuard | null = null;

export function guardThread(guard: NativeGuard): void {
  pool = guard;
}

/** For threads that work on one call at a time. */
export function guardCall(guard: NativeGuard | undefined): void {
  call = guard ?? null;
}

/** Runs native code that must not be cut off; throws when the thread is about to end. */
export async function uninterrupted<T>(run: () => Promise<T>): Promise<T> {
  const guards = [pool, call].filter((guard) => guard !== null);
  for (const guard of guards) Atomics.add(guard, RUNNING, 1);
  try {
    if (guards.some((guard) => Atomics.load(guard, STOPPED) === 1)) throw new Error('the thread is about to end');
    return await run();
  } finally {
    for (const guard of guards) Atomics.sub(guard, RUNNING, 1);
  }
}

/** Resolves once no native call runs, and none will begin. */
export async function stopNativeCalls(guard: NativeGuard): Promise<void> {
  Atomics.store(guard, STOPPED, 1);
  while (Atomics.load(guard, RUNNING) > 0) await setTimeout(LOOK_EVERY_MS);
}
