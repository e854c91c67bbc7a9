// /task show: what a task asks, its labels with descriptions and counts, its latest examples, who answers, its settings.

import { answererTag } from '../describe.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

const LATEST_SHOWN = 5;

export const taskShow = defineCommand({
  name: 'task show',
  summary: 'task.show.summary',
  options: { task: option.task() },
  rest: 'task',
  examples: ['/task show task:support'],
  run: async (services, context, input) => {
    const { say, format } = context;
    const task = await findTask(services, context, input.task);
    const { workspace } = services;
    const [counts, examples, versions] = [
      await workspace.counts(task),
      await workspace.examples(task),
      await workspace.versions(task),
    ];
    const active = versions.find((version) => version.number === task.activeVersion);
    const by = answererTag(say, active === undefined ? { kind: 'in-context' } : { kind: 'version', ...active });
    const lines = [
      task.instruction === '' ? task.name : `${task.name}: ${task.instruction}`,
      ...task.labels.map((label, i) => {
        const count = say('count.examples', { count: counts.labels[i]?.examples ?? 0 });
        return `  ${label.name}: ${count}${label.description === undefined ? '' : ` · ${label.description}`}`;
      }),
      ...(counts.unlabelled === 0 ? [] : [`  ${say('counts.unlabelled', { count: counts.unlabelled })}`]),
      say('task.answers', { answerer: by, versions: versions.length }),
      say('task.settings', {
        target: format.percent(task.settings.target),
        automatic: say(task.settings.automatic ? 'word.on' : 'word.off'),
      }),
      ...(examples.length === 0 ? [] : [say('task.latest')]),
      ...examples
        .slice(-LATEST_SHOWN)
        .reverse()
        .map((example) => `  ${format.quote(example.text)} => ${example.label ?? '?'}`),
    ];
    return { kind: 'task', text: lines.join('\n') };
  },
});
