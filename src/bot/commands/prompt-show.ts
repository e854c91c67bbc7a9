// /prompt show: the few-shot prompt that a language model would get for a text.

import { buildPrompt, characterBudget } from '../../prompts/index.js';
import { defineCommand } from './command.js';
import { checkText, findTask } from './lookup.js';
import * as option from './option.js';

/** About 1,000 tokens: what small chat models read at ease. */
const BUDGET_CHARACTERS = 4_000;
const MOST_DEMONSTRATIONS = 16;

export const promptShow = defineCommand({
  name: 'prompt show',
  summary: 'prompt.show.summary',
  options: {
    text: option.text({ summary: 'option.askText', required: true }),
    task: option.task(),
  },
  rest: 'text',
  examples: ['/prompt show task:support text:"my card was charged two times"'],
  run: async (services, context, input) => {
    const { say } = context;
    const text = checkText(context, input.text);
    const task = await findTask(services, context, input.task);
    const prompt = buildPrompt({
      instruction: task.instruction,
      labels: task.labels,
      nearest: await services.answers.nearest(task, text),
      text,
      maxDemonstrations: MOST_DEMONSTRATIONS,
      budget: characterBudget(BUDGET_CHARACTERS),
    });
    const values = { count: prompt.demonstrations.length, characters: prompt.text.length };
    return { kind: 'prompt', text: `${prompt.text}\n\n${say('prompt.note', values)}` };
  },
});
