import { describe, expect, it } from 'vitest';
import type { Answerer } from '../../../src/engine/answerers/answerer.js';
import { createAnswererCache } from '../../../src/engine/threads/answerer-cache.js';

/** Answerers that only know their key, and what was loaded and disposed. */
function bench(capacity: number) {
  const cache = createAnswererCache(capacity);
  const loaded: string[] = [];
  const disposed: string[] = [];
  const keys = new Map<Answerer, string>();
  const load = (key: string) => async (): Promise<Answerer> => {
    loaded.push(key);
    const answerer: Answerer = {
      method: 'head',
      predict: async () => [],
      dispose: () => {
        disposed.push(key);
      },
    };
    keys.set(answerer, key);
    return answerer;
  };
  const use = (key: string, run: () => Promise<void> = async () => {}): Promise<string> =>
    cache.use(key, load(key), async (answerer) => {
      await run();
      return keys.get(answerer)!;
    });
  return { cache, loaded, disposed, use };
}

/** A promise that is kept by hand. */
function gate(): { readonly promise: Promise<void>; open(): void } {
  let open = (): void => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the cache of answerers', () => {
  it('loads a key once and runs with its answerer', async () => {
    const { cache, loaded, use } = bench(2);
    expect(cache.has('a')).toBe(false);
    expect(await use('a')).toBe('a');
    expect(await use('a')).toBe('a');
    expect(cache.has('a')).toBe(true);
    expect(loaded).toEqual(['a']);
  });

  it('loads a key once for callers that come at the same time', async () => {
    const { loaded, use } = bench(2);
    expect(await Promise.all([use('a'), use('a'), use('b')])).toEqual(['a', 'a', 'b']);
    expect(loaded).toEqual(['a', 'b']);
  });

  it('lets the least recently used answerer go when there are too many, and disposes it once', async () => {
    const { cache, disposed, use } = bench(2);
    for (const key of ['a', 'b', 'a', 'c']) await use(key);
    await settled();
    expect(disposed).toEqual(['b']);
    expect(['a', 'b', 'c'].map((key) => cache.has(key))).toEqual([true, false, true]);
  });

  it('never disposes an answerer while it answers', async () => {
    const { disposed, use } = bench(1);
    const { promise, open } = gate();
    const answering = use('a', () => promise);
    await use('b');
    await settled();
    expect(disposed).toEqual([]);
    open();
    expect(await answering).toBe('a');
    await settled();
    expect(disposed).toEqual(['a']);
  });

  it('waits for the last of several that answer', async () => {
    const { disposed, use } = bench(1);
    const [first, second] = [gate(), gate()];
    const both = [use('a', () => first.promise), use('a', () => second.promise)];
    await use('b');
    first.open();
    await both[0];
    await settled();
    expect(disposed).toEqual([]);
    second.open();
    await both[1];
    await settled();
    expect(disposed).toEqual(['a']);
  });

  it('loads again what was let go', async () => {
    const { loaded, use } = bench(1);
    for (const key of ['a', 'b', 'a']) await use(key);
    expect(loaded).toEqual(['a', 'b', 'a']);
  });

  it('forgets a failed load, so that the next call tries again', async () => {
    const { cache, use } = bench(2);
    const failing = (): Promise<Answerer> => Promise.reject(new Error('damaged'));
    await expect(cache.use('a', failing, async () => {})).rejects.toThrow('damaged');
    expect(cache.has('a')).toBe(false);
    expect(await use('a')).toBe('a');
  });

  it('keeps an answerer whose answer fails', async () => {
    const { loaded, use } = bench(2);
    const broken = use('a', () => Promise.reject(new Error('out of memory')));
    await expect(broken).rejects.toThrow('out of memory');
    await use('a');
    expect(loaded).toEqual(['a']);
  });

  it('tells everybody who waits for a load that it failed', async () => {
    const { cache } = bench(2);
    const failing = (): Promise<Answerer> => Promise.reject(new Error('damaged'));
    const calls = [1, 2, 3].map(() => cache.use('a', failing, async () => {}));
    for (const result of await Promise.allSettled(calls)) expect(result.status).toBe('rejected');
  });
});
