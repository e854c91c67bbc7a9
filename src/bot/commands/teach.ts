// /teach and "text => label": one example. The same text under another label is asked about, never kept twice.

import { countsLine, whenWords } from '../describe.js';
import { fail } from '../fail.js';
import type { Reply } from '../reply.js';
import type { Context, Services } from '../services.js';
import { splitArrow } from '../syntax/parse.js';
import { problemSentence } from '../syntax/problem.js';
import type { Task, TeachOutcome } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { checkText, findLabel, findTask } from './lookup.js';
import * as option from './option.js';

export const teach = defineCommand({
  name: 'teach',
  summary: 'teach.summary',
  options: {
    text: option.text({ summary: 'option.teachText', required: true }),
    label: option.label({ summary: 'option.label' }),
    task: option.task(),
    replace: option.yesNo({ summary: 'option.replace' }),
  },
  rest: 'text',
  examples: ['I was charged twice => billing', '/teach task:support label:billing text:"I was charged twice"'],
  run: async (services, context, input) => {
    const { text, label } = withArrow(context, input);
    const clean = checkText(context, text);
    const task = await findTask(services, context, input.task);
    const found = label === undefined ? null : findLabel(context, task, label);
    const taught = await services.workspace.teach(task, [{ text: clean, label: found }], {
      by: context.person,
      replace: input.replace === true,
    });
    services.runs.changed(taught.task);
    return taughtReply(services, context, taught.task, taught.outcomes[0]!);
  },
});

/** `/teach text => label` means the same as `text => label`. */
function withArrow(context: Context, input: { readonly text: string; readonly label: string | undefined }) {
  const split = input.label === undefined ? splitArrow(input.text) : null;
  if (split === null) return input;
  if ('missing' in split)
    throw fail(context.say, 'bad-input', problemSentence(context, { kind: 'half-arrow', ...split }));
  return split;
}

async function taughtReply(services: Services, context: Context, task: Task, outcome: TeachOutcome): Promise<Reply> {
  const { say, format } = context;
  const base = { kind: 'taught', task: task.name, outcomes: [outcome] } as const;
  if (outcome.kind === 'conflict') return { ...base, ...conflict(services, context, task, outcome) };
  const counts = await services.workspace.counts(task);
  const ofLabel = (label: string): number => counts.labels.find((entry) => entry.label === label)?.examples ?? 0;
  const standing = countsLine(context, task, counts);
  switch (outcome.kind) {
    case 'taught': {
      const { label } = outcome.example;
      const similar =
        outcome.similarTo === null ? '' : `\n${say('teach.similar', { text: format.quote(outcome.similarTo) })}`;
      const said =
        label === null
          ? say('teach.unlabelled', { count: counts.unlabelled })
          : say('teach.taught', { label, count: ofLabel(label) });
      return { ...base, text: `${said}  ${standing}${similar}` };
    }
    case 'duplicate':
      return {
        ...base,
        text:
          outcome.label === null ? say('teach.duplicateUnlabelled') : say('teach.duplicate', { label: outcome.label }),
      };
    case 'relabelled': {
      const label = outcome.example.label ?? '';
      const said =
        outcome.before === null
          ? say('teach.labelled', { label, count: ofLabel(label) })
          : say('teach.moved', { label, before: outcome.before });
      return { ...base, text: `${said}  ${standing}` };
    }
    default:
      throw outcome satisfies never;
  }
}

function conflict(
  { clock }: Services,
  { say, format, person, nameOf }: Context,
  task: Task,
  { text, label, held }: Extract<TeachOutcome, { kind: 'conflict' }>,
): Pick<Reply, 'text' | 'choices'> {
  if (label === null || held.label === null) throw fail(say, 'conflict', say('teach.duplicateUnlabelled'));
  const by = held.submittedBy === person ? say('word.you') : nameOf(held.submittedBy);
  const options = { task: task.name, text };
  return {
    text: say('teach.conflict', {
      text: format.quote(text),
      held: held.label,
      by,
      when: whenWords(say, held.submittedAt, clock.now()),
      label,
    }),
    choices: [
      { label: held.label, command: 'teach', options: { ...options, label: held.label } },
      { label, command: 'teach', options: { ...options, label, replace: 'yes' } },
      { label: say('teach.bothPossible'), command: 'forget', options: { task: task.name, example: held.id } },
    ],
  };
}
