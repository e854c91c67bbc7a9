// Promotions and rollbacks without a pause while people ask; afterwards every answer is asked again of the version that it names.

import { speakerOf } from './bot.js';
import { closedLoop } from './closed-loop.js';
import { percentile } from './figures.js';
import { round } from './scores.js';
import { sampleRows } from './texts.js';

const SPACE = 'swaps';
const TASK = 'swapped';
/** The same answerer gives the same probability again but for the batch that a text is in. */
const SAME = 1e-3;
const AT_EACH_END = 100;
/** Answers that are asked again at most. */
const CHECKED = 3000;
const TOGETHER = 64;

/** @returns {Promise<object[]>} rows */
export async function swapping(bot, { swaps, clients, unseen }) {
  const { task, versions, inContext } = await prepare(bot);
  const moderator = speakerOf(SPACE, 'mona');
  const answers = [];
  let done = false;
  const ask = async (client) => {
    const text = unseen();
    const reply = await bot.dispatch.command('ask', { text, task: TASK }, speakerOf(SPACE, `person-${client}`));
    const failed = reply.kind !== 'answer';
    if (!failed)
      answers.push({
        text,
        by: reply.by.number ?? 'in context',
        probability: reply.prediction.probability,
        closest: reply.prediction.closest,
      });
    return { kind: 'ask', failed };
  };
  const load = closedLoop({ clients, until: () => done, send: ask });
  const moved = [];
  let failed = 0;
  for (let i = 0; i < swaps; i++) {
    const [name, options] = MOVES[i % MOVES.length];
    const started = performance.now();
    const reply = await bot.dispatch.command(name, { ...options, task: TASK }, moderator);
    moved.push(performance.now() - started);
    // Only a move has news: "it answers already" has none.
    if ((reply.news ?? []).length === 0) failed++;
  }
  done = true;
  const rows = await load;
  return [
    ...rows,
    {
      what: 'swap',
      requests: swaps,
      failed,
      p50: round(percentile(moved, 0.5), 1),
      p99: round(percentile(moved, 0.99), 1),
      firstMs: round(percentile(moved.slice(0, AT_EACH_END), 0.5), 1),
      lastMs: round(percentile(moved.slice(-AT_EACH_END), 0.5), 1),
    },
    ...(await check(bot, answers, { task, versions, inContext })),
  ];
}

/** Each of them moves the pointer; one round comes back to where it began. */
const MOVES = [
  ['model promote', { version: '1' }],
  ['model promote', { version: '2' }],
  ['model rollback', {}],
  ['model promote', { version: 'in-context' }],
];

/** A task with two versions that answer differently: each learned from a half of the examples. */
async function prepare(bot) {
  const rows = sampleRows('support', 'train');
  const task = await bot.teach(SPACE, TASK, rows);
  const labels = task.labels;
  const halves = [0, 1].map((half) => rows.filter((_, i) => i % 2 === half));
  for (const examples of halves) {
    const data = { instruction: '', labels, examples };
    const order = { methods: ['in-context', 'head'], incumbent: 'in-context', target: 1, seed: 0, budgetSeconds: 600 };
    const { record, checkpoints } = await bot.services.engine.runCascade({ data, ...order, exhaustive: true });
    await bot.services.workspace.addVersion(task, {
      method: 'head',
      record,
      bytes: checkpoints.head,
      by: 'mona',
      trainedOn: [],
    });
  }
  return { task, versions: [1, 2], inContext: { instruction: '', labels, examples: rows } };
}

async function check(bot, answers, { task, versions, inContext }) {
  const { engine, workspace } = bot.services;
  const sources = new Map([
    ['in context', { kind: 'in-context', key: 'check', load: () => inContext }],
    ...versions.map((number) => [
      number,
      { kind: 'checkpoint', key: `check#${number}`, load: () => workspace.checkpoint(task, number) },
    ]),
  ]);
  const every = Math.max(1, Math.ceil(answers.length / CHECKED));
  const counts = new Map([...sources.keys()].map((by) => [by, { answers: 0, checked: 0, byAnother: 0, tellable: 0 }]));
  for (const { by } of answers) counts.get(by).answers++;
  const checked = answers.filter((_, i) => i % every === 0);
  for (let start = 0; start < checked.length; start += TOGETHER) {
    const some = checked.slice(start, start + TOGETHER);
    const texts = some.map(({ text }) => text);
    const again = new Map();
    for (const [by, source] of sources) again.set(by, await engine.predict(source, texts));
    some.forEach((answer, i) => {
      const is = (by) => isSame(answer, again.get(by)[i]);
      const row = counts.get(answer.by);
      row.checked++;
      if (!is(answer.by)) row.byAnother++;
      else if ([...sources.keys()].filter(is).length === 1) row.tellable++;
    });
  }
  return [...counts].map(([by, row]) => ({
    what: 'answers by',
    answerer: typeof by === 'number' ? `version ${by}` : by,
    ...row,
  }));
}

const isSame = (answer, prediction) =>
  answer.closest === prediction.closest && Math.abs(answer.probability - prediction.probability) < SAME;
