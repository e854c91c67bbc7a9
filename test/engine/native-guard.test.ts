import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createNativeGuard,
  guardCall,
  guardThread,
  stopNativeCalls,
  uninterrupted,
} from '../../src/engine/native-guard.js';

/** A call that goes on until it is let go. */
function held(): { readonly promise: Promise<void>; readonly release: () => void } {
  let release = (): void => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

const isSettled = async (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), setTimeout(20).then(() => false)]);

describe.each([
  ['of the thread', (guard: Int32Array) => guardThread(guard)],
  ['of a call', (guard: Int32Array) => guardCall(guard)],
])('a guard %s', (_, use) => {
  afterEach(() => {
    guardThread(createNativeGuard());
    guardCall(undefined);
  });

  it('waits for the native call that runs', async () => {
    const guard = createNativeGuard();
    use(guard);
    const call = held();
    const running = uninterrupted(() => call.promise);
    const stopped = stopNativeCalls(guard);
    expect(await isSettled(stopped)).toBe(false);
    call.release();
    await running;
    expect(await isSettled(stopped)).toBe(true);
  });

  it('lets none begin once it is stopped, and waits for none then', async () => {
    const guard = createNativeGuard();
    use(guard);
    await stopNativeCalls(guard);
    let began = false;
    const run = uninterrupted(async () => {
      began = true;
    });
    await expect(run).rejects.toThrow('the thread is about to end');
    expect(began).toBe(false);
    await stopNativeCalls(guard);
  });

  it('counts a call that failed as ended', async () => {
    const guard = createNativeGuard();
    use(guard);
    await expect(uninterrupted(() => Promise.reject(new Error('bad weights')))).rejects.toThrow('bad weights');
    expect(await isSettled(stopNativeCalls(guard))).toBe(true);
  });
});

it('without a guard runs what it is given', async () => {
  guardCall(undefined);
  expect(await uninterrupted(async () => 7)).toBe(7);
});
