// /why: how an answer that was given came about, as it was then.

import { neighbourLines, scoreWords, whyLines } from '../answer-reply.js';
import { type AskedRecord, digestOf } from '../asked.js';
import { answererName } from '../describe.js';
import type { Context, Services } from '../services.js';
import type { Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findAnswer } from './find-answer.js';
import * as option from './option.js';

export const why = defineCommand({
  name: 'why',
  summary: 'why.summary',
  options: { answer: option.answer() },
  examples: ['/why'],
  run: async (services, context, input) => {
    const { answered, task } = await findAnswer(services, context, input.answer);
    const { prediction } = answered;
    const lines = [
      answeredLine(context, answered),
      ...whyLines(context, prediction),
      ...(await nearestLines(services, context, task, answered)),
    ];
    return { kind: 'status', text: lines.join('\n') };
  },
});

function answeredLine(context: Context, { text, prediction, by }: AskedRecord): string {
  const { say, format } = context;
  const values = { text: format.quote(text, 200), answerer: answererName(say, by) };
  const { label, probability } = prediction;
  if (label !== null) return say('why.answered', { ...values, label: scoreWords(context, { label, probability }) });
  const closest = scoreWords(context, { label: prediction.closest, probability });
  return say('why.unsure', { ...values, closest });
}

/** The nearest examples of that time, as far as they are still kept; a version looks at none, so those of now are shown. */
async function nearestLines(
  { workspace, answers }: Services,
  context: Context,
  task: Task,
  { prediction, by, text }: AskedRecord,
): Promise<string[]> {
  const { say } = context;
  if (by.kind === 'version') {
    const nearest = await answers.nearest(task, text);
    return nearest.length === 0 ? [] : [say('why.nearestNow'), ...neighbourLines(context, nearest)];
  }
  if (prediction.nearest.length === 0) return [];
  const texts = new Map((await workspace.examples(task)).map((example) => [digestOf(example.text), example.text]));
  const kept = prediction.nearest.flatMap(({ digest, ...neighbour }) => {
    const held = texts.get(digest);
    return held === undefined ? [] : [{ ...neighbour, text: held }];
  });
  const forgotten = prediction.nearest.length - kept.length;
  return [
    ...(kept.length === 0 ? [] : [say('why.nearest'), ...neighbourLines(context, kept)]),
    ...(forgotten === 0 ? [] : [say('why.forgotten', { count: forgotten })]),
  ];
}
