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
  run: async ({ workspace, runs, memory }, context) => {
    const { say } = context;
    // Members take back what they did themselves: what moderators promote or change stays with moderators.
    const ownOnly = context.role === 'member';
    const undone = await workspace.undo(context.space, context.person, { ownOnly }).catch((error: unknown) => {
      if (isUserError(error) && error.code === 'bad-input') throw fail(say, 'bad-input', say('undo.nothing'));
      if (isUserError(error) && error.code === 'forbidden') throw fail(say, 'forbidden', say('undo.others'));
      throw error;
    });
    if (undone.kind === 'teach') await memory.forgetTexts(undone.task.id);
    runs.changed(undone.task);
    const said = say(`undo.${undone.kind}`, { count: undone.examples, task: undone.task.name });
    const news = [{ key: 'journal.undone', task: undone.task, values: {} }] as const;
    const standing = countsLine(context, undone.task, await workspace.counts(undone.task));
    return { kind: 'task', news, text: `${said}  ${standing}` };
  },
});
