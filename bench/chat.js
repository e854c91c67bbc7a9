// `npm run bench`: what a chat feels like while it trains. One process, the real engine, the shipped sample data (or a file):
// /ask latency idle and during a training run, event-loop delay of the chat's thread, resident memory, time of the whole run.
//
//   npm run bench                          the shipped sample `support`, 10 shots
//   npm run bench -- --train FILE.jsonl --questions FILE.jsonl    other files, whole
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.js';

const { values } = parseArgs({
  options: { train: { type: 'string' }, questions: { type: 'string' }, budget: { type: 'string', default: '1800' } },
});
await build();
const { createEngine, createRng, sampleShots } = await import('../dist/engine/index.js');

const sample = new URL('../data/samples/support/', import.meta.url);
const read = (file) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const all = read(values.train ?? new URL('train.jsonl', sample));
const examples = values.train === undefined ? sampleShots(all, 10, createRng(0, 'shots')).sample : all;
const questions = read(values.questions ?? new URL('test.jsonl', sample)).map(({ text }) => text);
const labels = [...new Set(examples.map(({ label }) => label))].map((name) => ({ name }));
const data = { instruction: '', labels, examples };

const percentile = (times, share) => [...times].sort((a, b) => a - b)[Math.floor(share * (times.length - 1))];
const describe = (name, times) =>
  console.log(
    `${name}: ${times.length} questions, p50 ${percentile(times, 0.5).toFixed(1)} ms, p95 ${percentile(times, 0.95).toFixed(1)} ms`,
  );
const megabytes = () => Math.round(process.memoryUsage.rss() / 1e6);

const engine = createEngine({ encoder: 'embedded', backend: 'auto' });
const { backend } = await engine.describe();
console.log(`${examples.length} examples, ${labels.length} labels, backend ${backend.name}`);

let asked = 0;
/** A question that no cache holds. */
const ask = async (source) => {
  const text = `${questions[asked % questions.length]} ${asked++}`;
  const start = performance.now();
  await engine.predict(source, [text]);
  return performance.now() - start;
};
const inContext = { kind: 'in-context', key: 'bench', load: () => data };
await ask(inContext);
const idle = [];
for (let i = 0; i < 200; i++) idle.push(await ask(inContext));
describe('/ask idle, in context', idle);
console.log(`memory, chat idle: ${megabytes()} MB`);

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let running = true;
let peak = 0;
const started = performance.now();
const run = engine
  .runCascade({
    data,
    methods: ['in-context', 'head', 'lora'],
    incumbent: 'in-context',
    target: 0.9,
    seed: 0,
    budgetSeconds: Number(values.budget),
    exhaustive: true,
  })
  .finally(() => {
    running = false;
  });
const busy = [];
while (running) {
  busy.push(await ask(inContext));
  peak = Math.max(peak, megabytes());
  await sleep(200);
}
const { record, checkpoints } = await run;
delay.disable();
describe('/ask while training', busy);
console.log(
  `event-loop delay while training: p50 ${(delay.percentile(50) / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, most ${(delay.max / 1e6).toFixed(1)} ms (1 ms is the timer's own)`,
);
console.log(`memory while training: at most ${peak} MB`);
console.log(`cascade: ${((performance.now() - started) / 1000).toFixed(1)} s, chosen ${record.chosen}`);
for (const method of ['head', 'lora']) {
  const bytes = checkpoints[method];
  if (bytes === undefined) continue;
  const source = { kind: 'checkpoint', key: `bench#${method}`, load: () => bytes };
  await ask(source);
  const times = [];
  for (let i = 0; i < 200; i++) times.push(await ask(source));
  describe(`/ask idle, ${method} (${(bytes.length / 1e6).toFixed(1)} MB checkpoint)`, times);
}
await engine.close();
