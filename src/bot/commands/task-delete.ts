// /task delete: asks once more, since nothing brings a task back.

import { defineCommand } from './command.js';
import { confirmChoices } from './confirm.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const taskDelete = defineCommand({
  name: 'task delete',
  summary: 'task.delete.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: {
    task: option.task({ required: true }),
    confirm: option.yesNo({ summary: 'option.confirm' }),
  },
  rest: 'task',
  examples: ['/task delete task:support confirm:yes'],
  run: async (services, context, input) => {
    const { say } = context;
    const { workspace, erasure } = services;
    const task = await findTask(services, context, input.task);
    if (input.confirm !== true) {
      const [counts, versions] = [await workspace.counts(task), await workspace.versions(task)];
      const values = { task: task.name, examples: counts.total, versions: versions.length };
      return {
        kind: 'task',
        text: say('task.confirmDelete', values),
        choices: confirmChoices(
          context,
          { command: 'task delete', options: { task: task.name, confirm: 'yes' } },
          { command: 'task show', options: { task: task.name } },
        ),
      };
    }
    await erasure.deleteTask(task);
    const news = [{ key: 'journal.taskDeleted', task, values: {} }] as const;
    return { kind: 'task', news, text: say('task.deleted', { task: task.name }) };
  },
});
