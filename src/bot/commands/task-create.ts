// /task create: a name and two or more labels; ready to answer at once by the label names.

import { fail } from '../fail.js';
import { defineCommand } from './command.js';
import { checkLabels, checkTaskName, checkText } from './lookup.js';
import * as option from './option.js';

export const taskCreate = defineCommand({
  name: 'task create',
  summary: 'task.create.summary',
  visibility: 'everyone',
  options: {
    name: option.text({ summary: 'option.name', required: true }),
    labels: option.labels({ summary: 'option.labels', required: true }),
    instruction: option.text({ summary: 'option.instruction' }),
  },
  examples: [
    '/task create name:support labels:"billing, bug, praise"',
    '/task create name:support labels:"billing = money matters; bug = something fails" instruction:"Which team should see this?"',
  ],
  run: async (services, context, input) => {
    const { workspace, config } = services;
    const { say, space, person } = context;
    const name = await checkTaskName(services, context, input.name);
    const labels = checkLabels(context, input.labels);
    if (labels.length < 2) throw fail(say, 'bad-input', say('task.oneLabel', { labels: input.labels }));
    const task = await workspace.createTask(space, {
      name,
      labels,
      by: person,
      settings: { target: config.target },
      ...(input.instruction === undefined ? {} : { instruction: checkText(context, input.instruction) }),
    });
    const news = [{ key: 'journal.taskCreated', task, values: {} }] as const;
    return { kind: 'task', news, text: say('task.created', { task: task.name, count: labels.length }) };
  },
});
