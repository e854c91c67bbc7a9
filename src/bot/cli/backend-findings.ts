// What `handful doctor` says about the backend: which one runs, with versions; why each better one does not; whether it would pay.

import type { BackendDescription } from '../../engine/index.js';
import type { Config } from '../config.js';
import type { Finding } from './finding.js';
import type { Nvidia } from './nvidia.js';

/** A LoRA step of 32 texts on two cores of an AMD EPYC, against WebAssembly (npm run bench -- backends). */
const NATIVE_SPEEDUP = '3 to 4 times';

/** `wanted`: what the configuration asked for. */
export function backendFindings(
  { name, version, device, better }: BackendDescription,
  wanted: Config['backend'],
  nvidia: Nvidia | null,
): Finding[] {
  const facts = [version, device].filter((fact) => fact !== undefined).join(', ');
  const others = better.map((other) => betterFinding(other, nvidia));
  return [
    {
      mark: others.some(({ mark }) => mark === '~') ? '~' : '✓',
      text: `backend ${name}${facts === '' ? '' : ` (${facts})`}`,
    },
    ...others,
    ...(wanted === 'auto' ? [] : [{ mark: '–', text: `  others were not tried: HANDFUL_BACKEND=${wanted}` } as const]),
    ...(name === 'tensorflow' && device !== 'CUDA' && nvidia !== null ? [idleGpu(nvidia)] : []),
  ];
}

function betterFinding({ name, why, help }: BackendDescription['better'][number], nvidia: Nvidia | null): Finding {
  const todo = help === '' ? '' : ` → ${help}`;
  if (name === 'tensorflow') {
    const gain =
      nvidia === null
        ? `trains ${NATIVE_SPEEDUP} as fast as WebAssembly on a processor`
        : `would use the NVIDIA GPU${named(nvidia)}`;
    return { mark: '~', text: `  tensorflow ${gain}: ${why}${todo}` };
  }
  // Whether there is a GPU is not known before WebGPU is installed, so nothing is promised.
  if (name === 'webgpu') return { mark: '–', text: `  webgpu, for a GPU of any maker: ${why}${todo}` };
  return { mark: '~', text: `  ${name} would be faster: ${why}${todo}` };
}

/** The library runs, but not on the GPU that is there. */
function idleGpu(nvidia: Nvidia): Finding {
  const [why, help] =
    nvidia.cuda === null
      ? ['no CUDA runtime was found', 'install CUDA and cuDNN, then: npm run gpu']
      : [
          `CUDA ${nvidia.cuda} or its cuDNN does not fit the library`,
          'npm run gpu -- build --cuda (CUDA 12 and cuDNN 8)',
        ];
  return { mark: '~', text: `  the NVIDIA GPU${named(nvidia)} is not used: ${why} → ${help}` };
}

const named = ({ gpu, driver }: Nvidia): string => ` (${gpu === null ? '' : `${gpu}, `}driver ${driver})`;
