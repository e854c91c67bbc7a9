// /model status: who answers a task, how good it was measured, what runs, and what would start the next run.

import { automaticRun, LEAST_PER_LABEL } from '../automatic.js';
import { answererName } from '../describe.js';
import { modelLines } from '../language-model/describe.js';
import { progressLine } from '../progress-line.js';
import type { AnsweredBy } from '../reply.js';
import { measuredLine } from '../report-card.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const modelStatus = defineCommand({
  name: 'model status',
  summary: 'model.status.summary',
  options: { task: option.task() },
  rest: 'task',
  examples: ['/model status', '/model status task:support'],
  run: async (services, context, input) => {
    const { say, format } = context;
    const { workspace, runs, memory, config, feedback, languageModel } = services;
    const task = await findTask(services, context, input.task);
    const versions = await workspace.versions(task);
    const active = versions.find((version) => version.number === task.activeVersion);
    const last = await memory.last(task.id);
    const run = runs.current(task.id);
    const by: AnsweredBy = active === undefined ? { kind: 'in-context' } : { kind: 'version', ...active };
    const { right, wrong } = await feedback.tally(task.space, task.id, by);
    const answerer = by.kind === 'in-context' ? say('method.in-context') : say('version', { version: by.number });
    const record = active?.record ?? last?.record ?? null;
    const due = automaticRun(task, await workspace.examples(task), last);
    const lines = [
      say('status.answers', {
        task: task.name,
        answerer: answererName(say, by),
        target: format.percent(task.settings.target),
      }),
      ...(record !== null ? [measuredLine(context, record)] : run === null ? [say('status.notMeasured')] : []),
      ...(right + wrong > 0 ? [say('status.feedback', { right, wrong, answerer })] : []),
      ...(active?.stale === true ? [say('status.stale', { version: active.number })] : []),
      run !== null
        ? run.state === 'running'
          ? progressLine(context, run)
          : say('status.queued')
        : config.training
          ? say(`status.${due}`, { least: LEAST_PER_LABEL })
          : say('train.switchedOff'),
      ...modelLines(context, languageModel),
    ];
    return { kind: 'status', text: lines.join('\n') };
  },
});
