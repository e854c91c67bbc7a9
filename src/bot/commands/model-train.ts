// /model train: measure and fine-tune now, in the background.

import { parseMethodOptions } from '../../engine/index.js';
import { fail } from '../fail.js';
import type { Run, RunRequest } from '../run-types.js';
import type { Context, Services } from '../services.js';
import { LEAST_TO_TRAIN, tooFewToTrain } from '../task-data.js';
import type { Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

const MOST_LISTED = 8;

export const modelTrain = defineCommand({
  name: 'model train',
  summary: 'model.train.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: {
    task: option.task(),
    method: option.method({ summary: 'option.method' }),
    options: option.text({ summary: 'option.methodOptions' }),
    budget: option.seconds({ summary: 'option.budget' }),
  },
  rest: 'task',
  examples: [
    '/model train',
    '/model train task:support method:lora budget:120',
    '/model train task:support method:lora options:"rank=16 epochs=24"',
  ],
  run: async (services, context, input) => {
    const { say, format } = context;
    const { config, runs, workspace, languageModel } = services;
    if (!config.training) throw fail(say, 'bad-configuration', say('train.switchedOff'));
    if (input.method === 'prompt' && languageModel === null) throw fail(say, 'bad-configuration', say('train.noModel'));
    const task = await findTask(services, context, input.task);
    await requireExamples(services, context, task);
    const { method } = input;
    const named = method === 'auto' || method === 'search' ? undefined : method;
    if (input.options !== undefined && named === undefined) {
      throw fail(say, 'bad-input', say('train.optionsNeedMethod'));
    }
    const request: RunRequest = {
      by: context.person,
      method: named,
      options: input.options === undefined ? undefined : parseMethodOptions([named!], input.options),
      search: method === 'search' ? true : undefined,
      budgetSeconds: input.budget,
    };
    const run = await runs.start(task, request);
    if (run === null) throw trainsAlready(runs, context, task);
    const counts = await workspace.counts(task);
    const values = {
      task: task.name,
      examples: counts.total - counts.unlabelled,
      budget: format.duration(input.budget ?? config.budgetSeconds),
    };
    return {
      kind: 'status',
      training: task.id,
      news: [{ key: 'journal.trained', task, values: {} }],
      text: queuedText(say, run, values),
    };
  },
});

/** What trains before it is named only where it is of the same space. */
function queuedText(
  say: Context['say'],
  { ahead, behind }: Run,
  values: { readonly task: string; readonly examples: number; readonly budget: string },
): string {
  if (ahead === 0) return say('train.started', values);
  return behind === null ? say('train.waits', values) : say('train.queued', { ...values, behind });
}

/** What to throw where a task trains: `/model train` and another encoder for it have to wait. */
export function trainsAlready(runs: Services['runs'], { say }: Pick<Context, 'say'>, task: Task) {
  const percent = Math.round(runs.current(task.id)?.progress?.percent ?? 0);
  return fail(say, 'conflict', say('train.already', { task: task.name, percent }));
}

/** Say what is missing, label by label, before anything is queued. */
export async function requireExamples({ workspace }: Services, { say, format }: Context, task: Task): Promise<void> {
  const counts = await workspace.counts(task);
  const missing = tooFewToTrain(new Map(counts.labels.map(({ label, examples }) => [label, examples])));
  if (missing.length === 0) return;
  const [first, ...others] = missing.slice(0, MOST_LISTED);
  const listed = [
    say('train.labelHas', { label: first![0], count: first![1] }),
    ...others.map(([label, count]) => `${label} ${count}`),
  ];
  const labels = format.list(listed) + (missing.length > MOST_LISTED ? '…' : '');
  throw fail(say, 'too-few-examples', say('train.tooFew', { task: task.name, labels, least: LEAST_TO_TRAIN }), {
    missing: Object.fromEntries(missing),
  });
}
