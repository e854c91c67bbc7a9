// Which TensorFlow.js backend runs here: the fastest that works, and for each better one why it does not.
// Called once in each engine thread; the main thread never loads TensorFlow.js.

import * as tf from '@tensorflow/tfjs';
import type { StartedBackend } from './backend/started.js';
import { startTensorFlow } from './backend/tensorflow.js';
import { startWasm } from './backend/wasm.js';
import { startWebGpu } from './backend/webgpu.js';
import { UserError } from './errors.js';
import type { BackendDescription, EngineOptions } from './types.js';

export type BackendName = BackendDescription['name'];

/** Fastest first. */
const ORDER: readonly BackendName[] = ['tensorflow', 'webgpu', 'wasm', 'cpu'];

/** `forced`: somebody asked for this one, so it may be a slow kind of it. */
const START: Readonly<Record<BackendName, (forced: boolean) => Promise<StartedBackend>>> = {
  tensorflow: startTensorFlow,
  webgpu: (forced) => startWebGpu({ software: forced }),
  wasm: startWasm,
  cpu: async () => {
    await tf.setBackend('cpu');
    return { version: `TensorFlow.js ${tf.version['tfjs-core']}`, device: 'processor, plain JavaScript' };
  },
};

/** Installs what a backend lacks; a graphics adapter that is not there cannot be installed. */
const HELP: Readonly<Record<BackendName, string>> = {
  tensorflow: 'npm run gpu',
  webgpu: 'npm run gpu -- webgpu',
  wasm: 'npm ci',
  cpu: '',
};

/** Starts the wanted backend; `auto` tries all of them in order. Throws a UserError when a forced one does not run. */
export async function startBackend(wanted: EngineOptions['backend']): Promise<BackendDescription> {
  const better: { name: string; why: string; help: string }[] = [];
  const forced = wanted !== 'auto';
  for (const name of forced ? [wanted] : ORDER) {
    try {
      const started = await START[name](forced);
      await tf.ready();
      await checkArithmetic();
      return { name, ...started, better };
    } catch (error) {
      const why = firstLine(error);
      const help = name === 'webgpu' && !why.endsWith('not installed') ? '' : HELP[name];
      if (forced) {
        const todo = help === '' ? ' Use' : ` Try: ${help}; or use`;
        throw new UserError(
          'bad-configuration',
          `HANDFUL_BACKEND=${name} does not run here: ${why}.${todo} HANDFUL_BACKEND=auto.`,
          { cause: error },
        );
      }
      better.push({ name, why, help });
    }
  }
  throw new Error(`no TensorFlow.js backend runs here: ${better.map(({ name, why }) => `${name}: ${why}`).join('; ')}`);
}

/**
 * Where a thread goes on when the memory of its backend does not suffice: the next one that runs here with memory of its own.
 * A software renderer is passed over; plain JavaScript comes last. Null: there is none. Nothing is started.
 */
export function nextBackendDown(current: BackendName): BackendName | null {
  if (current === 'tensorflow' || current === 'webgpu') return 'wasm';
  return current === 'wasm' ? 'cpu' : null;
}

/** A backend that computes a product wrongly, or not at all, is no backend. */
async function checkArithmetic(): Promise<void> {
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
  const value = (await product.data())[0];
  product.dispose();
  if (value !== 11) throw new Error(`computed 1·3 + 2·4 = ${value}`);
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
