// In a process of its own: the whole bot on a store of its own with the shipped sample, asked one question after another, idle and
// while a training runs; memory at rest, after asking and while training; how long the chat's thread was held up.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../support/apart.js';
import { openBot, speakerOf } from '../support/bot.js';
import { percentile } from '../support/figures.js';
import { residentMegabytes } from '../support/memory.js';
import { sampleRows } from '../support/texts.js';

const TASK = 'support';

serve(async (request) => {
  const home = mkdtempSync(path.join(tmpdir(), 'handful-asking-'));
  const bot = await openBot(path.join(home, 'handful.sqlite'));
  try {
    return await measure(bot, request);
  } finally {
    await bot.close();
    rmSync(home, { recursive: true, force: true });
  }
});

async function measure(bot, { questions, shots, pauseMs }) {
  const { createRng, sampleShots } = await import('../../dist/engine/index.js');
  const speaker = speakerOf('local', 'ann');
  const { backend } = await bot.services.engine.describe();
  const atRest = residentMegabytes();
  const { sample } = sampleShots(sampleRows('support', 'train'), shots, createRng(0, 'shots'));
  await bot.teach('local', TASK, sample);
  const texts = sampleRows('support', 'test').map(({ text }) => text);
  let asked = 0;
  /** A question that nobody asked before. */
  const ask = async () => {
    const text = `${texts[asked % texts.length]} ${asked++}`;
    const started = performance.now();
    const reply = await bot.dispatch.command('ask', { text, task: TASK }, speaker);
    if (reply.kind !== 'answer') throw new Error(`expected an answer, got ${reply.text}`);
    return performance.now() - started;
  };
  await ask();
  const idle = [];
  for (let i = 0; i < questions; i++) idle.push(await ask());
  const afterAsking = residentMegabytes();

  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const ended = bot.nextRunEnds();
  const begun = performance.now();
  const started = await bot.dispatch.command('model train', { task: TASK, method: 'lora' }, speaker);
  if (started.kind !== 'status') throw new Error(`expected a training, got ${started.text}`);
  let running = true;
  const outcome = ended.finally(() => {
    running = false;
  });
  const busy = [];
  let peak = 0;
  while (running) {
    busy.push(await ask());
    peak = Math.max(peak, Math.round(process.memoryUsage.rss() / 1e6));
    await sleep(pauseMs);
  }
  const seconds = (performance.now() - begun) / 1000;
  delay.disable();
  const { kind } = await outcome;
  return {
    backend: backend.name,
    idle: latencies(idle),
    busy: latencies(busy),
    memory: { atRest, afterAsking, whileTraining: peak },
    loop: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, most: delay.max / 1e6 },
    training: { seconds, outcome: kind },
  };
}

const latencies = (times) => ({
  questions: times.length,
  p50: percentile(times, 0.5),
  p95: percentile(times, 0.95),
  p99: percentile(times, 0.99),
});
