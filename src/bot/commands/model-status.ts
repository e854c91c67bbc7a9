// /model status: who answers a task, how good it was measured, what runs, and what would start the next run.

import { automaticRun, LEAST_PER_LABEL } from '../automatic.js';
import { answererName } from '../describe.js';
import { progressLine } from '../progress-line.js';
import { measuredLine } from '../report-card.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const modelStatus = defineCommand({
  name: 'model status',
  summary: 'model.status.summary',
  visibility: 'everyone',
  options: { task: option.task() },
  rest: 'task',
  examples: ['/model status', '/model status task:support'],
  run: async (services, context, input) => {
    const { say, format } = context;
    const { workspace, runs, memory, config } = services;
    const task = await findTask(services, context, input.task);
    const versions = await workspace.versions(task);
    const active = versions.find((version) => version.number === task.activeVersion);
    const last = await memory.last(task.id);
    const run = runs.current(task.id);
    const by = answererName(say, active === undefined ? { kind: 'in-context' } : { kind: 'version', ...active });
    const record = active?.record ?? last?.record ?? null;
    const due = automaticRun(task, await workspace.examples(task), last);
    const lines = [
      say('status.answers', { task: task.name, answerer: by, target: format.percent(task.settings.target) }),
      ...(record !== null ? [measuredLine(context, record)] : run === null ? [say('status.notMeasured')] : []),
      ...(active?.stale === true ? [say('status.stale', { version: active.number })] : []),
      run !== null
        ? run.state === 'running'
          ? progressLine(context, run)
          : say('status.queued')
        : config.training
          ? say(`status.${due}`, { least: LEAST_PER_LABEL })
          : say('train.switchedOff'),
    ];
    return { kind: 'status', text: lines.join('\n') };
  },
});
