// `node bench/spaces.js`: what many communities cost. Fills a store with spaces of two tasks with 40 examples each, then measures
// in fresh processes: start to ready, resuming, resident memory at rest, delay of the event loop. The real engine, no network.
//
//   node bench/spaces.js                   1,000 spaces
//   node bench/spaces.js --spaces 100      fewer
//   node bench/spaces.js --store FILE      keep the store, and use it again
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fillSpaces, TASKS } from './support/fill.js';

const { values } = parseArgs({
  options: {
    spaces: { type: 'string', default: '1000' },
    store: { type: 'string' },
    measure: { type: 'string' },
  },
});
const nameOf = (i) => `guild-${String(i).padStart(5, '0')}`;
const megabytes = () => {
  globalThis.gc();
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024);
};

if (values.measure === undefined) await main();
else await measure(values.measure, values.store);

async function main() {
  const { build } = await import('../scripts/build.js');
  await build();
  const folder = mkdtempSync(path.join(tmpdir(), 'handful-spaces-'));
  const store = values.store ?? path.join(folder, 'handful.sqlite');
  try {
    if (!existsSync(store)) await fill(store, Number(values.spaces));
    for (const mode of ['measured', 'never trained']) {
      const args = ['--expose-gc', fileURLToPath(import.meta.url), '--measure', mode, '--store', store];
      const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
      if (status !== 0) throw new Error(`measuring "${mode}" ended with ${status}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(file, spaces) {
  const started = performance.now();
  await fillSpaces(
    file,
    Array.from({ length: spaces }, (_, i) => nameOf(i)),
  );
  console.log(`filled ${spaces} spaces in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** `measured`: every task is as it was measured last. `never trained`: nothing was ever measured, so every task is due. */
async function measure(mode, file) {
  const { createEngine, openStore } = await import('../dist/engine/index.js');
  const { composeHandful } = await import('../dist/bot/compose.js');
  const { readConfig } = await import('../dist/bot/config.js');
  const { systemClock } = await import('../dist/bot/clock.js');
  const { createLog } = await import('../dist/bot/log.js');
  await import('../dist/bot/discord/start.js');
  const config = readConfig({ HANDFUL_STORE: file });
  const real = createEngine({ encoder: 'embedded', backend: 'auto' });
  // Runs are queued, none ends: what is measured is the start.
  const engine = { ...real, runCascade: () => new Promise(() => {}) };
  const opened = await openStore(file);
  const store = mode === 'measured' ? opened : { ...opened, keySpace: withoutRuns(opened) };
  const log = createLog((line) => process.stderr.write(`${line}\n`), { level: 'warn' });
  const handful = composeHandful({ config, engine, store, clock: systemClock, log });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const { workspace } = handful.services;
  const before = performance.now();
  const spaces = await workspace.spaces();
  const due = await handful.resumeAll(spaces);
  const resumed = performance.now();
  await sleep(5);
  delay.disable();
  await engine.describe();
  const ready = performance.now();
  const ms = (nanoseconds) => (nanoseconds / 1e6).toFixed(1);
  console.log(`\n${spaces.length} spaces, ${mode}: ${due} of ${TASKS.length * spaces.length} tasks due`);
  console.log(`start to ready: ${(ready / 1000).toFixed(2)} s; resuming took ${Math.round(resumed - before)} ms of it`);
  console.log(`event-loop delay while resuming: p99 ${ms(delay.percentile(99))} ms, most ${ms(delay.max)} ms`);
  console.log(`memory, ready: ${megabytes()} MB`);
  const ask = async (space) => {
    const task = await workspace.findTask(space, TASKS[0]);
    const started = performance.now();
    await handful.services.answers.ask(task, 'why was my card charged two times?');
    return performance.now() - started;
  };
  const first = await ask(spaces[0]);
  console.log(`first answer after ${Math.round(first)} ms; memory: ${megabytes()} MB`);
  const times = [];
  for (const space of spaces.slice(1, 101)) times.push(await ask(space));
  times.sort((a, b) => a - b);
  const median = Math.round(times[Math.floor(times.length / 2)] ?? 0);
  console.log(`an answer in each of ${times.length} other spaces: median ${median} ms; memory: ${megabytes()} MB`);
  await sleep(10_000);
  console.log(`memory at rest, 10 s later: ${megabytes()} MB`);
  process.exit(0);
}

/** The store as if no run had ever ended. */
function withoutRuns({ keySpace }) {
  return (namespace, schema) => {
    const keys = keySpace(namespace, schema);
    return namespace === 'run' ? { ...keys, get: async () => undefined } : keys;
  };
}
