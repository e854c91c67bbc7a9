// /model advise: what fits the data of a task: method, encoder, what to teach next, a sentence each.

import { adviceLines } from '../advice.js';
import { taskFacts } from '../task-facts.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const modelAdvise = defineCommand({
  name: 'model advise',
  summary: 'model.advise.summary',
  options: { task: option.task() },
  rest: 'task',
  examples: ['/model advise', '/model advise task:support'],
  run: async (services, context, input) => {
    const { say } = context;
    const task = await findTask(services, context, input.task);
    const { facts } = await taskFacts(services, task);
    if (facts.examples === 0) return { kind: 'status', text: say('advice.noExamples', { task: task.name }) };
    const lines = adviceLines(context, facts).map((line) => `  ${line}`);
    return { kind: 'status', text: [say('advice.head', { task: task.name }), ...lines].join('\n') };
  },
});
