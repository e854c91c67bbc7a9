// /demo: a sample task to play with, taught with a handful of examples a label.

import { countsLine } from '../describe.js';
import { fail } from '../fail.js';
import { readSample, SAMPLES, sampleFor } from '../samples.js';
import { defineCommand } from './command.js';
import * as option from './option.js';

const SHOTS = 8;

export const demo = defineCommand({
  name: 'demo',
  summary: 'demo.summary',
  options: { sample: option.choice(SAMPLES, { summary: 'option.sample' }) },
  rest: 'sample',
  examples: ['/demo', '/demo sample:community'],
  run: async ({ workspace, config, runs }, context, input) => {
    const { say, space, person } = context;
    const sample = await readSample(input.sample ?? sampleFor(say.language));
    const name = `demo-${sample.name}`;
    if ((await workspace.tasks(space)).some((task) => task.name === name)) {
      throw fail(say, 'conflict', say('demo.exists', { task: name }));
    }
    const created = await workspace.createTask(space, {
      name,
      labels: sample.labels.map((label) => ({ name: label })),
      instruction: sample.instruction,
      by: person,
      settings: { target: config.target },
    });
    const rows = sample.train.slice(0, SHOTS * sample.labels.length);
    const { task } = await workspace.teach(created, rows, { by: person });
    runs.changed(task);
    const question = sample.test[0]?.text ?? '';
    const standing = countsLine(context, task, await workspace.counts(task));
    const news = [{ key: 'journal.taskCreated', task, values: {} }] as const;
    return { kind: 'task', news, text: say('demo.ready', { task: name, count: rows.length, standing, question }) };
  },
});
