// /prompt show: the prompt that the language model gets for a text, or would get if there were one.

import { isUserError, type PromptQuestion } from '../../engine/index.js';
import { promptText, wayName } from '../../prompts/index.js';
import { previewPrompt } from '../language-model/preview.js';
import { defineCommand } from './command.js';
import { checkText, findTask } from './lookup.js';
import * as option from './option.js';

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
    const { answers, workspace, languageModel, config } = services;
    const text = checkText(context, input.text);
    const task = await findTask(services, context, input.task);
    const nearest = await answers.nearest(task, text);
    const { total, unlabelled } = await workspace.counts(task);
    const question: PromptQuestion = { text, nearest, complete: nearest.length === total - unlabelled };
    const way = await answers.promptWay(task).catch((error: unknown) => {
      // A damaged version is told and replaced when somebody asks it.
      if (isUserError(error)) return null;
      throw error;
    });
    const shown = await previewPrompt(
      { task, question, way, seed: config.seed, wanted: config.languageModel },
      languageModel,
    );
    const size =
      shown.tokens === null
        ? say('prompt.characters', { count: promptText(shown.prompt).length })
        : say('prompt.tokens', { count: shown.tokens, model: languageModel!.describe().name });
    const note = say('prompt.note', {
      way: wayName(shown.way),
      count: shown.demonstrations,
      dropped: shown.dropped,
      size,
    });
    return { kind: 'prompt', text: `${promptText(shown.prompt)}\n\n${note}` };
  },
});
