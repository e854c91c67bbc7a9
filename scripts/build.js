// Compiles src/**/*.ts to dist/ with esbuild, file by file (types are checked by `npm run types`), and only when a source
// file is newer than the last build, so that a second start costs a few milliseconds.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const source = path.join(root, 'src');
const target = path.join(root, 'dist');
const stamp = path.join(target, '.built');

/** Compile when needed; resolves to whether anything was compiled. */
export async function build({ force = false } = {}) {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const newest = Math.max(...files.map((file) => statSync(path.join(source, file)).mtimeMs));
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs > newest) return false;
  const { build: compile } = await import('esbuild');
  // Compiled aside and moved in file by file: another Handful may be running from here, or building too.
  const aside = `${target}-${process.pid}`;
  try {
    await compile({
      entryPoints: files.filter((file) => file.endsWith('.ts')).map((file) => path.join(source, file)),
      outbase: source,
      outdir: aside,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: true,
      logLevel: 'warning',
    });
    const compiled = new Set(filesIn(aside));
    for (const file of compiled) {
      mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
      renameSync(path.join(aside, file), path.join(target, file));
    }
    for (const file of filesIn(target)) if (!compiled.has(file)) rmSync(path.join(target, file), { force: true });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  writeFileSync(stamp, '');
  return true;
}

/** Paths of the files below a folder, relative to it. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(path.join(folder, file)).isFile(),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build({ force: true });
