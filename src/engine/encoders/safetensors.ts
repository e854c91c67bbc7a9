// The safetensors format (https://github.com/huggingface/safetensors#format): a header of names, types and places, then raw
// little-endian numbers. Reads single and half precision as float32, writes float32; what is damaged is refused.

import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../errors.js';

export interface SafetensorsTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

export interface Safetensors {
  /** Integers (such as position ids) are left out. */
  readonly tensors: Readonly<Record<string, SafetensorsTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file of which tensors are read one by one: the weights of a model are never in memory twice. */
export interface SafetensorsFile {
  readonly names: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  shapeOf(name: string): readonly number[];
  read(name: string): Promise<Float32Array>;
  /** Up to `bytes` bytes from the middle of a tensor as they stand in the file: tells weights apart without reading them. */
  sample(name: string, bytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const SIZES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

const DECODE: Readonly<Record<string, (bytes: Uint8Array) => Float32Array>> = {
  F32: (bytes) => new Float32Array(aligned(bytes, 4)),
  F16: (bytes) => fromHalf(new Uint16Array(aligned(bytes, 2))),
  BF16: (bytes) => fromBrainHalf(new Uint16Array(aligned(bytes, 2))),
};

const HEADER_START = 8;
/** As in the format's own reader. */
const MOST_HEADER = 100_000_000;

const count = z.number().int().nonnegative();
const entrySchema = z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) });
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(entrySchema);

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** In the file. */
  readonly start: number;
  readonly bytes: number;
}

interface Header {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** `what` names the bytes in errors. */
export function readSafetensors(bytes: Uint8Array, what = 'The safetensors file'): Safetensors {
  const size = headerSize(bytes.subarray(0, HEADER_START), bytes.length, what);
  const header = parseHeader(bytes.subarray(HEADER_START, HEADER_START + size), bytes.length, what);
  const tensors: Record<string, SafetensorsTensor> = {};
  for (const [name, { dtype, shape, start, bytes: length }] of header.entries) {
    const decode = DECODE[dtype];
    if (decode !== undefined) tensors[name] = { shape, data: decode(bytes.subarray(start, start + length)) };
  }
  return { tensors, metadata: header.metadata };
}

/** Reads the header; the caller closes the file. */
export async function openSafetensors(file: string): Promise<SafetensorsFile> {
  const handle = await open(file, 'r');
  try {
    const { size: total } = await handle.stat();
    const size = headerSize(await readAt(handle, 0, Math.min(HEADER_START, total)), total, file);
    const { entries, metadata } = parseHeader(await readAt(handle, HEADER_START, size), total, file);
    const entryOf = (name: string): Entry => {
      const entry = entries.get(name);
      if (entry === undefined) throw new Error(`${file} has no tensor named ${name}`);
      return entry;
    };
    return {
      names: [...entries].flatMap(([name, { dtype }]) => (DECODE[dtype] === undefined ? [] : [name])),
      metadata,
      shapeOf: (name) => entryOf(name).shape,
      async read(name) {
        const { dtype, start, bytes } = entryOf(name);
        return DECODE[dtype]!(await readAt(handle, start, bytes));
      },
      async sample(name, bytes) {
        const { start, bytes: length } = entryOf(name);
        const taken = Math.min(bytes, length);
        return readAt(handle, start + Math.floor((length - taken) / 2), taken);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Tensors in the order of their names, as the format's own writer does within one type. */
export function writeSafetensors(
  tensors: Readonly<Record<string, SafetensorsTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata };
  const names = Object.keys(tensors).sort();
  let offset = 0;
  for (const name of names) {
    const { shape, data } = tensors[name]!;
    if (product(shape) !== data.length)
      throw new Error(`${name} has ${data.length} numbers for the shape [${shape.join(', ')}]`);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Numbers start at a multiple of 8, as the format asks; spaces are part of the header.
  const padded = Math.ceil(text.length / 8) * 8;
  const out = new Uint8Array(HEADER_START + padded + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.set(text, HEADER_START);
  out.fill(0x20, HEADER_START + text.length, HEADER_START + padded);
  let at = HEADER_START + padded;
  for (const name of names) {
    const { data } = tensors[name]!;
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

function headerSize(start: Uint8Array, total: number, what: string): number {
  if (start.length < HEADER_START) throw damaged(what, `it has ${total} bytes, too few for a header`);
  const size = Number(new DataView(start.buffer, start.byteOffset, HEADER_START).getBigUint64(0, true));
  if (size > MOST_HEADER || HEADER_START + size > total)
    throw damaged(what, `its header would have ${size} bytes, and the whole file has ${total}`);
  return size;
}

/** Numbers must fill the file without gaps or overlaps: a file that was cut short or mixed up does not pass. */
function parseHeader(bytes: Uint8Array, total: number, what: string): Header {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged(what, 'its header is not JSON');
  }
  const parsed = headerSchema.safeParse(json);
  if (!parsed.success) throw damaged(what, `its header is wrong at ${parsed.error.issues[0]!.path.join('.')}`);
  const { __metadata__: metadata = {}, ...given } = parsed.data;
  const first = HEADER_START + bytes.length;
  const entries = new Map<string, Entry>();
  let end = 0;
  const inOrder = Object.entries(given).sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [name, { dtype, shape, data_offsets: offsets }] of inOrder) {
    const size = SIZES[dtype];
    if (size === undefined) throw damaged(what, `${name} has numbers of the unknown type ${dtype}`);
    const length = offsets[1] - offsets[0];
    if (length !== size * product(shape))
      throw damaged(what, `${name} has ${length} bytes for ${dtype} [${shape.join(', ')}]`);
    if (offsets[0] !== end) throw damaged(what, `${name} starts at byte ${offsets[0]}, expected ${end}`);
    end = offsets[1];
    entries.set(name, { dtype, shape, start: first + offsets[0], bytes: length });
  }
  if (first + end !== total) throw damaged(what, `it has ${total} bytes, its header tells of ${first + end}`);
  return { entries, metadata };
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const damaged = (what: string, why: string): UserError =>
  new UserError('damaged', `${what} is damaged or no safetensors: ${why}. Fetch it again.`);

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(out, read, length - read, position + read);
    if (bytesRead === 0) throw new Error(`the file ends at byte ${position + read}`);
    read += bytesRead;
  }
  return out;
}

/** The bytes as a buffer of their own: typed arrays of wider numbers cannot start anywhere. */
const aligned = (bytes: Uint8Array, width: number): ArrayBuffer => {
  const { buffer, byteOffset, byteLength } = bytes;
  const own = byteOffset === 0 && byteLength === buffer.byteLength && byteLength % width === 0;
  return own ? (buffer as ArrayBuffer) : new Uint8Array(bytes).buffer;
};

let halves: Float32Array | null = null;

/** IEEE 754 half precision → float32, through a table of all 65,536 of them. */
function fromHalf(bits: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 65_536 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = halves[bits[i]!]!;
  return out;
}

/** bfloat16 is the upper half of a float32. */
function fromBrainHalf(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = bits[i]! << 16;
  return new Float32Array(words.buffer);
}
