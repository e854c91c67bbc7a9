import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSafetensors, readSafetensors, writeSafetensors } from '../../../src/engine/encoders/safetensors.js';
import { normals } from '../../support/numbers.js';

const TENSORS = {
  'b.weight': { shape: [3, 4], data: normals(12, 'b') },
  'a.bias': { shape: [5], data: normals(5, 'a') },
  scalar: { shape: [], data: Float32Array.of(-0.5) },
  nothing: { shape: [0, 7], data: new Float32Array(0) },
};
const METADATA = { format: 'pt', 'a 表': '😀' };

/** A file of this header and these numbers. */
function file(header: unknown, numbers: Uint8Array, padding = 0): Uint8Array {
  const text = Buffer.from((typeof header === 'string' ? header : JSON.stringify(header)) + ' '.repeat(padding));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, numbers]);
}

const one = (dtype: string, bits: Uint16Array | Uint32Array | BigInt64Array, padding = 0): Uint8Array => {
  const bytes = new Uint8Array(bits.buffer);
  return file({ x: { dtype, shape: [bits.length], data_offsets: [0, bytes.length] } }, bytes, padding);
};

describe('safetensors', () => {
  it('come back as they were written, metadata too', () => {
    const { tensors, metadata } = readSafetensors(writeSafetensors(TENSORS, METADATA));
    expect(tensors).toEqual(TENSORS);
    expect(metadata).toEqual(METADATA);
  });

  it('are written as the format asks: little-endian size, JSON, numbers from a multiple of 8 on', () => {
    const bytes = Buffer.from(writeSafetensors({ x: { shape: [2], data: Float32Array.of(1, -2) } }));
    const size = Number(bytes.readBigUInt64LE(0));
    expect(size % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + size))).toEqual({
      x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect([bytes.readFloatLE(8 + size), bytes.readFloatLE(12 + size), bytes.length]).toEqual([1, -2, 16 + size]);
  });

  it('are not written with a shape of another size', () => {
    expect(() => writeSafetensors({ x: { shape: [3], data: new Float32Array(2) } })).toThrow(
      '2 numbers for the shape [3]',
    );
  });

  it('in half precision are the numbers that the bits mean', () => {
    const bits = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00, 0x7e00);
    const { data } = readSafetensors(one('F16', bits)).tensors.x!;
    expect(Array.from(data)).toEqual([
      0,
      -0,
      1,
      -2,
      0.333251953125,
      65504,
      2 ** -24,
      2 ** -14,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it('in bfloat16 are the upper halves of float32', () => {
    const { data } = readSafetensors(one('BF16', Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x0001))).tensors.x!;
    expect(Array.from(data)).toEqual([1, -2, Number.POSITIVE_INFINITY, 2 ** -133]);
  });

  it.each([0, 1, 2, 3])('may start at any byte (%i bytes of padding)', (padding) => {
    const numbers = new Uint32Array(Float32Array.of(1, -2).buffer);
    expect(Array.from(readSafetensors(one('F32', numbers, padding)).tensors.x!.data)).toEqual([1, -2]);
    expect(Array.from(readSafetensors(one('F16', Uint16Array.of(0x3c00), padding)).tensors.x!.data)).toEqual([1]);
  });

  it('of integers are left out', () => {
    expect(readSafetensors(one('I64', BigInt64Array.of(1n, 2n))).tensors).toEqual({});
  });

  it('share no memory with the bytes', () => {
    const bytes = writeSafetensors(TENSORS);
    const { tensors } = readSafetensors(bytes);
    bytes.fill(0);
    expect(tensors).toEqual(TENSORS);
  });

  const x = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  it.each<readonly [string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /0 bytes, too few/],
    ['a few bytes', new Uint8Array(5), /5 bytes, too few/],
    ['a size beyond the file', Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123), /header would have 255/],
    ['a size beyond every file', new Uint8Array(64).fill(255), /header would have/],
    ['a header that is no JSON', file('{', new Uint8Array(0)), /not JSON/],
    ['a header that is no text', Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0xff])]), /not JSON/],
    ['a list', file([], new Uint8Array(0)), /header is wrong/],
    ['an unknown type', file({ x: { ...x, dtype: 'F7' } }, new Uint8Array(8)), /unknown type F7/],
    ['a shape of another size', file({ x: { ...x, shape: [3] } }, new Uint8Array(8)), /8 bytes for F32 \[3\]/],
    ['a negative shape', file({ x: { ...x, shape: [-1, -2] } }, new Uint8Array(8)), /wrong at x\.shape/],
    ['a file cut short', file({ x }, new Uint8Array(7)), /its header tells of/],
    ['a file with more at its end', file({ x }, new Uint8Array(9)), /its header tells of/],
    ['a gap', file({ x: { ...x, data_offsets: [4, 12] } }, new Uint8Array(12)), /starts at byte 4, expected 0/],
    ['an overlap', file({ x, y: { ...x, data_offsets: [4, 12] } }, new Uint8Array(12)), /starts at byte 4, expected 8/],
  ])('are refused as damaged: %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'weights')).toThrow(message);
    expect(() => readSafetensors(bytes, 'weights')).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  it('are read from a file one by one', async () => {
    const at = path.join(mkdtempSync(path.join(tmpdir(), 'handful-safetensors-')), 'x.safetensors');
    writeFileSync(at, writeSafetensors(TENSORS, METADATA));
    const open = await openSafetensors(at);
    expect([...open.names].sort()).toEqual(Object.keys(TENSORS).sort());
    expect(open.metadata).toEqual(METADATA);
    for (const [name, { shape, data }] of Object.entries(TENSORS)) {
      expect(open.shapeOf(name)).toEqual(shape);
      expect(await open.read(name)).toEqual(data);
    }
    expect(await open.sample('b.weight', 8)).toEqual(new Uint8Array(TENSORS['b.weight'].data.buffer, 20, 8));
    expect((await open.sample('b.weight', 1000)).length).toBe(48);
    await expect(open.read('c')).rejects.toThrow('no tensor named c');
    await open.close();
    writeFileSync(at, 'none');
    await expect(openSafetensors(at)).rejects.toMatchObject({ code: 'damaged' });
  });
});
