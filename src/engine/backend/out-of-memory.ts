// Which errors mean that memory ran out. Every backend says it in its own words.

import { isUserError, UserError } from '../errors.js';

const SIGNS: readonly RegExp[] = [
  // TensorFlow
  /RESOURCE_EXHAUSTED|ResourceExhausted|OOM when allocating|std::bad_alloc|CUDA_ERROR_OUT_OF_MEMORY/,
  // WebGPU: a buffer that could not be had, or a device that gave up
  /out of memory|OUT_OF_(?:DEVICE|HOST)_MEMORY|exceeds the max buffer size|device (?:is |was )?lost/i,
  // WebAssembly; a module that runs full inside a kernel aborts, for good
  /memory access out of bounds|Cannot enlarge memory|WebAssembly\.Memory\.grow|^Aborted\(/,
  // JavaScript
  /Array buffer allocation failed|Invalid (?:typed array|array buffer) length|Invalid array length/,
];

export function isOutOfMemory(error: unknown): boolean {
  if (isUserError(error)) return error.details.outOfMemory === true;
  const text = error instanceof Error ? error.message : String(error);
  return SIGNS.some((sign) => sign.test(text));
}

/** The step was tried with ever fewer texts at a time, and even the fewest do not fit. `isOutOfMemory` knows it in every thread. */
export const outOfMemory = (facts: { step: number; steps: number; backend: string; parts: number }, cause: unknown) =>
  new UserError(
    'training-failed',
    `Training ran out of memory on the backend ${facts.backend} at step ${facts.step} of ${facts.steps}, with the step in ` +
      `${facts.parts} parts too. Nothing was changed. Close other programs, or set HANDFUL_THREADS=1 and train again.`,
    { details: { outOfMemory: true, ...facts }, cause },
  );
