// In a process of its own: the whole bot under a closed-loop load, idle, beside a training on one thread, at a mix of commands while
// trainings end and swap, and while somebody promotes and rolls back without a pause. Afterwards every answer of that last part is
// asked again of the version that it names: an answer is by exactly one version.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../support/apart.js';
import { openBot, speakerOf } from '../support/bot.js';
import { closedLoop } from '../support/closed-loop.js';
import { residentMegabytes } from '../support/memory.js';
import { swapping } from '../support/swapping.js';
import { sampleRows } from '../support/texts.js';

const SPACE = 'local';
const TASK = 'support';
const CONCEPTS = [
  'what is LoRA?',
  'what is few-shot learning?',
  'why does my model overfit?',
  'what is the difference between fine-tuning and few-shot learning?',
];
/** Of a hundred requests of the mix. */
const ASKS = 80;
const LESSONS = 10;

serve(async (request) => {
  const home = mkdtempSync(path.join(tmpdir(), 'handful-load-'));
  // One thread trains, so that one core of two is left for the answers.
  const bot = await openBot(path.join(home, 'handful.sqlite'), { HANDFUL_THREADS: '1' });
  try {
    return await measure(bot, request);
  } finally {
    await bot.close();
    rmSync(home, { recursive: true, force: true });
  }
});

async function measure(bot, { seconds, clients, swaps }) {
  const { backend } = await bot.services.engine.describe();
  const rows = sampleRows('support', 'train');
  const questions = sampleRows('support', 'test').map(({ text }) => text);
  await bot.teach(SPACE, TASK, rows);
  const figures = [];
  const note = (phase, found) =>
    figures.push(...found.map((row) => ({ phase, backend: backend.name, ...row })), {
      phase,
      backend: backend.name,
      what: 'memory',
      megabytes: residentMegabytes(),
    });
  const moderator = speakerOf(SPACE, 'mona');
  const command = (name, options, who = moderator) => bot.dispatch.command(name, options, who);
  let count = 0;
  const unseen = () => `${questions[count % questions.length]} ${count++}`;
  const people = Array.from({ length: 64 }, (_, i) => speakerOf(SPACE, `person-${i}`));
  const ask = async (client) => {
    const { kind } = await command('ask', { text: unseen(), task: TASK }, people[client]);
    return { kind: 'ask', failed: kind !== 'answer' };
  };
  const after = (span) => {
    const end = performance.now() + span * 1000;
    return () => performance.now() > end;
  };
  await ask(0);

  for (const many of clients) note('idle', await closedLoop({ clients: many, until: after(seconds), send: ask }));

  await train(bot, command, 'lora');
  for (const many of clients) note('training', await closedLoop({ clients: many, until: after(seconds), send: ask }));
  if (bot.services.runs.busy()) await cancel(bot, command);
  else throw new Error('the training ended before the load did: give it more to do');

  const mixed = async (client) => {
    const turn = count % 100;
    if (turn < ASKS) return ask(client);
    if (turn < ASKS + LESSONS) {
      const { label } = rows[count % rows.length];
      const { kind } = await command('teach', { text: unseen(), label, task: TASK }, people[client]);
      return { kind: 'teach', failed: kind !== 'taught' };
    }
    const question = CONCEPTS[count++ % CONCEPTS.length];
    const { kind, answered } = await command('concept ask', { question }, people[client]);
    return { kind: 'concept', failed: kind !== 'concept' || !answered };
  };
  const runs = { ended: 0, promoted: 0 };
  const over = after(2 * seconds);
  const training = trainAgainAndAgain(bot, command, { over, runs });
  note('mix', await closedLoop({ clients: 8, until: over, send: mixed }));
  await training;
  figures.push({ phase: 'mix', backend: backend.name, what: 'trainings', ...runs });

  note('swaps', await swapping(bot, { swaps, clients: 4, unseen, backend: backend.name }));
  return figures;
}

/** Starts a training and waits until it computes. */
async function train(bot, command, method) {
  const reply = await command('model train', { task: TASK, method });
  if (reply.kind !== 'status') throw new Error(reply.text);
  const [task] = await bot.services.workspace.tasks(SPACE);
  while (bot.services.runs.current(task.id)?.progress?.method !== method) {
    if (!bot.services.runs.busy()) throw new Error(`the training ended before ${method} began`);
    await sleep(50);
  }
}

async function cancel(bot, command) {
  const ended = bot.nextRunEnds();
  await command('model cancel', { task: TASK });
  await ended;
}

/** Trainings of the head one after another; the task is taught meanwhile, so that each has something new to learn. */
async function trainAgainAndAgain(bot, command, { over, runs }) {
  while (!over()) {
    const ended = bot.nextRunEnds();
    const reply = await command('model train', { task: TASK, method: 'head' });
    if (reply.kind !== 'status') throw new Error(reply.text);
    const { kind } = await ended;
    runs.ended++;
    if (kind === 'promoted') runs.promoted++;
  }
}
