// Builds the native binding of @tensorflow/tfjs-node-gpu: its own C++ sources, compiled against libtensorflow out of the
// TensorFlow wheel. For people who cannot reach the official library, and for CUDA 12, which the official one does not know.
//
// The wheel is only unpacked, never installed, so the version of the local Python does not matter. What comes from where:
//   npm  @tensorflow/tfjs-node-gpu          JavaScript and C++ sources of the binding
//   npm  node-api-headers                   node_api.h
//   pip  tensorflow-cpu, or tensorflow      libtensorflow_cc.so.2 with the whole C API, and its headers
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { output, Problem, runs } from './run.js';
import { ensureTfjsNode, TFJS_NODE } from './tfjs-node.js';

const TENSORFLOW = '2.15.1';
const HEADERS = 'node-api-headers@1.9.0';
/** Node-API version when the package's loader does not say which it looks for. */
const NODE_API = '8';

/** `cuda`: the wheel whose code runs on a GPU where CUDA 12 and cuDNN 8 are installed, and on the processor elsewhere. */
export async function buildBinding({ cuda }) {
  checkTools();
  const folder = ensureTfjsNode();
  const temporary = mkdtempSync(path.join(tmpdir(), 'handful-gpu-'));
  // Beside the old build, so that it can take its place by a rename.
  const fresh = path.join(folder, '.new');
  rmSync(fresh, { recursive: true, force: true });
  try {
    const wheel = downloadWheel(cuda ? 'tensorflow' : 'tensorflow-cpu', temporary);
    console.log('Unpacking its libraries and headers …');
    unpack(wheel, path.join(fresh, 'deps'));
    console.log('Compiling the binding …');
    const target = bindingPath(folder);
    compile({ folder, fresh, headers: nodeApiHeaders(temporary), target });
    for (const old of ['deps', 'lib']) rmSync(path.join(folder, old), { recursive: true, force: true });
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(path.join(fresh, 'deps'), path.join(folder, 'deps'));
    renameSync(path.join(fresh, path.basename(target)), target);
    console.log(`Built the binding over TensorFlow ${TENSORFLOW}${cuda ? ' with CUDA code' : ''}.`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

function checkTools() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Problem(
      `The binding can be built on Linux x86-64 only; this is ${process.platform} ${process.arch}. Try: npm run gpu -- webgpu`,
    );
  }
  const missing = [
    [output('python3', ['--version']) === null, 'python3'],
    [output('python3', ['-m', 'pip', '--version']) === null, 'pip of python3'],
    [output('g++', ['--version']) === null, 'g++'],
    [output('tar', ['--version']) === null, 'tar'],
  ].flatMap(([isMissing, name]) => (isMissing ? [name] : []));
  if (missing.length > 0) {
    throw new Problem(
      `Building needs ${missing.join(', ')}, which ${missing.length > 1 ? 'are' : 'is'} not here. Install ` +
        '(Debian and Ubuntu: apt install python3 python3-pip g++ tar) and run this again.',
    );
  }
}

function downloadWheel(name, temporary) {
  console.log(`Fetching the wheel ${name} ${TENSORFLOW} (${name === 'tensorflow' ? 475 : 207} MB) …`);
  const platforms = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64'].flatMap((tag) => ['--platform', tag]);
  const python = ['--only-binary=:all:', '--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311'];
  const args = [
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    ...python,
    ...platforms,
  ];
  if (!runs('python3', [...args, '-d', temporary, `${name}==${TENSORFLOW}`])) {
    throw new Problem(
      `pip could not fetch ${name}==${TENSORFLOW} (above: no network to its registry, or a full disk).`,
    );
  }
  return path.join(
    temporary,
    readdirSync(temporary).find((file) => file.endsWith('.whl')),
  );
}

function unpack(wheel, deps) {
  const script = fileURLToPath(new URL('unpack-wheel.py', import.meta.url));
  if (!runs('python3', [script, wheel, deps])) throw new Problem('The wheel could not be unpacked (see above).');
  // The names by which the binding links and loads them.
  const lib = path.join(deps, 'lib');
  symlinkSync('libtensorflow_cc.so.2', path.join(lib, 'libtensorflow.so.2'));
  symlinkSync('libtensorflow.so.2', path.join(lib, 'libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', path.join(lib, 'libtensorflow_framework.so'));
}

function nodeApiHeaders(temporary) {
  const args = ['pack', '--silent', HEADERS, '--pack-destination', temporary];
  const archive = output('npm', args)?.split('\n').at(-1);
  if (!archive || !runs('tar', ['xzf', path.join(temporary, archive), '-C', temporary])) {
    throw new Problem(`npm could not fetch ${HEADERS}.`);
  }
  return path.join(temporary, 'package/include');
}

/** Where the package's own loader looks for the binding. */
function bindingPath(folder) {
  const finder = createRequire(path.join(folder, 'package.json'))('@mapbox/node-pre-gyp');
  return finder.find(path.join(folder, 'package.json'));
}

function compile({ folder, fresh, headers, target }) {
  const api = /napi-v(\d+)/.exec(target)?.[1] ?? NODE_API;
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(folder, 'binding', file));
  if (!sources.every(existsSync)) throw new Problem(`${TFJS_NODE} came without its C++ sources. Try: npm ci`);
  const [include, lib] = ['include', 'lib'].map((name) => path.join(fresh, 'deps', name));
  const flags = [
    '-std=c++14',
    '-O2',
    '-fPIC',
    '-shared',
    '-w',
    `-DNAPI_VERSION=${api}`,
    `-I${headers}`,
    `-I${include}`,
  ];
  const link = [`-L${lib}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  if (!runs('g++', [...flags, ...sources, '-o', path.join(fresh, path.basename(target)), ...link])) {
    throw new Problem('The binding did not compile (see above); it needs a g++ that knows C++14.');
  }
}
