// /task export: the examples of a task as a file that /teach-file and /task import read back.

import { exportExamples, FILE_FORMATS } from '../export-file.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const taskExport = defineCommand({
  name: 'task export',
  summary: 'task.export.summary',
  options: {
    task: option.task(),
    format: option.choice(FILE_FORMATS, { summary: 'option.format' }),
    file: option.fileName({ summary: 'option.exportFile' }),
  },
  rest: 'task',
  examples: ['/task export task:support format:csv file:support.csv'],
  run: async (services, context, input) => {
    const { say } = context;
    const task = await findTask(services, context, input.task);
    const examples = await services.workspace.examples(task);
    const { name, content } = exportExamples(examples, { name: input.file ?? task.name, format: input.format });
    const place = await context.files.write(name, content);
    return { kind: 'file', text: say('task.exported', { task: task.name, count: examples.length, place }) };
  },
});
