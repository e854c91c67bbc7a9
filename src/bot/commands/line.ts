// A plain line: a question about concepts where it surely is one, else a text for a task. What a line, a mention or a direct message
// without a command runs.

import { takesLine } from '../concepts/line.js';
import { looksLikeQuestion } from '../concepts/question.js';
import { ask } from './ask.js';
import { defineCommand } from './command.js';
import { findConcept, replyTo } from './concept-ask.js';
import { checkText } from './lookup.js';
import * as option from './option.js';

export const line = defineCommand({
  name: 'line',
  summary: 'ask.summary',
  visibility: 'everyone',
  hidden: true,
  options: { text: option.text({ summary: 'option.askText', required: true }) },
  rest: 'text',
  examples: ['what is LoRA?'],
  run: async (services, context, input) => {
    const text = checkText(context, input.text);
    if (looksLikeQuestion(text)) {
      const hasTask = (await services.workspace.tasks(context.space)).length > 0;
      const found = await findConcept(services, context, text);
      if (takesLine(text, found, hasTask)) return replyTo(services, context, found);
    }
    return ask.invoke(services, context, { text });
  },
});
