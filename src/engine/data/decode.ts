// Bytes of a file → text, piece by piece: checks size and encoding, says where an encoding goes wrong, and lets the event loop
// run between pieces, so that a big upload never stops the chat.

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../errors.js';
import { MAX_FILE_BYTES } from './limits.js';

/** Bytes in memory, a stream of them (Node's Readable is one), or a file on disk. */
export type FileSource = Uint8Array | AsyncIterable<Uint8Array | string> | { readonly path: string };

const PIECE_BYTES = 16 * 1024;
const CARRIAGE_RETURN = 0x0d;

/** First bytes of files that people take for a table of text. */
const BINARY_KINDS: readonly (readonly [start: string, kind: string])[] = [
  ['504b0304', 'a ZIP archive or an Excel workbook (save it as "CSV UTF-8")'],
  ['d0cf11e0', 'an old Excel workbook (save it as "CSV UTF-8")'],
  ['25504446', 'a PDF'],
  ['1f8b', 'a gzip archive (unpack it first)'],
  ['50415231', 'a Parquet file'],
  ['fffe', 'UTF-16 text (save it as UTF-8)'],
  ['feff', 'UTF-16 text (save it as UTF-8)'],
];

/**
 * The text of a file in pieces, without a byte order mark, every line break as `\n`. Throws a UserError `bad-file` when the file
 * cannot be opened, is binary or not UTF-8 (the message names the first wrong byte and its line, both counted from 1),
 * `limit` over MAX_FILE_BYTES.
 */
export async function* decodeFile(source: FileSource, fileName: string): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0);
  let offset = 0;
  let line = 1;
  for await (const piece of pieces(source, fileName)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    if (offset === 0) refuseBinary(bytes, fileName);
    const complete = bytes.subarray(0, bytes.length - incompleteTail(bytes));
    rest = bytes.subarray(complete.length);
    const decoded = decode(complete, { fileName, offset, line });
    const text = unifyLineBreaks(offset === 0 ? decoded.replace(/^\ufeff/, '') : decoded);
    offset += complete.length;
    line += countLineBreaks(text);
    if (text !== '') yield text;
    await setImmediate();
  }
  if (rest.length > 0 && rest[0] !== CARRIAGE_RETURN) throw notUtf8({ fileName, offset, line });
}

interface Position {
  readonly fileName: string;
  readonly offset: number;
  readonly line: number;
}

/** The source in pieces of at most PIECE_BYTES; counts them against the limit. */
async function* pieces(source: FileSource, fileName: string): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of open(source, fileName)) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    total += bytes.length;
    if (total > MAX_FILE_BYTES) {
      const limit = `${MAX_FILE_BYTES / 1024 / 1024} MiB`;
      throw new UserError('limit', `${fileName}: expected at most ${limit}, found more. Split the file.`);
    }
    for (let i = 0; i < bytes.length; i += PIECE_BYTES) yield bytes.subarray(i, i + PIECE_BYTES);
  }
}

async function* open(source: FileSource, fileName: string): AsyncGenerator<Uint8Array | string> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  if (!('path' in source) || Symbol.asyncIterator in source) {
    yield* source as AsyncIterable<Uint8Array | string>;
    return;
  }
  try {
    yield* createReadStream(path.resolve(source.path));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const why = {
      ENOENT: 'there is no such file',
      EISDIR: 'this is a folder, not a file',
      EACCES: 'this file may not be read by Handful',
    }[code ?? ''];
    if (why === undefined) throw cause;
    throw new UserError('bad-file', `${fileName}: ${why} (looked for ${path.resolve(source.path)}).`, { cause });
  }
}

function refuseBinary(bytes: Uint8Array, fileName: string): void {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const kind = BINARY_KINDS.find(([magic]) => start.startsWith(magic))?.[1];
  if (kind === undefined) return;
  throw new UserError('bad-file', `${fileName}: expected a text file (CSV, TSV or JSONL), found ${kind}.`);
}

function decode(bytes: Uint8Array, position: Position): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const zero = buffer.indexOf(0);
  if (zero >= 0) {
    const { fileName, offset, line } = move(position, buffer.subarray(0, zero));
    const where = `a zero byte at byte ${offset + 1} (line ${line})`;
    throw new UserError('bad-file', `${fileName}: expected a text file (CSV, TSV or JSONL), found ${where}.`);
  }
  if (!isUtf8(buffer)) throw notUtf8(locate(buffer, position));
  return buffer.toString('utf8');
}

/** The first byte that is not UTF-8: what Node decodes to U+FFFD although no U+FFFD is there. */
function locate(buffer: Buffer, position: Position): Position {
  const text = buffer.toString('utf8');
  let offset = 0;
  for (let from = 0; ; ) {
    const at = text.indexOf('\ufffd', from);
    offset += Buffer.byteLength(text.slice(from, at));
    if (buffer.subarray(offset, offset + 3).toString('hex') !== 'efbfbd') break;
    offset += 3;
    from = at + 1;
  }
  return move(position, buffer.subarray(0, offset));
}

const move = ({ fileName, offset, line }: Position, over: Buffer): Position => ({
  fileName,
  offset: offset + over.length,
  line: line + countLineBreaks(unifyLineBreaks(over.toString('utf8'))),
});

const notUtf8 = ({ fileName, offset, line }: Position): UserError =>
  new UserError(
    'bad-file',
    `${fileName}: expected UTF-8 text, found something else at byte ${offset + 1} (line ${line}). Save it as UTF-8, in Excel as "CSV UTF-8".`,
    { details: { byte: offset + 1, line } },
  );

/** How many bytes at the end wait for the next piece: a character that is not complete, or half of a CR LF. */
function incompleteTail(bytes: Uint8Array): number {
  if (bytes.at(-1) === CARRIAGE_RETURN) return 1;
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}

const unifyLineBreaks = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
