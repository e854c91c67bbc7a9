// The emulator of Discord that the tests use, compiled for a benchmark.

import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export async function loadEmulator() {
  const folder = fileURLToPath(new URL('../../node_modules/.cache/handful/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const outfile = `${folder}discord-emulator.mjs`;
  const entry = fileURLToPath(new URL('../../test/support/discord/index.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
  });
  return import(pathToFileURL(outfile).href);
}
