// The door of the exports: a trained version as files that other tools read (docs/formats.md).

import { Piscina } from 'piscina';
import { type Sealed, unseal } from '../threads/protocol.js';
import type { EncoderFiles } from '../types.js';
import type { ExportedFile } from './describe.js';
import type { ModelFormat, ModelRequest } from './write-model.js';

export type { ExportedFile } from './describe.js';
export { importPeft } from './import-peft.js';
export { MODEL_FORMATS, type ModelFormat } from './write-model.js';

/** Threads run compiled code, also when the caller (a test) runs TypeScript. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/engine/export/thread.js', import.meta.url).href
  : new URL('./thread.js', import.meta.url).href;

/**
 * The files of a trained version, written in a thread of its own so that nobody waits. Throws a UserError `bad-input` that says
 * what the format cannot hold and which one can, or `damaged`.
 */
export async function exportModel(
  checkpoint: Uint8Array,
  format: ModelFormat,
  { files }: { readonly files: EncoderFiles },
): Promise<ExportedFile[]> {
  const pool = new Piscina({ filename: ENTRY, minThreads: 0, maxThreads: 1, atomics: 'disabled' });
  try {
    const request: ModelRequest = { checkpoint, format, files };
    return unseal((await pool.run(request, { name: 'write' })) as Sealed<ExportedFile[]>);
  } finally {
    await pool.destroy();
  }
}
