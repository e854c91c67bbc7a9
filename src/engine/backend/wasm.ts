// WebAssembly with SIMD, the floor that runs wherever Node does: one thread, at most 4 GB.

import { createRequire } from 'node:module';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { StartedBackend } from './started.js';

/** The part of the compiled module that hands out memory; it is the same object for the life of the thread. */
interface WasmModule {
  _malloc: (bytes: number) => number;
  readonly _free: (address: number) => void;
}

/** Its addresses have 32 bits; a larger number of bytes would lose its upper ones. */
const MOST_BYTES = 2 ** 32;

const guarded = new WeakSet<WasmModule>();

export async function startWasm(): Promise<StartedBackend> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  wasm.setWasmPaths(path.join(path.dirname(entry), 'dist', path.sep));
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module did not start');
  failWhenFull((tf.backend() as unknown as { readonly wasm: WasmModule }).wasm);
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return { version: `WebAssembly ${wasm.version_wasm}`, device: simd ? 'processor, SIMD' : 'processor, no SIMD' };
}

/**
 * When its memory is full the module hands out address 0, and the backend would write the tensor there, over the module's own
 * data: numbers would go wrong without a word. Here it is an error.
 */
function failWhenFull(module: WasmModule): void {
  if (guarded.has(module)) return;
  guarded.add(module);
  // The first call replaces the function by the compiled one.
  module._free(module._malloc(8));
  const allocate = module._malloc;
  module._malloc = (bytes) => {
    const address = bytes < MOST_BYTES ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) throw new RangeError(`WebAssembly is out of memory (${bytes} bytes asked for)`);
    return address;
  };
}
