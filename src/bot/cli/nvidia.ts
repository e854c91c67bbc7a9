// The NVIDIA driver of this machine, asked without any library: whether a GPU waits for the native TensorFlow library.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Nvidia {
  /** Version of the driver, such as 535.104.05. */
  readonly driver: string;
  /** Name of the first GPU; null when the driver's tool is not there to tell. */
  readonly gpu: string | null;
  /** Major version of the CUDA runtime, which comes apart from the driver; null: none was found. */
  readonly cuda: number | null;
}

/** Null: no driver, so no GPU that CUDA could use. */
export function findNvidia(): Nvidia | null {
  const cuda = findCuda();
  const asked = spawnSync('nvidia-smi', ['--query-gpu=driver_version,name', '--format=csv,noheader'], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  const [driver, gpu] = (asked.status === 0 ? asked.stdout : '')
    .split('\n')[0]!
    .split(',')
    .map((part) => part.trim());
  if (driver && gpu) return { driver, gpu, cuda };
  const version = existsSync(DRIVER_FILE) ? driverVersion(readFileSync(DRIVER_FILE, 'utf8')) : null;
  return version === null ? null : { driver: version, gpu: null, cuda };
}

const DRIVER_FILE = '/proc/driver/nvidia/version';

/** From "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 …". */
export const driverVersion = (text: string): string | null =>
  /^NVRM version:.*?\s(\d+(?:\.\d+)+)/m.exec(text)?.[1] ?? null;

/** The newest CUDA runtime that the dynamic linker finds (Linux). */
function findCuda(): number | null {
  if (process.platform !== 'linux') return null;
  const known = spawnSync('ldconfig', ['-p'], { encoding: 'utf8', timeout: 10_000 }).stdout ?? '';
  const folders = [...(process.env.LD_LIBRARY_PATH ?? '').split(':'), '/usr/local/cuda/lib64'];
  const files = folders
    .filter((folder) => folder !== '' && existsSync(folder))
    .flatMap((folder) => readdirSync(folder));
  return newestCuda(`${known}\n${files.join('\n')}`);
}

export function newestCuda(libraries: string): number | null {
  const versions = [...libraries.matchAll(/\blibcudart\.so\.(\d+)/g)].map(([, major]) => Number(major));
  return versions.length === 0 ? null : Math.max(...versions);
}
