// The byte format of a checkpoint. It says itself what it holds, so that a reader needs nothing else, and it shows damage:
//
//   offset  0  magic "HANDFUL\0"
//           8  format version, uint32
//          12  length of the header, uint32
//          16  length of the whole, uint64, checksum included
//          24  header: JSON in UTF-8, { meta, tensors: [{ name, shape, dtype, offset }] }
//           …  zero padding to a multiple of 8; from here tensor offsets count
//           …  tensors: raw values in row-major order, each at a multiple of 8
//        last  32 bytes: SHA-256 of everything before
//
// All numbers are little-endian, as is every machine that Handful's packages are built for.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.js';

const MAGIC = Uint8Array.from([0x48, 0x41, 0x4e, 0x44, 0x46, 0x55, 0x4c, 0x00]);
const FORMAT = 1;
const PRELUDE_BYTES = 24;
const CHECKSUM_BYTES = 32;
const ALIGNMENT = 8;

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

type Dtype = keyof typeof ARRAYS;
export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** Plain numbers with a shape; `data` is row-major and as long as the product of the shape. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: TensorValues;
}

export interface Checkpoint {
  /** Any JSON; whoever reads it parses it with a schema of theirs. */
  readonly meta: unknown;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
}

const headerSchema = z.strictObject({
  meta: z.json(),
  tensors: z.array(
    z.strictObject({
      name: z.string(),
      shape: z.array(z.int().nonnegative()),
      dtype: z.enum(['float32', 'int32', 'uint8']),
      offset: z.int().nonnegative().multipleOf(ALIGNMENT),
    }),
  ),
});

export function encodeCheckpoint({ meta, tensors }: Checkpoint): Uint8Array {
  const entries = Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor }));
  let dataBytes = 0;
  const table = entries.map(({ name, shape, data }) => {
    if (countValues(shape) !== data.length) {
      throw new RangeError(`Tensor ${name} has shape [${shape.join(', ')}] but ${data.length} values`);
    }
    const offset = dataBytes;
    dataBytes = align(offset + data.byteLength);
    return { name, shape, dtype: dtypeOf(data), offset };
  });
  const header = new TextEncoder().encode(JSON.stringify({ meta, tensors: table }));
  const dataStart = align(PRELUDE_BYTES + header.length);
  const bytes = new Uint8Array(dataStart + dataBytes + CHECKSUM_BYTES);

  bytes.set(MAGIC, 0);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, FORMAT, true);
  view.setUint32(12, header.length, true);
  view.setBigUint64(16, BigInt(bytes.length), true);
  bytes.set(header, PRELUDE_BYTES);
  for (const [i, { data }] of entries.entries()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart + table[i]!.offset);
  }
  bytes.set(sha256(bytes.subarray(0, -CHECKSUM_BYTES)), bytes.length - CHECKSUM_BYTES);
  return bytes;
}

/**
 * Reads what `encodeCheckpoint` wrote. The tensors are views of `bytes` where the alignment allows it, else copies. Throws a
 * UserError `damaged` for anything else.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const header = readHeader(bytes);
  const dataStart = align(PRELUDE_BYTES + header.bytes);
  const dataEnd = bytes.length - CHECKSUM_BYTES;
  const tensors = header.tensors.map(({ name, shape, dtype, offset }): [string, StoredTensor] => {
    const length = countValues(shape);
    const start = dataStart + offset;
    if (start + length * ARRAYS[dtype].BYTES_PER_ELEMENT > dataEnd) throw damaged(`tensor ${name} lies outside`);
    return [name, { shape, data: viewOf(bytes, { dtype, start, length }) }];
  });
  return { meta: header.meta, tensors: Object.fromEntries(tensors) };
}

function readHeader(bytes: Uint8Array): z.infer<typeof headerSchema> & { bytes: number } {
  if (bytes.length < PRELUDE_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new UserError('damaged', 'This is not a Handful checkpoint.', { details: { bytes: bytes.length } });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint32(8, true);
  if (format > FORMAT) {
    throw new UserError(
      'damaged',
      `The checkpoint was written by a newer Handful (format ${format}, this one knows ${FORMAT}). Update Handful.`,
      { details: { format } },
    );
  }
  const headerBytes = view.getUint32(12, true);
  const length = Number(view.getBigUint64(16, true));
  if (bytes.length !== length) throw damaged(`${bytes.length} of ${length} bytes`);
  const checksum = bytes.subarray(-CHECKSUM_BYTES);
  if (sha256(bytes.subarray(0, -CHECKSUM_BYTES)).some((byte, i) => byte !== checksum[i])) {
    throw damaged('checksum differs');
  }
  // Below, only a writer with a bug gets here: the bytes are what it wrote.
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(
      bytes.subarray(PRELUDE_BYTES, PRELUDE_BYTES + headerBytes),
    );
    return { ...headerSchema.parse(JSON.parse(text)), bytes: headerBytes };
  } catch (error) {
    throw damaged('its header is not readable', error);
  }
}

function viewOf(
  bytes: Uint8Array,
  { dtype, start, length }: { dtype: Dtype; start: number; length: number },
): TensorValues {
  const Values = ARRAYS[dtype];
  const from = bytes.byteOffset + start;
  if (from % Values.BYTES_PER_ELEMENT === 0) return new Values(bytes.buffer as ArrayBuffer, from, length);
  const copy = bytes.slice(start, start + length * Values.BYTES_PER_ELEMENT);
  return new Values(copy.buffer, 0, length);
}

function dtypeOf(data: TensorValues): Dtype {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof Int32Array ? 'int32' : 'uint8';
}

const countValues = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const damaged = (why: string, cause?: unknown): UserError =>
  new UserError('damaged', `The checkpoint is damaged (${why}).`, { details: { why }, cause });
