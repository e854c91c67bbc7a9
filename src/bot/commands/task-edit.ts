// /task edit: name, instruction, labels, and how the task trains.

import { fail } from '../fail.js';
import type { TaskChanges, TaskSettings } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { checkLabels, checkName, checkText, findLabel, findTask } from './lookup.js';
import * as option from './option.js';

type Changes = { -readonly [K in keyof TaskChanges]: TaskChanges[K] };

export const taskEdit = defineCommand({
  name: 'task edit',
  summary: 'task.edit.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: {
    task: option.task(),
    name: option.text({ summary: 'option.newName' }),
    instruction: option.text({ summary: 'option.instruction' }),
    add: option.labels({ summary: 'option.addLabels' }),
    drop: option.labels({ summary: 'option.dropLabels' }),
    describe: option.labels({ summary: 'option.describeLabels' }),
    target: option.accuracy({ summary: 'option.target' }),
    automatic: option.yesNo({ summary: 'option.automatic' }),
  },
  examples: [
    '/task edit task:support add:refund drop:praise',
    '/task edit task:support describe:"bug = something does not work"',
    '/task edit task:support target:95% automatic:no',
  ],
  run: async (services, context, input) => {
    const { say } = context;
    const task = await findTask(services, context, input.task);
    const changes: Changes = { by: context.person };
    if (input.name !== undefined) changes.name = checkName(context, input.name);
    if (input.instruction !== undefined) changes.instruction = checkText(context, input.instruction);
    if (input.add !== undefined) changes.addLabels = checkLabels(context, input.add);
    if (input.drop !== undefined) {
      changes.dropLabels = checkLabels(context, input.drop).map((label) => findLabel(context, task, label.name));
      const left = task.labels.length + (changes.addLabels?.length ?? 0) - changes.dropLabels.length;
      if (left < 2) throw fail(say, 'bad-input', say('task.oneLabelLeft', { task: task.name }));
    }
    if (input.describe !== undefined) {
      const described = checkLabels(context, input.describe).map((label) => [
        findLabel(context, task, label.name),
        label.description ?? '',
      ]);
      changes.describeLabels = Object.fromEntries(described);
    }
    const settings: { -readonly [K in keyof TaskSettings]?: TaskSettings[K] } = {};
    if (input.target !== undefined) settings.target = input.target;
    if (input.automatic !== undefined) settings.automatic = input.automatic;
    if (Object.keys(settings).length > 0) changes.settings = settings;
    if (Object.keys(changes).length === 1) {
      throw fail(say, 'bad-input', say('task.nothingToEdit', { example: '/task edit add:refund drop:praise' }));
    }
    const edited = await services.workspace.editTask(task, changes);
    services.runs.changed(edited);
    const names = edited.labels.map((label) => label.name).join(', ');
    const news = [{ key: 'journal.taskEdited', task: edited, values: {} }] as const;
    return { kind: 'task', news, text: say('task.edited', { task: edited.name, labels: names }) };
  },
});
