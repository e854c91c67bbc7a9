// /ask: one text, one answer, and who gave it.

import { answerReply, neighbourLines, whyLines } from '../answer-reply.js';
import { defineCommand } from './command.js';
import { checkText, findTask } from './lookup.js';
import * as option from './option.js';

export const ask = defineCommand({
  name: 'ask',
  summary: 'ask.summary',
  visibility: 'everyone',
  options: {
    text: option.text({ summary: 'option.askText', required: true }),
    task: option.task(),
    why: option.yesNo({ summary: 'option.why' }),
  },
  rest: 'text',
  examples: ['/ask why was my card charged twice?', '/ask task:support why:yes text:"it crashes when I save"'],
  run: async (services, context, input) => {
    const text = checkText(context, input.text);
    const task = await findTask(services, context, input.task);
    const answer = await services.answers.ask(task, text);
    const { prediction, by } = answer;
    const { space, person, source = null, say } = context;
    const about = { task: task.id, taskName: task.name, text, prediction, by, person, source };
    const reply = answerReply(context, task, { answer, asked: services.asked.remember(space, about) });
    if (input.why !== true) return reply;
    const nearest = prediction.nearest.length > 0 ? prediction.nearest : await services.answers.nearest(task, text);
    const lines = nearest.length === 0 ? [] : [say('why.nearest'), ...neighbourLines(context, nearest)];
    return { ...reply, text: [reply.text, ...whyLines(context, prediction), ...lines].join('\n') };
  },
});
