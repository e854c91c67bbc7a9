import { describe, expect, it } from 'vitest';
import { cached } from '../../../src/engine/encoders/cache.js';
import type { Encoder } from '../../../src/engine/encoders/encoder.js';

const BYTES_A_TEXT = 2 * 4;

/** Encodes a text as its length and its first character; tells which texts were encoded. */
function spy(): Encoder & { readonly encoded: string[][]; gate: Promise<void> } {
  const encoded: string[][] = [];
  const encoder = {
    name: 'spy',
    dimensions: 2,
    encoded,
    gate: Promise.resolve(),
    async encode(texts: readonly string[]) {
      encoded.push([...texts]);
      await encoder.gate;
      return Float32Array.from(texts.flatMap((text) => [text.length, text.codePointAt(0) ?? 0]));
    },
  };
  return encoder;
}

describe('a cached encoder', () => {
  it('keeps name and dimensions', () => {
    expect(cached(spy(), 1000)).toMatchObject({ name: 'spy', dimensions: 2, cachedTexts: 0 });
  });

  it('encodes a text once, within a call and across calls', async () => {
    const inner = spy();
    const encoder = cached(inner, 1000);
    const first = await encoder.encode(['a', 'bb', 'a']);
    expect([...first]).toEqual([1, 97, 2, 98, 1, 97]);
    expect([...(await encoder.encode(['bb', 'ccc', 'a']))]).toEqual([2, 98, 3, 99, 1, 97]);
    expect(inner.encoded).toEqual([['a', 'bb'], ['ccc']]);
    expect(encoder.cachedTexts).toBe(3);
  });

  it('does not ask when it knows all texts, nor for none', async () => {
    const inner = spy();
    const encoder = cached(inner, 1000);
    await encoder.encode(['a']);
    await encoder.encode(['a']);
    await encoder.encode([]);
    expect(inner.encoded).toEqual([['a']]);
  });

  it('holds no more than its bytes, and the least recently used texts leave first', async () => {
    const inner = spy();
    const encoder = cached(inner, 3 * BYTES_A_TEXT);
    await encoder.encode(['a', 'b', 'c']);
    await encoder.encode(['a']);
    await encoder.encode(['d']);
    expect(encoder.cachedTexts).toBe(3);
    inner.encoded.length = 0;
    await encoder.encode(['a', 'c', 'd']);
    expect(inner.encoded).toEqual([]);
    await encoder.encode(['b']);
    expect(inner.encoded).toEqual([['b']]);
  });

  it('answers a call of more texts than it holds', async () => {
    const encoder = cached(spy(), 2 * BYTES_A_TEXT);
    expect([...(await encoder.encode(['a', 'b', 'c', 'd', 'a']))]).toEqual([1, 97, 1, 98, 1, 99, 1, 100, 1, 97]);
    expect(encoder.cachedTexts).toBe(2);
  });

  it('holds one text at least', async () => {
    const encoder = cached(spy(), 0);
    await encoder.encode(['a', 'b']);
    expect(encoder.cachedTexts).toBe(1);
  });

  it('gives a vector that others cannot change through it', async () => {
    const encoder = cached(spy(), 1000);
    (await encoder.encode(['a'])).fill(9);
    expect([...(await encoder.encode(['a']))]).toEqual([1, 97]);
  });

  it('answers with a text it held, also when a call in between pushed that text out', async () => {
    const inner = spy();
    const encoder = cached(inner, 2 * BYTES_A_TEXT);
    await encoder.encode(['a']);
    let open = (): void => {};
    inner.gate = new Promise((resolve) => {
      open = resolve;
    });
    const waiting = encoder.encode(['a', 'bb']);
    inner.gate = Promise.resolve();
    await encoder.encode(['ccc', 'dddd']);
    open();
    expect([...(await waiting)]).toEqual([1, 97, 2, 98]);
  });

  it('forgets nothing when the encoder fails, and asks again', async () => {
    const inner = spy();
    const encoder = cached(inner, 1000);
    await encoder.encode(['a']);
    inner.gate = Promise.reject(new Error('out of memory'));
    await expect(encoder.encode(['a', 'b'])).rejects.toThrow('out of memory');
    inner.gate = Promise.resolve();
    expect([...(await encoder.encode(['a', 'b']))]).toEqual([1, 97, 1, 98]);
  });
});
