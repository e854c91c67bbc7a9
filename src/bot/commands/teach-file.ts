// /teach-file: examples of a CSV, TSV or JSONL file for a task that exists.

import { readRows, teachRows } from '../import-file.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const teachFile = defineCommand({
  name: 'teach-file',
  summary: 'teachFile.summary',
  teaches: true,
  options: {
    file: option.file({ summary: 'option.file', required: true }),
    task: option.task(),
    partial: option.yesNo({ summary: 'option.partial' }),
    replace: option.yesNo({ summary: 'option.replace' }),
  },
  rest: 'file',
  examples: ['/teach-file file:examples.csv', '/teach-file task:support file:examples.csv partial:yes'],
  run: async (services, context, input) => {
    const task = await findTask(services, context, input.task);
    const { name, source } = await context.files.open(input.file);
    const knownLabels = task.labels.map((label) => label.name);
    const imported = await readRows(context, source, { fileName: name, knownLabels });
    const { partial = false, replace = false } = input;
    return teachRows(services, context, { task, fileName: name, imported, partial, replace });
  },
});
