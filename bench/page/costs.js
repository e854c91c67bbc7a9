// Speed, memory, growth and load.

import { growthChart } from '../support/charts.js';
import { code, number, percent, picture, table } from './markdown.js';

/** @typedef {import('./quality.js').Find} Find */

/** @param {Find} find */
export function speedSection(find) {
  const found = find(['encoding', 'step', 'training', 'asking', 'start']);
  if (found === null) return [];
  const of = (part) => found.rows.filter((row) => row.part === part);
  return [
    '## Speed and memory',
    found.note,
    ...encoding(of('encoding')),
    ...step(of('step')),
    ...training(of('training')),
    ...asking(of('asking')),
    ...start(of('start')),
    code('npm run bench -- speed\nnpm run bench -- speed --part encoding'),
  ];
}

function encoding(rows) {
  if (rows.length === 0) return [];
  const speeds = rows.filter(({ textsPerSecond }) => textsPerSecond !== undefined);
  const ratios = rows.filter(({ times }) => times !== undefined);
  return [
    '### Texts a second, on the weights that EnergeticAI uses too',
    'Both encoders take turns, so that a busy machine slows both; a second of processor time leaves out what other programs took.',
    table(
      ['', 'how', 'a second', 'a second of processor time'],
      speeds.map((row) => [row.who, row.mode, number(row.textsPerSecond), number(row.textsPerCpuSecond)]),
    ),
    ratios
      .map(
        (row) =>
          `${row.mode}: ${number(row.times)} × as fast (${number(row.timesCpu)} × by processor time; ${row.note}).`,
      )
      .join(' '),
  ];
}

function step(rows) {
  const whole = rows.find(({ what }) => what === 'step');
  if (whole === undefined) return [];
  const encode = rows.find(({ what }) => what === 'encoding');
  return [
    '### The training step against the limit of the backend',
    `A LoRA step on ${whole.texts} texts takes ${number(whole.stepCpuMs)} ms of processor time at best of ${whole.steps} (${number(whole.stepMs)} ms by the clock in the middle) on ${whole.backend} (${whole.version}). Its matrix products are ${number(whole.gflop)} GFLOP, counted from their shapes, forward and gradient: ${number(whole.gflops)} GFLOP a second of processor time. The fastest product of two square matrices in the same process (${whole.peakSide} × ${whole.peakSide}) does ${number(whole.peakGflops)}, so the step runs at ${number(whole.percentOfPeak)} % of that.`,
    ...(encode === undefined
      ? []
      : [
          `Encoding ${encode.texts} texts without a gradient runs at ${number(encode.percentOfPeak)} % (${number(encode.gflops)} GFLOP a second of processor time).`,
        ]),
    'Where the processor time of that step goes:',
    table(
      ['kernel', 'calls', 'ms', 'of the step', 'GFLOP/s'],
      rows
        .filter(({ what }) => what === 'kernel')
        .map((row) => [
          row.kernel,
          row.calls,
          number(row.ms),
          `${number(row.percentOfStep)} %`,
          row.gflops === 0 ? '' : number(row.gflops),
        ]),
    ),
  ];
}

function training(rows) {
  if (rows.length === 0) return [];
  return [
    '### Training: one fit on all examples',
    table(
      ['method', 'classes', 'shots', 'examples', 'seconds', 'of processor time', 'steps', 'memory, MB'],
      rows.map((row) => [
        row.method,
        row.classes,
        row.shots,
        row.examples,
        number(row.seconds),
        number(row.cpuSeconds),
        row.steps,
        row.megabytes,
      ]),
    ),
  ];
}

function asking(rows) {
  if (rows.length === 0) return [];
  const of = (what) => rows.filter((row) => row.what === what);
  const [run] = of('training run');
  const [loop] = of('event loop');
  return [
    '### `/ask` and memory of one process',
    table(
      ['', 'questions', 'p50, ms', 'p95, ms', 'p99, ms'],
      of('latency').map((row) => [row.when, row.questions, number(row.p50), number(row.p95), number(row.p99)]),
    ),
    `Delay of the chat's event loop while training: p50 ${number(loop.p50)} ms, p99 ${number(loop.p99)} ms, most ${number(loop.most)} ms (1 ms is the timer's own). The run took ${number(run.seconds)} s, cross-validation included.`,
    table(
      ['memory', 'MB'],
      of('memory').map((row) => [MEMORY[row.when], row.megabytes]),
    ),
  ];
}

const MEMORY = { atRest: 'at rest', afterAsking: 'after asking', whileTraining: 'while training, at most' };

function start(rows) {
  if (rows.length === 0) return [];
  return [
    '### Start-up of the command',
    table(
      ['from the start of the process to', 'ms', 'starts'],
      rows.map((row) => [row.until, number(row.ms), row.starts]),
    ),
  ];
}

const PARTS = ['labels', 'examples', 'tasks', 'spaces'];
const COSTS = {
  answerMs: 'an answer, ms',
  afterTeachingMs: 'the first answer after teaching, ms',
  teachMs: 'teaching one example, ms',
  firstMs: 'the first answer ever, ms',
  elsewhereMs: 'the first answer of another task, ms',
  megabytes: 'memory, MB',
};

