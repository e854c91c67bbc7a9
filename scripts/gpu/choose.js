// Which of the ways to a faster Handful fits a machine.
import { Problem } from './run.js';

const USAGE = 'npm run gpu [-- tensorflow | webgpu | build [--cuda]]';

/** The words after `npm run gpu --`. */
export function parseWords(args) {
  const cuda = args.includes('--cuda');
  const [way = 'best', ...more] = args.filter((word) => word !== '--cuda');
  if (!['best', 'tensorflow', 'webgpu', 'build'].includes(way) || more.length > 0 || (cuda && way !== 'build')) {
    throw new Problem(`I do not know "${args.join(' ')}". Expected: ${USAGE}`, 2);
  }
  return { way, cuda };
}

/** The CUDA that the official library was built for; a newer one needs the wheel. */
const OFFICIAL_CUDA = 11;

/** `machine`: platform and arch as Node names them, nvidia as findNvidia gives it. */
export function choose({ way, cuda }, { platform, arch, nvidia }) {
  const canBuild = platform === 'linux' && arch === 'x64';
  if (way === 'webgpu') return { way, cuda: false, why: 'Installing WebGPU …' };
  if (way === 'build') {
    if (!canBuild) {
      throw new Problem(
        `The library can be built on Linux x86-64 only; this is ${platform} ${arch}. Try: npm run gpu -- webgpu`,
      );
    }
    return { way, cuda, why: `Building the binding over the TensorFlow wheel${cuda ? ' with CUDA code' : ''} …` };
  }
  if (way === 'best' && (platform === 'darwin' || arch !== 'x64')) {
    const why = `TensorFlow's library knows no GPU on ${platform} ${arch}; WebGPU does. Installing it …`;
    return { way: 'webgpu', cuda: false, why };
  }
  if (canBuild && nvidia !== null && nvidia.cuda !== null && nvidia.cuda > OFFICIAL_CUDA) {
    const why =
      `CUDA ${nvidia.cuda} is newer than the official library knows (CUDA ${OFFICIAL_CUDA}). ` +
      'Building over the TensorFlow wheel with CUDA code …';
    return { way: 'build', cuda: true, why };
  }
  const why =
    nvidia === null
      ? 'No NVIDIA driver here: the native TensorFlow library will use the processor. (For another GPU: npm run gpu -- webgpu.)'
      : `NVIDIA driver ${nvidia.driver}: the native TensorFlow library will use the GPU where CUDA and cuDNN are installed.`;
  // What is built when the official one cannot be had.
  return { way: 'official', cuda: nvidia !== null, why };
}
