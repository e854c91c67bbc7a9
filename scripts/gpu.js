// `npm run gpu`: the one install step that .npmrc switches off, for people with an NVIDIA GPU (the library also runs on the
// processor, about twice as fast as WebAssembly). It fetches the native library of @tensorflow/tfjs-node-gpu, about
// 400 MB, and says what Handful runs on afterwards.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const name = '@tensorflow/tfjs-node-gpu';

console.log(`Installing the native library of ${name} (about 400 MB) …`);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const installed = spawnSync(npm, ['rebuild', name, '--ignore-scripts=false', '--foreground-scripts'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});

await build();
const { createEngine } = await import('../dist/engine/index.js');
const engine = createEngine({ encoder: 'hashing', backend: 'auto' });
try {
  const { backend } = await engine.describe();
  if (backend.name === 'tensorflow') {
    console.log(
      'Handful now runs on the native TensorFlow library. It uses the GPU where CUDA 11 and cuDNN 8 are installed.',
    );
  } else {
    const why = backend.better.find((better) => better.name === 'tensorflow')?.why ?? 'it was not tried';
    console.log(`The native library is not there (${why}); Handful goes on with ${backend.name}.`);
    if (installed.status !== 0)
      console.log('The step above says why it could not be installed: no network, or no build for this machine.');
    process.exitCode = 1;
  }
} finally {
  await engine.close();
}
