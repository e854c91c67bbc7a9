// `npm run bench -- backends`: one LoRA step (32 texts of the shipped sample) and the encoding of those texts on every backend that
// runs here, and how many times faster than WebAssembly each is. Backends take turns, each in a process of its own.
//
//   npm run bench -- backends                          all four
//   npm run bench -- backends --only wasm,tensorflow   some of them
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'cpu,wasm,webgpu,tensorflow' },
    rounds: { type: 'string', default: '3' },
    measure: { type: 'string' },
  },
});
const TEXTS = 32;
/** Of one process: more steps only while they take less than this. */
const MOST_STEPS = 12;
const ENOUGH_MS = 5000;

if (values.measure === undefined) await main();
else await measure(values.measure);

async function main() {
  const { build } = await import('../scripts/build.js');
  await build();
  const names = values.only.split(',');
  const found = new Map();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of names) {
      const measured = inProcess(name);
      if ('skipped' in measured) {
        if (round === 0) console.log(`${name}: ${measured.skipped}`);
        continue;
      }
      const { steps, encodes } = found.get(name) ?? { steps: [], encodes: [] };
      found.set(name, {
        ...measured,
        steps: [...steps, ...measured.steps],
        encodes: [...encodes, ...measured.encodes],
      });
    }
  }
  console.log(`${cpus().length} × ${cpus()[0].model}, ${TEXTS} texts, medians of ${values.rounds} rounds`);
  const wasm = found.get('wasm');
  for (const [name, { version, device, steps, encodes }] of found) {
    const times = (own, base) => (base === undefined ? '' : ` (${(median(base) / median(own)).toFixed(1)} ×)`);
    console.log(
      `${name} (${version}, ${device}): LoRA step ${median(steps).toFixed(0)} ms${times(steps, wasm?.steps)}, ` +
        `encoding ${median(encodes).toFixed(0)} ms${times(encodes, wasm?.encodes)}`,
    );
  }
}

function inProcess(name) {
  const args = ['--no-deprecation', fileURLToPath(import.meta.url), '--measure', name];
  const env = { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`measuring ${name} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout.split('\n').at(-1));
}

/** Times after one step and one encoding to warm up, as JSON. */
async function measure(name) {
  const { startBackend } = await import('../dist/engine/backend.js');
  const answer = await startBackend(name).then(time, (error) => ({ skipped: error.message }));
  // A device keeps a process alive.
  process.stdout.write(JSON.stringify(answer), () => process.exit(0));
}

async function time({ version, device }) {
  const { createUseLite } = await import('../dist/engine/encoders/use-lite.js');
  const { createRng } = await import('../dist/engine/random.js');
  const { tuneConfigSchema } = await import('../dist/engine/train/tune-config.js');
  const { tuneEncoder } = await import('../dist/engine/train/tune-encoder.js');
  const { TUNERS } = await import('../dist/engine/tuners/index.js');
  const { tunerOptions } = await import('../dist/engine/tuners/options.js');
  const rows = readFileSync(new URL('../data/samples/support/train.jsonl', import.meta.url), 'utf8')
    .split('\n', TEXTS)
    .map((line) => JSON.parse(line));
  const texts = rows.map(({ text }) => text);
  const names = [...new Set(rows.map(({ label }) => label))];
  const encoder = await createUseLite();
  const tuner = TUNERS.lora.create(encoder, tunerOptions.lora.parse({}), createRng(0, 'lora'));

  const encodes = await times(() => encoder.encode(texts));
  const steps = [];
  const enough = new AbortController();
  let started = performance.now();
  const begun = started;
  const training = tuneEncoder({
    encoder,
    tuner,
    texts,
    labels: Int32Array.from(rows, ({ label }) => names.indexOf(label)),
    classes: names.length,
    config: tuneConfigSchema.parse({ epochs: MOST_STEPS, batchSize: TEXTS, patience: MOST_STEPS }),
    rng: createRng(0, 'batches'),
    signal: enough.signal,
    onStep: ({ step }) => {
      const now = performance.now();
      if (step > 1) steps.push(now - started);
      if (step > 1 && now - begun > ENOUGH_MS) enough.abort();
      started = performance.now();
    },
  });
  await training.catch((error) => {
    if (!enough.signal.aborted) throw error;
  });
  return { version, device, steps, encodes };
}

async function times(run) {
  const taken = [];
  const begun = performance.now();
  for (let i = 0; i < MOST_STEPS && (i < 2 || performance.now() - begun < ENOUGH_MS); i++) {
    const started = performance.now();
    await run();
    if (i > 0) taken.push(performance.now() - started);
  }
  return taken;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
