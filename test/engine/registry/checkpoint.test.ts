import { describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/registry/checkpoint.js';

const checkpoint: Checkpoint = {
  meta: { method: 'lora', labels: ['账单', 'bug'], rank: 4, nested: { none: null } },
  tensors: {
    'lora/A': { shape: [2, 3], data: Float32Array.from([1, -2.5, 3e-8, Number.NaN, Number.POSITIVE_INFINITY, -0]) },
    tokens: { shape: [3], data: Int32Array.from([1, -7, 2 ** 31 - 1]) },
    mask: { shape: [5], data: Uint8Array.from([1, 0, 255, 3, 4]) },
    scalar: { shape: [], data: Float32Array.from([42]) },
    empty: { shape: [0, 8], data: new Float32Array(0) },
  },
};
const bytes = encodeCheckpoint(checkpoint);

/** A copy with one byte changed. */
function withByte(offset: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = change(copy[offset]!);
  return copy;
}

describe('a checkpoint', () => {
  it('comes back as it was, down to NaN and minus zero', () => {
    expect(decodeCheckpoint(bytes)).toEqual(checkpoint);
  });

  it('is the same bytes for the same content', () => {
    expect(encodeCheckpoint(decodeCheckpoint(bytes))).toEqual(bytes);
  });

  it('is read without copying where the bytes are aligned, and all the same where they are not', () => {
    expect(decodeCheckpoint(bytes).tensors['lora/A']!.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeCheckpoint(shifted.subarray(1))).toEqual(checkpoint);
  });

  it('writes only the part of a buffer that a tensor is a view of', () => {
    const data = new Float32Array(1000).fill(7).subarray(10, 12);
    const encoded = encodeCheckpoint({ meta: null, tensors: { part: { shape: [2], data } } });
    expect(encoded.length).toBeLessThan(300);
    expect(decodeCheckpoint(encoded).tensors.part!.data).toEqual(Float32Array.from([7, 7]));
  });

  it('takes any name for a tensor', () => {
    const tensors = Object.fromEntries([['__proto__', { shape: [1], data: Uint8Array.from([1]) }]]);
    expect(Object.keys(decodeCheckpoint(encodeCheckpoint({ meta: {}, tensors })).tensors)).toEqual(['__proto__']);
  });

  it('refuses a shape that does not fit its values', () => {
    const wrong = { meta: {}, tensors: { w: { shape: [2, 2], data: new Float32Array(3) } } };
    expect(() => encodeCheckpoint(wrong)).toThrow('Tensor w has shape [2, 2] but 3 values');
  });
});

describe('damage', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'This is not a Handful checkpoint.'],
    [
      'another file',
      new TextEncoder().encode('text,label\nI was charged twice,billing\n'),
      'This is not a Handful checkpoint.',
    ],
    ['the first bytes alone', bytes.subarray(0, 24), `The checkpoint is damaged (24 of ${bytes.length} bytes).`],
    [
      'a missing end',
      bytes.subarray(0, -1),
      `The checkpoint is damaged (${bytes.length - 1} of ${bytes.length} bytes).`,
    ],
    [
      'more than the whole',
      Uint8Array.from([...bytes, 0]),
      `The checkpoint is damaged (${bytes.length + 1} of ${bytes.length} bytes).`,
    ],
    ['a flipped bit in the header', withByte(30, (byte) => byte ^ 1), 'The checkpoint is damaged (checksum differs).'],
    [
      'a flipped bit in the values',
      withByte(bytes.length - 100, (byte) => byte ^ 1),
      'The checkpoint is damaged (checksum differs).',
    ],
    [
      'a flipped bit in the checksum',
      withByte(bytes.length - 1, (byte) => byte ^ 1),
      'The checkpoint is damaged (checksum differs).',
    ],
    [
      'a newer format',
      withByte(8, () => 2),
      'The checkpoint was written by a newer Handful (format 2, this one knows 1). Update Handful.',
    ],
  ])('is found in %s', (_, damaged, message) => {
    let thrown: unknown;
    try {
      decodeCheckpoint(damaged);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'UserError', code: 'damaged', message });
  });

  it('is found in every single byte', () => {
    for (let offset = 0; offset < bytes.length; offset++) {
      expect(() => decodeCheckpoint(withByte(offset, (byte) => byte ^ 0x10))).toThrow();
    }
  });
});
