// The native TensorFlow library, through @tensorflow/tfjs-node-gpu: CUDA on an NVIDIA GPU, else every core of the processor.
// The package is an optional dependency; its library comes with `npm run gpu`.

import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import type { StartedBackend } from './started.js';

const PACKAGE = '@tensorflow/tfjs-node-gpu';

/** What tfjs-node's backend says beyond the common contract. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

export async function startTensorFlow(): Promise<StartedBackend> {
  // tfjs-node calls two functions that Node 23 removed from util.
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
  let folder: string;
  try {
    folder = path.dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  } catch {
    throw new Error(`${PACKAGE} is not installed`);
  }
  // Looked for first: importing the package without its library takes half a second and prints a page of advice.
  const library = path.join(folder, 'lib');
  const binding =
    existsSync(library) && readdirSync(library, { recursive: true }).some((file) => String(file).endsWith('.node'));
  if (!binding) throw new Error('its native library is not installed');
  await import(PACKAGE);
  await tf.setBackend('tensorflow');
  const { isUsingGpuDevice, binding: native } = tf.backend() as unknown as NativeBackend;
  return { version: `TensorFlow ${native.TF_Version}`, device: isUsingGpuDevice ? 'CUDA' : 'processor' };
}
