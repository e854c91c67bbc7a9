// In a process of its own: the training step of LoRA (32 texts of the shipped sample) against what the backend multiplies matrices
// at, here and now, and where a step's time goes, kernel by kernel. Only matrix products count as work.

import * as tf from '@tensorflow/tfjs';
import { serve } from '../support/apart.js';
import { cpuMs, percentile } from '../support/figures.js';
import { watchKernels } from '../support/kernels.js';
import { sampleRows } from '../support/texts.js';

const from = (file) => import(`../../dist/engine/${file}.js`);
const TEXTS = 32;
/** Sides of square matrices: the fastest of them is the peak. */
const SIDES = [128, 256, 384, 512, 768, 1024];
/** Rounds of each, the first of which warms up, and their least length. */
const ROUNDS = 4;
const ROUND_MS = 60;

serve(async ({ backend, steps }) => {
  const { startBackend } = await from('backend');
  const { name, version, device } = await startBackend(backend);
  const before = await peak();
  const watched = await trainingSteps(steps);
  // Both ends of the run: a machine that got busy between them would make either look good.
  const after = await peak();
  const top = before.gflops > after.gflops ? before : after;
  return { backend: name, version, device, peakGflops: top.gflops, peakSide: top.side, ...watched };
});

/** The fastest product of two square matrices, in GFLOP a second of processor time. */
async function peak() {
  let best = { gflops: 0, side: 0 };
  for (const side of SIDES) {
    const [a, b] = [tf.randomUniform([side, side]), tf.randomUniform([side, side])];
    for (let round = 0; round < ROUNDS; round++) {
      const gflops = await rateOf(() => tf.matMul(a, b), 2 * side ** 3);
      if (round > 0 && gflops > best.gflops) best = { gflops, side };
    }
    tf.dispose([a, b]);
  }
  return best;
}

async function rateOf(product, flop) {
  const started = cpuMs();
  let runs = 0;
  // Long enough for the clock of the processor.
  for (const begun = performance.now(); runs < 2 || performance.now() - begun < ROUND_MS; runs++) {
    const made = product();
    // A device computes later: what is read back is there.
    await tf.tidy(() => tf.slice(made, [0, 0], [1, 1])).data();
    made.dispose();
  }
  return (runs * flop) / (cpuMs() - started) / 1e6;
}

async function trainingSteps(steps) {
  const { createUseLite } = await from('encoders/use-lite');
  const { createRng } = await from('random');
  const { tuneConfigSchema } = await from('train/tune-config');
  const { tuneEncoder } = await from('train/tune-encoder');
  const { TUNERS } = await from('tuners/index');
  const { tunerOptions } = await from('tuners/options');
  const rows = sampleRows('support', 'train').slice(0, TEXTS);
  const names = [...new Set(rows.map(({ label }) => label))];
  const encoder = await createUseLite();
  const tuner = TUNERS.lora.create(encoder, tunerOptions.lora.parse({}), createRng(0, 'lora'));
  const kernels = watchKernels(tf);
  const forward = await encodings(encoder, kernels, steps);
  const taken = [];
  let started = performance.now();
  let startedCpu = cpuMs();
  await tuneEncoder({
    encoder,
    tuner,
    texts: rows.map(({ text }) => text),
    labels: Int32Array.from(rows, ({ label }) => names.indexOf(label)),
    classes: names.length,
    config: tuneConfigSchema.parse({ epochs: steps + 2, batchSize: TEXTS, patience: steps + 2 }),
    rng: createRng(0, 'batches'),
    onStep: ({ step }) => {
      const [wallMs, ms] = [performance.now() - started, cpuMs() - startedCpu];
      const profile = kernels.since();
      // The first two compile and fill memory.
      if (step > 2) taken.push({ wallMs, ms, profile });
      [started, startedCpu] = [performance.now(), cpuMs()];
    },
  });
  const flop = taken[0].profile.reduce((sum, row) => sum + row.flop, 0);
  const stepMs = percentile(
    taken.map(({ wallMs }) => wallMs),
    0.5,
  );
  const fastest = taken.reduce((best, step) => (step.ms < best.ms ? step : best));
  return {
    texts: TEXTS,
    steps: taken.length,
    stepMs,
    stepCpuMs: fastest.ms,
    gflop: flop / 1e9,
    gflops: flop / fastest.ms / 1e6,
    kernels: fastest.profile,
    forward,
  };
}

/** The same products without a gradient: what an answer costs. */
async function encodings(encoder, kernels, times) {
  const texts = sampleRows('support', 'test')
    .slice(0, 2 * TEXTS)
    .map(({ text }) => text);
  await encoder.encode(texts);
  let best = { ms: Number.POSITIVE_INFINITY, flop: 0 };
  for (let i = 0; i < times; i++) {
    kernels.since();
    const started = cpuMs();
    await encoder.encode(texts);
    const ms = cpuMs() - started;
    const flop = kernels.since().reduce((sum, row) => sum + row.flop, 0);
    if (ms < best.ms) best = { ms, flop };
  }
  return { texts: texts.length, ms: best.ms, gflops: best.flop / best.ms / 1e6, gflop: best.flop / 1e9 };
}
