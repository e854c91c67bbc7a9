// In a process of its own: the whole bot on a store of a given size. What a question costs that nobody asked before, the first one
// and those after it, what teaching costs, and the memory.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '../support/apart.js';
import { openBot, speakerOf } from '../support/bot.js';
import { percentile } from '../support/figures.js';
import { fillStore, spaceName, taskName } from '../support/growing.js';
import { residentMegabytes } from '../support/memory.js';
import { madeTexts, take } from '../support/texts.js';

const QUESTIONS = 50;
const LESSONS = 3;
/** Places that get a question each, where there are many. */
const PLACES = 20;

serve(async (request) => {
  const home = mkdtempSync(path.join(tmpdir(), 'handful-grown-'));
  const file = path.join(home, 'handful.sqlite');
  try {
    if (request.fill !== undefined) return await fill(request.fill, request.store);
    return await measure(request.store ?? file, request.size);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

async function fill(size, file) {
  const { openStore } = await import('../../dist/engine/index.js');
  const store = await openStore(file);
  await fillStore(store, size);
  await store.close();
  return null;
}

async function measure(file, { spaces, tasks, labels }) {
  const { createRng } = await import('../../dist/engine/index.js');
  const opened = performance.now();
  const bot = await openBot(file);
  const due = await bot.services.workspace.spaces();
  if (due.length !== spaces) throw new Error(`expected ${spaces} spaces, found ${due.length}`);
  const openMs = performance.now() - opened;
  await bot.services.engine.describe();
  // The encoder loads with the first text: that is start-up, not an answer.
  await bot.services.engine.predict(
    {
      kind: 'in-context',
      key: 'warm-up',
      load: () => ({ instruction: '', labels: [{ name: 'a' }, { name: 'b' }], examples: [] }),
    },
    ['warm-up'],
  );
  const texts = madeTexts(createRng(0, 'questions'));
  const timed = async (space, task, command, options) => {
    const speaker = speakerOf(spaceName(space), 'ben');
    const started = performance.now();
    const reply = await bot.dispatch.command(command, { ...options, task: taskName(task) }, speaker);
    if (reply.kind === 'error') throw new Error(reply.text);
    return performance.now() - started;
  };
  const ask = (space = 0, task = 0) => timed(space, task, 'ask', { text: texts.next().value });
  const firstMs = await ask();
  const times = [];
  for (let i = 0; i < QUESTIONS; i++) times.push(await ask());
  const megabytes = residentMegabytes();
  // Others of the same size, each asked for the first time.
  const places = Math.min(PLACES, Math.max(spaces, tasks) - 1);
  const elsewhere = [];
  for (let i = 1; i <= places; i++) {
    const at = Math.round((i * (Math.max(spaces, tasks) - 1)) / places);
    elsewhere.push(spaces > 1 ? await ask(at, 0) : await ask(0, at));
  }
  const lessons = [];
  const after = [];
  for (const [i, text] of take(texts, LESSONS).entries()) {
    lessons.push(await timed(0, 0, 'teach', { text, label: `label ${i % labels}` }));
    after.push(await ask());
  }
  const result = {
    openMs,
    firstMs,
    answerMs: percentile(times, 0.5),
    answerP99Ms: percentile(times, 0.99),
    elsewhereMs: elsewhere.length === 0 ? null : percentile(elsewhere, 0.5),
    teachMs: percentile(lessons, 0.5),
    afterTeachingMs: percentile(after, 0.5),
    megabytes,
    megabytesAfter: residentMegabytes(),
  };
  await bot.close();
  return result;
}
