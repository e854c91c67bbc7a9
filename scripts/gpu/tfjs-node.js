// The npm package whose native library all this is about.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Problem, root, runs } from './run.js';

export const TFJS_NODE = '@tensorflow/tfjs-node-gpu';

/** The version of TensorFlow.js that Handful runs, and so that of its backends. */
export const tfjsVersion = () =>
  JSON.parse(readFileSync(path.join(root, 'node_modules/@tensorflow/tfjs-core/package.json'), 'utf8')).version;

/** The package's folder. npm leaves an optional package out where it did not install; it is put back as npm would have. */
export function ensureTfjsNode() {
  const folder = path.join(root, 'node_modules', TFJS_NODE);
  if (!existsSync(path.join(folder, 'package.json'))) {
    console.log(`Installing ${TFJS_NODE} …`);
    installWithoutSaving([`${TFJS_NODE}@${tfjsVersion()}`]);
  }
  return folder;
}

/** Packages beside those of package.json, which stays as it is. */
export function installWithoutSaving(packages) {
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages];
  if (!runs('npm', args)) throw new Problem(`npm could not install ${packages.join(' and ')} (see above).`);
}
