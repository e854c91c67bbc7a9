// `npm run bench -- speed`: how fast, and with how much memory. Training time by method, shots and classes; texts a second against
// EnergeticAI's encoder of the same weights; /ask idle and while training; start-up; the training step against the backend's own
// matrix products, kernel by kernel. Every part is measured in processes of its own and can be run alone.
//
//   npm run bench -- speed [--size quick|full] [--part encoding|step|training|asking|start]

import { startTimes } from './parts/start.js';
import { runAlone } from './support/alone.js';
import { openApart, runApart } from './support/apart.js';
import { speedGoals } from './support/cost-goals.js';
import { percentile } from './support/figures.js';
import { round } from './support/scores.js';
import { loadSet, setNames } from './support/sets.js';
import { englishTexts, sampleRows } from './support/texts.js';

const SIZES = {
  quick: {
    rounds: 3,
    single: 40,
    batched: 160,
    steps: 8,
    questions: 100,
    taught: 4,
    starts: 3,
    grid: [
      { classes: 2, shots: [4] },
      { classes: 6, shots: [1, 4] },
      { classes: 12, shots: [4] },
    ],
  },
  full: {
    rounds: 7,
    single: 200,
    batched: 600,
    steps: 40,
    questions: 300,
    taught: 16,
    starts: 7,
    grid: [
      { classes: 2, shots: [1, 4, 16] },
      { classes: 6, shots: [1, 2, 4, 8, 16] },
      { classes: 12, shots: [4, 8, 16] },
      { classes: 77, shots: [5, 10] },
    ],
  },
};
const PARTS = { encoding, step, training, asking, start };
const LARGE_SET = 'banking77';
const at = (name) => new URL(`./parts/${name}.js`, import.meta.url);

/** @returns {Promise<{ figures: object[] }>} */
export async function run({ size = 'quick', part = null, say = console.log } = {}) {
  const figures = [];
  for (const [name, measure] of Object.entries(PARTS)) {
    if (part !== null && part !== name) continue;
    const rows = await measure(SIZES[size]);
    for (const row of rows)
      say(
        `${name} ${Object.entries(row)
          .map(([key, value]) => `${key} ${value}`)
          .join(', ')}`,
      );
    figures.push(...rows.map((row) => ({ part: name, ...row })));
  }
  return { figures: [...figures, ...speedGoals(figures)] };
}

/** Both encoders take turns, round by round: the ratio is of one moment of this machine. */
async function encoding({ rounds, single, batched }) {
  const { createRng } = await import('../dist/engine/index.js');
  const texts = createRng(0, 'bench').shuffle(englishTexts()).slice(0, batched);
  // Handful makes its own batches. EnergeticAI pads a batch to its longest text: the best of these is compared with.
  const BATCHES = { handful: [texts.length], 'energetic-ai': [8, 16, 32] };
  const names = Object.keys(BATCHES);
  const opened = Object.fromEntries(names.map((name) => [name, openApart(at('encoding'))]));
  const speeds = new Map();
  let backend = '';
  const note = async (name, mode, batch, list) => {
    const { seconds, cpuSeconds, backend: own } = await opened[name].ask({ encoder: name, texts: list, batch });
    if (name === 'handful') backend = own;
    const key = `${name} ${mode}`;
    const best = speeds.get(key) ?? { wall: [], cpu: [] };
    best.wall.push(list.length / seconds);
    best.cpu.push(list.length / cpuSeconds);
    speeds.set(key, best);
  };
  try {
    for (const name of names) await opened[name].ask({ encoder: name, texts: texts.slice(0, 64), batch: 16 });
    for (let round = 0; round < rounds; round++) {
      for (const name of names) {
        await note(name, 'one by one', 1, texts.slice(0, single));
        for (const batch of BATCHES[name]) await note(name, `in batches of ${batch}`, batch, texts);
      }
    }
  } finally {
    for (const { close } of Object.values(opened)) await close();
  }
  const middle = (key, of) => percentile(speeds.get(key)[of], 0.5);
  const bestOf = (name) =>
    BATCHES[name]
      .map((batch) => `in batches of ${batch}`)
      .reduce((best, mode) => (middle(`${name} ${mode}`, 'wall') > middle(`${name} ${best}`, 'wall') ? mode : best));
  const rows = [...speeds.keys()].map((key) => {
    const [who, ...mode] = key.split(' ');
    return {
      who,
      mode: mode.join(' '),
      texts: mode[0] === 'one' ? single : texts.length,
      rounds,
      textsPerSecond: round(middle(key, 'wall'), 1),
      textsPerCpuSecond: round(middle(key, 'cpu'), 1),
    };
  });
  const ratio = (mode, peer, of) =>
    round(
      percentile(
        speeds.get(`handful ${mode}`)[of].map((speed, i) => speed / speeds.get(`energetic-ai ${peer}`)[of][i]),
        0.5,
      ),
      2,
    );
  return [
    ...rows,
    ...[
      ['one by one', 'one by one', 'one by one'],
      ['in batches', bestOf('handful'), bestOf('energetic-ai')],
    ].map(([mode, own, peer]) => ({
      who: 'handful against energetic-ai',
      mode,
      note: peer,
      backend,
      rounds,
      times: ratio(own, peer, 'wall'),
      timesCpu: ratio(own, peer, 'cpu'),
    })),
  ];
}

