// Which TensorFlow.js backend runs here: the fastest that works, and for each better one why it does not.
// Called once in each engine thread; the main thread never loads TensorFlow.js.

import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { UserError } from './errors.js';
import type { BackendDescription, EngineOptions } from './types.js';

type BackendName = BackendDescription['name'];

/** Fastest first. */
const ORDER: readonly BackendName[] = ['tensorflow', 'webgpu', 'wasm', 'cpu'];

const START: Readonly<Record<BackendName, () => Promise<void>>> = {
  tensorflow: startTensorFlow,
  webgpu: startWebGpu,
  wasm: startWasm,
  cpu: async () => {
    await tf.setBackend('cpu');
  },
};

const HELP: Readonly<Record<BackendName, string>> = {
  tensorflow: 'npm run gpu',
  webgpu: 'npm install @tensorflow/tfjs-backend-webgpu webgpu',
  wasm: 'npm ci',
  cpu: '',
};

/** Starts the wanted backend; `auto` tries all of them in order. Throws a UserError when a forced one does not run. */
export async function startBackend(wanted: EngineOptions['backend']): Promise<BackendDescription> {
  const better: { name: string; why: string; help: string }[] = [];
  for (const name of wanted === 'auto' ? ORDER : [wanted]) {
    try {
      await START[name]();
      await tf.ready();
      await checkArithmetic();
      return { name, better };
    } catch (error) {
      const why = firstLine(error);
      if (wanted !== 'auto') {
        const help = HELP[name] === '' ? '' : ` Try: ${HELP[name]}; or`;
        throw new UserError(
          'bad-configuration',
          `HANDFUL_BACKEND=${name} does not run here: ${why}.${help} use HANDFUL_BACKEND=auto.`,
          { cause: error },
        );
      }
      better.push({ name, why, help: HELP[name] });
    }
  }
  throw new Error(`no TensorFlow.js backend runs here: ${better.map(({ name, why }) => `${name}: ${why}`).join('; ')}`);
}

async function startTensorFlow(): Promise<void> {
  // tfjs-node calls two functions that Node 23 removed from util.
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
  const require = createRequire(import.meta.url);
  const name = '@tensorflow/tfjs-node-gpu';
  let folder: string;
  try {
    folder = path.dirname(require.resolve(`${name}/package.json`));
  } catch {
    throw new Error(`${name} is not installed`);
  }
  // Looked for first: importing the package without its library takes half a second and prints a page of advice.
  const library = path.join(folder, 'lib');
  const binding =
    existsSync(library) && readdirSync(library, { recursive: true }).some((file) => String(file).endsWith('.node'));
  if (!binding) throw new Error('its native library is not installed');
  await import(name);
  await tf.setBackend('tensorflow');
}

async function startWebGpu(): Promise<void> {
  const [backend, dawn] = ['@tensorflow/tfjs-backend-webgpu', 'webgpu'];
  let create: (flags: string[]) => unknown;
  try {
    const module = (await import(dawn)) as { create: typeof create; globals: object };
    create = module.create;
    Object.assign(globalThis, module.globals);
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
    await import(backend);
  } catch (error) {
    throw new Error(`${backend} and ${dawn} are not installed`, { cause: error });
  }
  if (!(await tf.setBackend('webgpu'))) throw new Error('no graphics adapter answers');
}

async function startWasm(): Promise<void> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  wasm.setWasmPaths(path.join(path.dirname(entry), 'dist', path.sep));
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly module did not start');
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
