// /task export: the examples of a task as a file that /teach-file and /task import read back or that language models are tuned
// with, or a trained version as files of another tool.

import { EXPORT_FORMATS, exportExamples, isModelFormat } from '../export-file.js';
import { exportVersion } from '../export-model.js';
import { fail } from '../fail.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const taskExport = defineCommand({
  name: 'task export',
  summary: 'task.export.summary',
  options: {
    task: option.task(),
    format: option.choice(EXPORT_FORMATS, { summary: 'option.exportFormat' }),
    file: option.fileName({ summary: 'option.exportFile' }),
    version: option.version({ summary: 'option.exportVersion' }),
  },
  rest: 'task',
  examples: ['/task export task:support format:csv file:support.csv', '/task export format:onnx version:2'],
  run: async (services, context, input) => {
    const { say, format: words, role } = context;
    const task = await findTask(services, context, input.task);
    const { format } = input;
    if (isModelFormat(format)) {
      if (role === 'member') throw fail(say, 'forbidden', say('export.moderators'));
      const wanted = { format, version: input.version, name: input.file };
      const { version, bytes, place } = await exportVersion(services, context, task, wanted);
      const values = { task: task.name, version: version.number, format, size: words.bytes(bytes), place };
      return { kind: 'file', text: say('task.exportedModel', values) };
    }
    const examples = await services.workspace.examples(task);
    const { name, content, count } = exportExamples(task, examples, { name: input.file ?? task.name, format });
    const place = await context.files.write(name, content);
    return { kind: 'file', text: say('task.exported', { task: task.name, count, place }) };
  },
});
