// `npm run gpu`: brings what makes Handful faster on this machine, says what it did, and tests it. package.json and the lock
// file stay as they are, so `npm ci` undoes it.
//
//   npm run gpu                        what is best for this machine
//   npm run gpu -- tensorflow          the native TensorFlow library: the official one, or else built as below
//   npm run gpu -- build [--cuda]      built over the TensorFlow wheel (Linux x86-64); --cuda: the wheel with CUDA code
//   npm run gpu -- webgpu              WebGPU: GPUs of every maker, by Vulkan, Metal or Direct3D
import { build } from './build.js';
import { buildBinding } from './gpu/build-binding.js';
import { choose, parseWords } from './gpu/choose.js';
import { fetchOfficial } from './gpu/official.js';
import { Problem } from './gpu/run.js';
import { selfTest } from './gpu/self-test.js';
import { installWebGpu } from './gpu/webgpu.js';

try {
  const words = parseWords(process.argv.slice(2));
  await build();
  const { findNvidia } = await import('../dist/bot/cli/nvidia.js');
  const machine = { platform: process.platform, arch: process.arch, nvidia: findNvidia() };
  const { way, cuda, why } = choose(words, machine);
  console.log(why);
  if (way === 'webgpu') {
    await installWebGpu();
    await report(await selfTest('webgpu'), machine);
  } else {
    await report(await tensorflow(way, cuda, machine.nvidia), machine);
  }
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}

/** The official library where it can be had and runs, else one that is built here. */
async function tensorflow(way, cuda, nvidia) {
  if (way === 'official') {
    const there = await attempt(() => selfTest('tensorflow'));
    if (there !== null && (nvidia === null || there.device === 'CUDA')) return there;
    const fetched = await attempt(async () => {
      await fetchOfficial();
      return selfTest('tensorflow');
    }, 'So the library is built here instead.');
    if (fetched !== null) return fetched;
  }
  await buildBinding({ cuda });
  return selfTest('tensorflow');
}

/** Null where it does not work out; says why when `otherwise` says what happens then. */
async function attempt(run, otherwise = null) {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (otherwise !== null) console.log(`${error.message}\n${otherwise}`);
    return null;
  }
}

async function report({ name, version, device }, { nvidia }) {
  console.log(`Self-test of ${name} passed (${version}, ${device}).`);
  const taken = await selfTest('auto');
  console.log(
    taken.name === name
      ? `Handful now runs on ${name}. \`npm run bench -- backends\` says how much faster that is here.`
      : `By itself Handful takes ${taken.name} here; HANDFUL_BACKEND=${name} takes this one.`,
  );
  if (name === 'tensorflow' && device !== 'CUDA' && nvidia !== null)
    console.log('The NVIDIA GPU is not used yet: `npx handful doctor` says what is missing.');
  console.log('`npm ci` undoes this; run it again afterwards.');
}
