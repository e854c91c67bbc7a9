// /task import: a new task out of a file; its labels are the labels of the file.

import { fail } from '../fail.js';
import { readRows, refuseProblems, teachRows } from '../import-file.js';
import { defineCommand } from './command.js';
import { checkTaskName, checkText } from './lookup.js';
import * as option from './option.js';

export const taskImport = defineCommand({
  name: 'task import',
  summary: 'task.import.summary',
  teaches: true,
  visibility: 'everyone',
  options: {
    file: option.file({ summary: 'option.file', required: true }),
    name: option.text({ summary: 'option.importName' }),
    instruction: option.text({ summary: 'option.instruction' }),
    partial: option.yesNo({ summary: 'option.partial' }),
  },
  rest: 'file',
  examples: ['/task import file:support.csv name:support'],
  run: async (services, context, input) => {
    const { say, space, person } = context;
    const { name: fileName, source } = await context.files.open(input.file);
    const imported = await readRows(context, source, { fileName });
    const partial = input.partial === true;
    refuseProblems(context, { fileName, imported, partial });
    const labels = [...new Set(imported.rows.flatMap((row) => row.label ?? []))];
    if (labels.length < 2)
      throw fail(say, 'bad-file', say('task.importLabels', { file: fileName, labels: labels.join(', ') || '–' }));
    const name = await checkTaskName(services, context, input.name ?? fileName.replace(/\.[^.]+$/, ''));
    const task = await services.workspace.createTask(space, {
      name,
      labels: labels.map((label) => ({ name: label })),
      by: person,
      settings: { target: services.config.target },
      ...(input.instruction === undefined ? {} : { instruction: checkText(context, input.instruction) }),
    });
    const reply = await teachRows(services, context, { task, fileName, imported, partial, replace: false });
    const created = { key: 'journal.taskCreated', task, values: {} } as const;
    const text = `${say('task.imported', { task: name, count: labels.length })}\n${reply.text}`;
    return { ...reply, news: [created, ...(reply.news ?? [])], text };
  },
});
