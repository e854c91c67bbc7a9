// Every backend that runs here says in its own words that memory ran out, and we understand it; nothing is computed silently wrong.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isOutOfMemory, outOfMemory } from '../../src/engine/backend/out-of-memory.js';
import { UserError } from '../../src/engine/errors.js';
import { seal, unseal } from '../../src/engine/threads/protocol.js';

const CHILD = fileURLToPath(new URL('backend-memory-child.js', import.meta.url));

describe('running out of memory', () => {
  it.for(['cpu', 'wasm', 'tensorflow', 'webgpu'])('is noticed on %s, which computes on', async (backend, { skip }) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--no-deprecation', CHILD, backend], {
      env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
    });
    const answer = JSON.parse(stdout.split('\n').at(-1)!);
    if (answer.skipped !== undefined) {
      expect(['tensorflow', 'webgpu'], answer.skipped).toContain(backend);
      skip(answer.skipped);
    }
    for (const outcome of Object.values(answer.outcomes)) expect(outcome).toMatchObject({ outOfMemory: true });
    expect(answer.after).toBe(11);
  });

  // What GPUs say, which this machine may not have.
  it.each([
    'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[8,4] and type float on GPU:0 by allocator GPU_0_bfc',
    'RESOURCE_EXHAUSTED: failed to allocate memory',
    'WebGPU: out of memory: createBuffer failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
    'WebGPU: device lost: a reset',
    'Cannot enlarge memory arrays',
  ])('is what is meant by: %s', (message) => {
    expect(isOutOfMemory(new Error(message))).toBe(true);
  });

  it.each([
    new TypeError('Cannot read properties of undefined'),
    new RangeError('Maximum call stack size exceeded'),
    new UserError('training-failed', 'the loss is NaN'),
    new Error('Error in matMul: inner shapes (3) and (4) do not match'),
  ])('is not what is meant by: %s', (error) => {
    expect(isOutOfMemory(error)).toBe(false);
  });

  it('is known in the thread that asked, too', async () => {
    const sealed = await seal(async () => {
      throw outOfMemory({ step: 1, steps: 2, backend: 'wasm', parts: 4 }, new RangeError('full'));
    });
    const travelled = structuredClone(sealed);
    expect(() => unseal(travelled)).toThrow(/ran out of memory on the backend wasm/);
    try {
      unseal(travelled);
    } catch (error) {
      expect(isOutOfMemory(error)).toBe(true);
    }
  });
});
