// The official library of @tensorflow/tfjs-node-gpu (about 400 MB), by the package's own install script, which .npmrc switches
// off for everybody else.
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { captured, Problem } from './run.js';
import { ensureTfjsNode, TFJS_NODE } from './tfjs-node.js';

const TIMEOUT_MS = 15 * 60_000;

export async function fetchOfficial() {
  const folder = ensureTfjsNode();
  console.log(`Fetching the official library of ${TFJS_NODE} (about 400 MB) …`);
  // The script begins with deleting what was there; a library that runs is kept until the new one is.
  const kept = ['deps', 'lib'].map((name) => path.join(folder, name)).filter(existsSync);
  for (const old of kept) renameSync(old, `${old}.old`);
  const args = ['rebuild', TFJS_NODE, '--ignore-scripts=false', '--foreground-scripts'];
  const { ok, printed } = captured('npm', args, { timeout: TIMEOUT_MS });
  if (ok && existsSync(path.join(folder, 'lib'))) {
    for (const old of kept) rmSync(`${old}.old`, { recursive: true, force: true });
    return;
  }
  for (const old of kept) {
    rmSync(old, { recursive: true, force: true });
    renameSync(`${old}.old`, old);
  }
  const why = /^\s*(?:\w+Error|Error): (.+)$/m.exec(printed)?.[1] ?? printed.trim().split('\n').at(-1);
  throw new Problem(`The official library could not be fetched: ${why}`);
}
