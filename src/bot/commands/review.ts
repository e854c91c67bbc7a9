// /review: one text at a time that Handful is unsure about; the person answers with the label, its number, or skips.

import type { Choice, Reply } from '../reply.js';
import { type ReviewItem, reviewQueue } from '../review.js';
import type { Context, Services } from '../services.js';
import type { Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findExample, findLabel, findTask } from './lookup.js';
import * as option from './option.js';

export const review = defineCommand({
  name: 'review',
  summary: 'review.summary',
  teaches: true,
  options: {
    task: option.task(),
    example: option.example({ summary: 'option.reviewExample' }),
    label: option.label({ summary: 'option.reviewLabel' }),
  },
  rest: 'task',
  examples: ['/review', '/review task:support'],
  run: async (services, context, input) => {
    const { workspace, runs, sessions } = services;
    const { skipped } = sessions.get(context.space, context.person);
    let task = await findTask(services, context, input.task);
    let said = '';
    if (input.example !== undefined) {
      const example = findExample(context, task, await workspace.examples(task), input.example);
      skipped.add(example.id);
      if (input.label !== undefined) {
        const label = findLabel(context, task, input.label);
        task = (await workspace.label(task, example.id, label, context.person)).task;
        runs.changed(task);
        said = `${context.say('review.saved', { label })}\n`;
      }
    }
    const reply = await nextText(services, context, task, skipped);
    const news = [{ key: 'journal.relabelled', task, values: { count: 1 } }] as const;
    return { ...reply, news: said === '' ? [] : news, text: said + reply.text, taught: said !== '' };
  },
});

async function nextText(services: Services, context: Context, task: Task, skipped: Set<string>): Promise<Reply> {
  const { say } = context;
  const examples = await services.workspace.examples(task);
  if (examples.length === 0) return { kind: 'review', text: say('review.noExamples', { task: task.name }) };
  const last = await services.memory.last(task.id);
  const queue = await reviewQueue(services, task, { examples, last, skipped });
  const next = queue[0];
  if (next === undefined) {
    const skips = skipped.size;
    skipped.clear();
    return { kind: 'review', text: say(skips === 0 ? 'review.nothing' : 'review.done', { task: task.name }) };
  }
  return {
    kind: 'review',
    text: question(context, task, { next, open: queue.length }),
    choices: choices(context, task, next),
  };
}

function question({ say, format }: Context, task: Task, { next, open }: { next: ReviewItem; open: number }): string {
  const { example, guess, probability } = next;
  const text = format.quote(example.text, 400);
  const values = { guess, probability: format.percent(probability) };
  const doubt =
    example.label === null
      ? say('review.unlabelled', values)
      : say('review.doubtful', { ...values, label: example.label });
  return `${say('review.which', { task: task.name, count: open })}\n  ${text}\n${doubt}`;
}

function choices({ say }: Context, task: Task, { example }: ReviewItem): Choice[] {
  const options = { task: task.name, example: example.id };
  return [
    ...task.labels.map(({ name }) => ({ label: name, command: 'review', options: { ...options, label: name } })),
    { label: say('word.skip'), command: 'review', options },
  ];
}
