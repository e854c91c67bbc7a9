// /teach and "text => label": one example. The same text under another label is asked about, never kept twice.

import { fail } from '../fail.js';
import type { Context } from '../services.js';
import { splitArrow } from '../syntax/parse.js';
import { problemSentence } from '../syntax/problem.js';
import { defineCommand } from './command.js';
import { checkText, findLabel, findTask } from './lookup.js';
import * as option from './option.js';
import { byTeach, teachText } from './teach-text.js';

export const teach = defineCommand({
  name: 'teach',
  summary: 'teach.summary',
  teaches: true,
  options: {
    text: option.text({ summary: 'option.teachText', required: true }),
    label: option.label({ summary: 'option.label' }),
    task: option.task(),
    replace: option.yesNo({ summary: 'option.replace' }),
  },
  rest: 'text',
  examples: ['I was charged twice => billing', '/teach task:support label:billing text:"I was charged twice"'],
  run: async (services, context, input) => {
    const typed = withArrow(context, input);
    const text = checkText(context, typed.text);
    const task = await findTask(services, context, input.task);
    return teachText(services, context, task, {
      text,
      label: typed.label === undefined ? null : findLabel(context, task, typed.label),
      replace: input.replace === true,
      source: context.source,
      again: byTeach(task, text),
    });
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
