// /task list: every task of the space in one line each.

import { countsLine } from '../describe.js';
import { defineCommand } from './command.js';

export const taskList = defineCommand({
  name: 'task list',
  summary: 'task.list.summary',
  options: {},
  examples: ['/task list'],
  run: async ({ workspace }, context) => {
    const { say, space } = context;
    const tasks = await workspace.tasks(space);
    if (tasks.length === 0) return { kind: 'task', text: say('task.none') };
    const lines = tasks.map(async (task) => {
      const by =
        task.activeVersion === null ? say('method.in-context') : say('version', { version: task.activeVersion });
      return `${countsLine(context, task, await workspace.counts(task))} · ${by}`;
    });
    return { kind: 'task', text: (await Promise.all(lines)).join('\n') };
  },
});
