// WebGPU through Dawn (the package `webgpu`): Vulkan, Metal or Direct3D, so GPUs of every maker. Both packages are installed on
// wish (`npm run gpu -- webgpu`).

import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import type { StartedBackend } from './started.js';

const BACKEND = '@tensorflow/tfjs-backend-webgpu';
const DAWN = 'webgpu';

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** A graphics card drawn by the processor. */
  readonly isFallbackAdapter?: boolean;
}

interface Device extends EventTarget {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

/** The part of TensorFlow.js' backend through which every value leaves the device. */
interface Readable {
  readonly device: Device;
  read: (id: object) => Promise<tf.backend_util.BackendValues>;
  readSync: (id: object) => tf.backend_util.BackendValues;
}

interface Dawn {
  readonly create: (flags: string[]) => { requestAdapter(): Promise<{ readonly info: AdapterInfo } | null> };
  readonly globals: object;
}

/** Software renderers by name, for drivers that do not say that they are one. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** `software`: also on a renderer that runs on the processor, which is many times slower than WebAssembly. */
export async function startWebGpu({ software }: { readonly software: boolean }): Promise<StartedBackend> {
  const missing = [BACKEND, DAWN].filter((name) => !isInstalled(name));
  if (missing.length > 0)
    throw new Error(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not installed`);
  const { create, globals } = (await import(DAWN)) as Dawn;
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null)
    throw new Error('no graphics adapter answers (no GPU, or no driver for Vulkan, Metal or Direct3D)');
  const name = nameOf(adapter.info);
  if (!software && (adapter.info.isFallbackAdapter === true || SOFTWARE.test(`${name} ${adapter.info.architecture}`)))
    throw new Error(`the only graphics adapter is a software renderer (${name}), slower than WebAssembly`);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  await import(BACKEND);
  if (!(await tf.setBackend('webgpu'))) throw new Error(`the graphics adapter ${name} gives no device`);
  failWithDevice(tf.backend() as unknown as Readable);
  const { version } = createRequire(import.meta.url)(`${BACKEND}/package.json`) as { version: string };
  return { version: `WebGPU ${version}`, device: name };
}

const watched = new WeakSet<Device>();

/** Values are only handed out when nothing failed on the way to them: a failed buffer reads as if nothing had happened. */
function failWithDevice(backend: Readable): void {
  const { device } = backend;
  if (watched.has(device)) return;
  watched.add(device);
  let failed: Error | null = null;
  device.addEventListener('uncapturederror', (event) => {
    const { error } = event as Event & { readonly error: { readonly message: string } };
    // It is thrown by us, so it need not be printed too.
    event.preventDefault();
    const kind = error.constructor.name === 'GPUOutOfMemoryError' ? 'out of memory: ' : '';
    failed ??= new Error(`WebGPU: ${kind}${error.message}`);
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') failed = new Error(`WebGPU: device lost: ${message}`);
  });
  const { read, readSync } = backend;
  const checked = <T>(values: T): T => {
    const error = failed;
    failed = null;
    if (error !== null) throw error;
    return values;
  };
  backend.read = async (id) => checked(await read.call(backend, id));
  backend.readSync = (id) => checked(readSync.call(backend, id));
}

const nameOf = ({ description, device, vendor, architecture }: AdapterInfo): string =>
  description || device || [vendor, architecture].filter((part) => part !== '').join(' ') || 'without a name';

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (error) {
    // A package that lets itself only be imported is there all the same.
    return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
