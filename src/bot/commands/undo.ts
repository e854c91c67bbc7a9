// /undo: reverse the last change of the space, and the one before when asked again.

import { isUserError } from '../../engine/index.js';
import { countsLine } from '../describe.js';
import { fail } from '../fail.js';
import { defineCommand } from './command.js';

export const undo = defineCommand({
  name: 'undo',
  summary: 'undo.summary',
  options: {},
  examples: ['/undo'],
  run: async ({ workspace, runs }, context) => {
    const { say } = context;
    const undone = await workspace.undo(context.space, context.person).catch((error: unknown) => {
      if (isUserError(error) && error.code === 'bad-input') throw fail(say, 'bad-input', say('undo.nothing'));
      throw error;
    });
    runs.changed(undone.task);
    const said = say(`undo.${undone.kind}`, { count: undone.examples, task: undone.task.name });
    return { kind: 'task', text: `${said}  ${countsLine(context, undone.task, await workspace.counts(undone.task))}` };
  },
});