async function step({ steps }) {
  const found = await runApart(at('step'), { backend: 'auto', steps });
  const { backend, version, device, kernels, forward, stepCpuMs, ...rest } = found;
  const share = (ms) => round((100 * ms) / stepCpuMs, 1);
  const inKernels = kernels.reduce((sum, { ms }) => sum + ms, 0);
  return [
    {
      what: 'step',
      backend,
      version,
      device,
      texts: rest.texts,
      steps: rest.steps,
      stepMs: round(rest.stepMs, 1),
      stepCpuMs: round(stepCpuMs, 1),
      gflop: round(rest.gflop, 3),
      gflops: round(rest.gflops, 2),
      peakGflops: round(rest.peakGflops, 2),
      peakSide: rest.peakSide,
      percentOfPeak: round((100 * rest.gflops) / rest.peakGflops, 1),
    },
    {
      what: 'encoding',
      texts: forward.texts,
      cpuMs: round(forward.ms, 1),
      gflop: round(forward.gflop, 3),
      gflops: round(forward.gflops, 2),
      percentOfPeak: round((100 * forward.gflops) / rest.peakGflops, 1),
    },
    ...kernels
      .filter(({ ms }) => share(ms) >= 0.5)
      .map(({ kernel, calls, ms, flop }) => ({
        what: 'kernel',
        kernel,
        calls,
        ms: round(ms, 2),
        percentOfStep: share(ms),
        gflops: flop === 0 ? 0 : round(flop / ms / 1e6, 2),
      })),
    {
      what: 'kernel',
      kernel: 'outside kernels',
      calls: 0,
      ms: round(stepCpuMs - inKernels, 2),
      percentOfStep: share(stepCpuMs - inKernels),
      gflops: 0,
    },
  ];
}

/** One fit on all shots: what a run does once for each fold, and once more for the version. */
async function training({ grid }) {
  const { createRng, sampleShots } = await import('../dist/engine/index.js');
  const rows = [];
  for (const { classes, shots } of grid) {
    const pool = await poolOf(classes);
    for (const perLabel of pool === null ? [] : shots) {
      const { sample } = sampleShots(pool, perLabel, createRng(0, 'shots'));
      for (const method of ['head', 'lora']) {
        const found = await runApart(at('fit'), { method, rows: sample, seed: 0 }, { nodeArgs: ['--expose-gc'] });
        const { backend, steps, seconds, cpuSeconds, megabytes } = found;
        const times = { seconds: round(seconds, 2), cpuSeconds: round(cpuSeconds, 2), steps, megabytes };
        rows.push({ method, classes, shots: perLabel, examples: sample.length, backend, ...times });
      }
    }
  }
  return rows;
}

/** Labelled texts of this many classes: the first labels of the shipped samples, else those of banking77, where it is. */
async function poolOf(classes) {
  const shipped = ['support', 'community'].flatMap((sample) => sampleRows(sample, 'train'));
  const all = [shipped, setNames().includes(LARGE_SET) ? (await loadSet(LARGE_SET)).train : []]
    .map((rows) => ({ rows, labels: [...new Set(rows.map(({ label }) => label))] }))
    .find(({ labels }) => labels.length >= classes);
  if (all === undefined) return null;
  const labels = all.labels.slice(0, classes);
  return all.rows.filter(({ label }) => labels.includes(label));
}

async function asking({ questions, taught }) {
  const found = await runApart(at('asking'), { questions, shots: taught, pauseMs: 100 }, { nodeArgs: ['--expose-gc'] });
  const { backend, idle, busy, memory, loop, training: run } = found;
  const latency = (when, { p50, p95, p99, ...rest }) => ({
    what: 'latency',
    when,
    backend,
    ...rest,
    p50: round(p50, 1),
    p95: round(p95, 1),
    p99: round(p99, 1),
  });
  return [
    latency('idle', idle),
    latency('while training', busy),
    ...Object.entries(memory).map(([when, megabytes]) => ({ what: 'memory', when, megabytes })),
    {
      what: 'event loop',
      when: 'while training',
      p50: round(loop.p50, 1),
      p99: round(loop.p99, 1),
      most: round(loop.most, 1),
    },
    {
      what: 'training run',
      when: 'cross-validation and the version',
      seconds: round(run.seconds, 1),
      note: run.outcome,
    },
  ];
}

async function start({ starts }) {
  const { terminal, ...times } = await startTimes(starts);
  return Object.entries(times)
    .filter(([, list]) => list.length > 0)
    .map(([until, list]) => ({
      until: { node: 'node itself', prompt: 'the first prompt', answer: 'the first answer' }[until],
      terminal,
      starts: list.length,
      ms: Math.round(percentile(list, 0.5)),
    }));
}

/** The command line. */
export const main = () => runAlone('speed', run, Object.keys(PARTS));
