// `npm run bench -- encoders --encoder FOLDER|HUB-ID`: an encoder of the BERT family here. Frozen vectors of the shipped samples by
// ONNX Runtime against transformers.js alone on the same file, taking turns; what loading takes; the same network in TensorFlow.js:
// its vectors, its speed, and a LoRA step on 32 texts. `--part frozen` or `--part tuned` measures one of them.
//
//   npm run bench -- encoders --encoder sentence-transformers/all-MiniLM-L6-v2 [--texts 312] [--rounds 5] [--threads 1] [--part …]
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.js';
import { percentile } from './support/figures.js';

const { values } = parseArgs({
  options: {
    encoder: { type: 'string', default: process.env.HANDFUL_ENCODER ?? '' },
    texts: { type: 'string', default: '312' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string' },
    batch: { type: 'string', default: '16' },
    part: { type: 'string' },
  },
});
await build();
const from = (file) => import(`../dist/engine/${file}.js`);
const { createBertEncoder, createTunableBert, fetchBert, isBertName } = await from('encoders/bert/index');
if (!isBertName(values.encoder)) {
  console.error(`Expected --encoder with a folder or a hub id (owner/name), not "${values.encoder}".`);
  process.exit(2);
}
const rounds = Number(values.rounds);
const threads = values.threads === undefined ? undefined : Number(values.threads);
const texts = ['support', 'community', 'support-zh']
  .flatMap((sample) =>
    ['train', 'test'].map((part) => new URL(`../data/samples/${sample}/${part}.jsonl`, import.meta.url)),
  )
  .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line).text)
  .slice(0, Number(values.texts));

const home = process.env.HANDFUL_HOME ?? path.join(homedir(), '.handful');
const files = { home, hub: process.env.HF_ENDPOINT ?? null };
const folder = await timed('reading the folder', () => fetchBert(values.encoder, files));
console.log(`${folder.onnx ?? 'no ONNX file'}, ${folder.sentence.pooling} pooling, ${texts.length} texts`);

let frozenVectors = null;
if (values.part !== 'tuned') frozenVectors = await measureFrozen();
if (values.part !== 'frozen') await measureTuned();

async function measureFrozen() {
  const encoder = await timed('loading the frozen encoder', () => createBertEncoder(folder, { threads }));
  const vectors = await encoder.encode(texts);
  if (folder.onnx === null) return vectors;
  const alone = await transformersJs();
  await alone(texts.slice(0, 32));
  const ratios = [];
  for (let round = 0; round < rounds; round++) {
    const [ours, theirs] = [
      await textsPerSecond(() => encoder.encode(texts)),
      await textsPerSecond(() => alone(texts)),
    ];
    ratios.push(ours / theirs);
    console.log(`frozen: ${ours.toFixed(1)} texts/s, transformers.js alone: ${theirs.toFixed(1)}`);
  }
  console.log(`frozen against transformers.js alone: ${percentile(ratios, 0.5).toFixed(2)} × (median of ${rounds})`);
  return vectors;
}

/** Its own pipeline, in batches of texts as they come. */
async function transformersJs() {
  const { env, pipeline } = await import('@xenova/transformers');
  env.allowRemoteModels = false;
  const suffix = /model(?:_(\w+))?\.onnx$/.exec(folder.onnx)[1] ?? '';
  const dtype = { '': 'fp32', quantized: 'q8' }[suffix] ?? suffix;
  const embed = await pipeline('feature-extraction', folder.path, {
    dtype,
    subfolder: path.posix.dirname(folder.onnx) === '.' ? '' : path.posix.dirname(folder.onnx),
    local_files_only: true,
    ...(threads === undefined ? {} : { session_options: { intraOpNumThreads: threads } }),
  });
  const size = Number(values.batch);
  const pooling = folder.sentence.pooling;
  return async (all) => {
    for (let start = 0; start < all.length; start += size) {
      const some = all.slice(start, start + size).map((text) => folder.sentence.prefix + text);
      await embed(some, { pooling, normalize: true });
    }
  };
}

async function measureTuned() {
  const [tf, { startBackend }, { TUNERS }, { tunerOptions }, { createRng }, { unitRows }] = await Promise.all([
    import('@tensorflow/tfjs'),
    ...['backend', 'tuners/index', 'tuners/options', 'random', 'nn/ops'].map(from),
  ]);
  const { name: backend } = await startBackend('auto');
  const encoder = await timed(`loading it into TensorFlow.js (${backend})`, () => createTunableBert(folder));
  const vectors = await encoder.encode(texts.slice(0, 64));
  if (frozenVectors !== null) console.log(`cosine of frozen and tunable vectors: at least ${leastCosine(vectors)}`);
  for (let round = 0; round < rounds; round++) {
    const speed = await textsPerSecond(() => encoder.encode(texts.slice(0, 64)), 64);
    console.log(`TensorFlow.js: ${speed.toFixed(1)} texts/s`);
  }
  const tuner = TUNERS.lora.create(encoder, tunerOptions.lora.parse({}), createRng(0));
  const variables = tuner.parameters.map(({ variable }) => variable);
  const steps = [];
  for (let step = 0; step <= rounds; step++) {
    const batch = await encoder.batch(texts.slice(32 * step, 32 * step + 32));
    const started = performance.now();
    const { value, grads } = tf.variableGrads(() => tf.sum(unitRows(encoder.forward(batch, tuner))), variables);
    await value.data();
    steps.push(performance.now() - started);
    console.log(`LoRA step on 32 texts (${batch.ids.length} tokens): ${Math.round(steps.at(-1))} ms`);
    tf.dispose([value, grads]);
    batch.dispose();
  }
  console.log(`LoRA step: ${Math.round(percentile(steps.slice(1), 0.5))} ms (median of ${rounds}), ${memory()}`);

  function leastCosine(rows) {
    const size = encoder.dimensions;
    const cosines = Array.from({ length: 64 }, (_, i) => {
      let sum = 0;
      for (let d = 0; d < size; d++) sum += rows[i * size + d] * frozenVectors[i * size + d];
      return sum;
    });
    return Math.min(...cosines).toFixed(6);
  }
}

async function textsPerSecond(run, count = texts.length) {
  const started = performance.now();
  await run();
  return count / ((performance.now() - started) / 1000);
}

async function timed(what, run) {
  const started = performance.now();
  const result = await run();
  console.log(`${what}: ${Math.round(performance.now() - started)} ms, ${memory()}`);
  return result;
}

function memory() {
  return `${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`;
}
