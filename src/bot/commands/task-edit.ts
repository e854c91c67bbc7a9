// /task edit: name, instruction, labels, and how the task trains.

import { fail } from '../fail.js';
import type { Context, Services } from '../services.js';
import { countByLabel, tooFewToTrain } from '../task-data.js';
import type { Task, TaskChanges, TaskSettings } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { chooseEncoder } from './encoder-choice.js';
import { checkLabels, checkName, checkText, findLabel, findTask } from './lookup.js';
import { trainsAlready } from './model-train.js';
import * as option from './option.js';

/**
 * Another encoder reads, measures and trains in the background, and takes over with the answerer that is best on it; where there
 * is too little to measure, it answers from now on.
 */
async function switchEncoder(services: Services, context: Context, task: Task, encoder: string | null) {
  const { say, person } = context;
  const { config, runs, workspace } = services;
  const name = encoder ?? config.encoder;
  const missing = tooFewToTrain(countByLabel(task, await workspace.examples(task)));
  if (!config.training || missing.length > 0) {
    await workspace.editTask(task, { settings: { encoder }, by: person });
    return { text: say('encoder.switched', { task: task.name, encoder: name }) };
  }
  const run = await runs.start(task, { by: person, encoder });
  if (run !== null) return { text: say('encoder.switching', { task: task.name, encoder: name }), training: task.id };
  throw trainsAlready(runs, context, task);
}

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
    encoder: option.text({ summary: 'option.encoder' }),
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
    const encoder = input.encoder === undefined ? undefined : chooseEncoder(context, services.config, input.encoder);
    if (Object.keys(changes).length === 1 && encoder === undefined) {
      throw fail(say, 'bad-input', say('task.nothingToEdit', { example: '/task edit add:refund drop:praise' }));
    }
    const encoderAlone = Object.keys(changes).length === 1;
    const edited = encoderAlone ? task : await services.workspace.editTask(task, changes);
    const names = edited.labels.map((label) => label.name).join(', ');
    const news = [{ key: 'journal.taskEdited', task: edited, values: {} }] as const;
    const text = say('task.edited', { task: edited.name, labels: names });
    if (encoder === undefined || encoder === edited.settings.encoder) {
      services.runs.changed(edited);
      return { kind: 'task', news, text };
    }
    const switched = await switchEncoder(services, context, edited, encoder);
    return { kind: 'task', news, ...switched, text: encoderAlone ? switched.text : `${text}\n${switched.text}` };
  },
});
