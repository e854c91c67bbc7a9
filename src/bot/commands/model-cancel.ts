// /model cancel: stop the run of a task; what answers now goes on answering.

import { fail } from '../fail.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const modelCancel = defineCommand({
  name: 'model cancel',
  summary: 'model.cancel.summary',
  audience: 'moderators',
  options: { task: option.task() },
  rest: 'task',
  examples: ['/model cancel'],
  run: async (services, context, input) => {
    const { say } = context;
    const task = await findTask(services, context, input.task);
    if (!services.runs.cancel(task.id)) throw fail(say, 'conflict', say('cancel.nothing', { task: task.name }));
    const news = [{ key: 'journal.cancelled', task, values: {} }] as const;
    return { kind: 'status', news, text: say('cancel.requested', { task: task.name }) };
  },
});
