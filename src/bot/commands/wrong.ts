// /wrong: an answer was wrong. With the right label it counts for whoever answered and the text is taught; without one it is asked
// for. An answer that said "I don't know" was not wrong: it only gets its label.

import { labelChoices } from '../answer-reply.js';
import type { AskedRecord } from '../asked.js';
import { fail } from '../fail.js';
import type { Reply } from '../reply.js';
import type { Context } from '../services.js';
import type { Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findAnswer } from './find-answer.js';
import { findLabel } from './lookup.js';
import * as option from './option.js';
import { teachAnswered } from './teach-answered.js';

export const wrong = defineCommand({
  name: 'wrong',
  summary: 'wrong.summary',
  teaches: true,
  options: {
    label: option.label({ summary: 'option.rightLabel' }),
    answer: option.answer(),
    replace: option.yesNo({ summary: 'option.replace', hidden: true }),
  },
  rest: 'label',
  examples: ['/wrong', '/wrong label:billing'],
  run: async (services, context, input) => {
    const { space, person, say } = context;
    const { answered, task } = await findAnswer(services, context, input.answer);
    const said = answered.prediction.label;
    if (input.label === undefined) return question(context, task, answered);
    const label = findLabel(context, task, input.label);
    if (label === said) throw fail(say, 'bad-input', say('wrong.same', { label }), { label });
    const reply = await teachAnswered(services, context, task, { answered, label, replace: input.replace === true });
    if (said !== null) {
      const vote = { task: task.id, by: answered.by, answer: answered.id, person, right: false };
      await services.feedback.vote(space, vote);
    }
    return reply;
  },
});

function question({ say, format }: Context, task: Task, { id, text, prediction }: AskedRecord): Reply {
  const { label } = prediction;
  const quoted = format.quote(text, 400);
  return {
    kind: 'review',
    text: label === null ? say('wrong.whichUnsure', { text: quoted }) : say('wrong.which', { text: quoted, label }),
    choices: labelChoices(task, id).filter((choice) => choice.label !== label),
  };
}
