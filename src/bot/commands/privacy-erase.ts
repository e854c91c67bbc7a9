// /privacy erase: deletes everything that is kept of a whole community; asks once more, since nothing brings it back.

import { defineCommand } from './command.js';
import { confirmChoices } from './confirm.js';
import * as option from './option.js';

export const privacyErase = defineCommand({
  name: 'privacy erase',
  summary: 'privacy.erase.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: { confirm: option.yesNo({ summary: 'option.confirm' }) },
  examples: ['/privacy erase confirm:yes'],
  run: async ({ workspace, erasure, log }, context, input) => {
    const { say, space } = context;
    const tasks = await workspace.tasks(space);
    if (input.confirm !== true) {
      let examples = 0;
      for (const task of tasks) examples += (await workspace.counts(task)).total;
      return {
        kind: 'privacy',
        text: say('privacy.confirmErase', { tasks: tasks.length, examples }),
        choices: confirmChoices(
          context,
          { command: 'privacy erase', options: { confirm: 'yes' } },
          { command: 'privacy show', options: {} },
        ),
      };
    }
    await erasure.eraseSpace(space);
    log.info('space erased', { space, tasks: tasks.length });
    return { kind: 'privacy', text: say('privacy.erased') };
  },
});
