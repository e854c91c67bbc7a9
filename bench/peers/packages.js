// The packages of the peers. They are installed in this folder (`npm run bench -- peers --install`), or in the folder that
// HANDFUL_BENCH_PEERS names; never with Handful.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const PEERS_FOLDER = fileURLToPath(new URL('.', import.meta.url));

const folder = () => path.resolve(process.env.HANDFUL_BENCH_PEERS ?? PEERS_FOLDER);

/** Whether the packages are installed. */
export const areInstalled = () => existsSync(path.join(folder(), 'node_modules'));

/**
 * A package as its default export, or its names where it has none; throws when it is not installed.
 * @param {string} name
 * @param {string} [entry] a file of the package, where an import takes another one than require does
 */
export async function load(name, entry) {
  const file =
    entry === undefined
      ? createRequire(path.join(folder(), 'package.json')).resolve(name)
      : path.join(folder(), 'node_modules', name, entry);
  const module = await import(pathToFileURL(file).href);
  return module.default ?? module;
}

/** Version of an installed package, or null. @param {string} name */
export function versionOf(name) {
  const file = path.join(folder(), 'node_modules', name, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null;
}
