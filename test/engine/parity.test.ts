// Every backend that this machine offers computes what plain JavaScript computes: vectors, the losses of training steps (each
// depends on the gradients before it), and the vectors of the encoder that came out. Real weights, real LoRA, a process each.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../support/numbers.js';

interface Computed {
  readonly name: string;
  readonly vectors: readonly number[];
  readonly losses: readonly number[];
  readonly tuned: readonly number[];
}

const TOLERANCE = 1e-4;
/** A software renderer takes minutes for what others do in seconds. */
const TIMEOUT_MS = 600_000;
const CHILD = fileURLToPath(new URL('parity-child.js', import.meta.url));

async function compute(backend: string): Promise<Computed | { readonly skipped: string }> {
  const env = { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env };
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-deprecation', CHILD, backend], {
    env,
    maxBuffer: 1e8,
    timeout: TIMEOUT_MS,
  });
  return JSON.parse(stdout.split('\n').at(-1)!);
}

let reference: Promise<Computed> | null = null;

async function plainJavaScript(): Promise<Computed> {
  reference ??= compute('cpu').then((computed) => {
    if ('skipped' in computed) throw new Error(computed.skipped);
    return computed;
  });
  return reference;
}

/** Largest difference, as a share of the largest number. */
const relativeDifference = (actual: readonly number[], expected: readonly number[]): number =>
  largestDifference(actual, expected) / Math.max(...expected.map(Math.abs));

describe('the same inference and the same training', () => {
  it('on plain JavaScript moves the encoder, so that there is something to compare', async () => {
    const { vectors, losses, tuned } = await plainJavaScript();
    expect(losses.length).toBe(3);
    expect(losses[2]!).toBeLessThan(losses[0]!);
    expect(relativeDifference(tuned, vectors)).toBeGreaterThan(100 * TOLERANCE);
  });

  it.for(['wasm', 'tensorflow', 'webgpu'])(
    'on %s as on plain JavaScript',
    { timeout: TIMEOUT_MS },
    async (backend, { skip }) => {
      const computed = await compute(backend);
      if ('skipped' in computed) {
        // WebAssembly runs wherever Node does.
        expect(backend, computed.skipped).not.toBe('wasm');
        skip(computed.skipped);
        return;
      }
      const expected = await plainJavaScript();
      expect(computed.name).toBe(backend);
      for (const part of ['vectors', 'losses', 'tuned'] as const)
        expect(relativeDifference(computed[part], expected[part]), part).toBeLessThan(TOLERANCE);
    },
  );
});