/** @param {Find} find @param {Map<string, object>} pictures */
export function growthSection(find, pictures) {
  const found = find(PARTS);
  if (found === null) return [];
  const points = found.rows.filter(({ what, part }) => what === 'point' && PARTS.includes(part));
  const times = Object.entries(COSTS).filter(([, name]) => name.endsWith('ms'));
  const long = (costs) =>
    points.flatMap((row) =>
      costs.flatMap(([cost, name]) =>
        typeof row[cost] === 'number' && row[cost] > 0
          ? [{ part: row.part, size: row.size, cost: name.replace(', ms', ''), value: row[cost] }]
          : [],
      ),
    );
  pictures.set('growth-time', growthChart(long(times), { title: 'How times grow', unit: 'ms' }));
  pictures.set(
    'growth-memory',
    growthChart(long([['megabytes', 'resident memory']]), { title: 'How memory grows', unit: 'MB' }),
  );
  const growth = found.rows.filter(({ what }) => what === 'growth');
  return [
    '## Growth',
    found.note,
    'Each size is a store of its own in a fresh process. Exponents are fitted by least squares on both logarithms: 0 is flat, 1 in proportion, 2 quadratic.',
    table(
      [
        'what grows',
        ...Object.keys(COSTS)
          .filter((cost) => growth.some((row) => row.cost === cost))
          .map((cost) => COSTS[cost]),
      ],
      PARTS.map((part) => [
        part,
        ...Object.keys(COSTS)
          .filter((cost) => growth.some((row) => row.cost === cost))
          .map((cost) => exponentOf(growth.find((row) => row.part === part && row.cost === cost))),
      ]),
    ),
    picture('growth-time', 'Times over labels, examples, tasks and spaces on logarithmic axes'),
    picture('growth-memory', 'Memory over labels, examples, tasks and spaces on logarithmic axes'),
    table(
      ['', 'size', ...Object.values(COSTS)],
      points.map((row) => [row.part, number(row.size), ...Object.keys(COSTS).map((cost) => number(row[cost]))]),
    ),
    code('npm run bench -- growth\nnpm run bench -- growth --part examples'),
  ];
}

const exponentOf = (row) =>
  row === undefined ? '–' : `${row.exponent.toFixed(2)} (${row.low.toFixed(2)} to ${row.high.toFixed(2)})`;

/** @param {Find} find */
export function loadSection(find) {
  const found = find(['load']);
  if (found === null) return [];
  const rows = found.rows.filter(({ part }) => part === 'load');
  // Where everybody asked the same, `all` says it twice.
  const timed = rows.filter(
    ({ perSecond, what, phase }) => perSecond !== undefined && (what !== 'all' || phase === 'mix'),
  );
  const answers = rows.filter(({ what }) => what === 'answers by');
  const swap = rows.find(({ what }) => what === 'swap');
  const runs = rows.find(({ what }) => what === 'trainings');
  const loops = rows.filter(({ what }) => what === 'event loop');
  return [
    '## Load and swaps',
    found.note,
    'A closed loop: every client asks again as soon as it was answered. One thread trains, the clients share the process with the bot. Mix: 80 % asked, 10 % taught, 10 % concept questions.',
    table(
      ['while', 'request', 'clients', 'requests', 'failed', 'a second', 'p50, ms', 'p99, ms', 'most, ms'],
      timed.map((row) => [
        WHILE[row.phase],
        row.what,
        row.clients,
        number(row.requests),
        row.failed,
        number(row.perSecond),
        number(row.p50),
        number(row.p99),
        number(row.most),
      ]),
    ),
    table(
      ['delay of the event loop while', 'clients', 'p50, ms', 'p99, ms', 'most, ms'],
      loops.map((row) => [WHILE[row.phase], row.clients, number(row.p50), number(row.p99), number(row.most)]),
    ),
    ...(runs === undefined
      ? []
      : [`Trainings that ended during the mix: ${runs.ended}; that swapped: ${runs.promoted}.`]),
    ...(swap === undefined
      ? []
      : [
          `${number(swap.requests)} promotions and rollbacks without a pause, ${swap.failed} of them failed: p50 ${number(swap.p50)} ms, p99 ${number(swap.p99)} ms (the first hundred ${number(swap.firstMs)} ms, the last ${number(swap.lastMs)} ms). Afterwards answers were asked again of every version: whether each is by the one that it named.`,
          table(
            ['answered by', 'answers', 'asked again', 'by another', 'that no other version gives'],
            answers.map((row) => [
              row.answerer,
              number(row.answers),
              number(row.checked),
              row.byAnother,
              percent(row.checked === 0 ? null : row.tellable / row.checked),
            ]),
          ),
        ]),
    code('npm run bench -- load'),
  ];
}

const WHILE = {
  idle: 'nothing else runs',
  training: 'LoRA trains',
  mix: 'trainings end and swap',
  swaps: 'versions are promoted and rolled back',
};
