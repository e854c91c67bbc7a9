// /right: an answer was right. It counts for whoever answered, and the text may be taught.

import { duplicateKey } from '../../engine/index.js';
import type { AskedRecord } from '../asked.js';
import { fail } from '../fail.js';
import type { Services } from '../services.js';
import type { Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findAnswer } from './find-answer.js';
import { findLabel } from './lookup.js';
import * as option from './option.js';
import { teachAnswered } from './teach-answered.js';

export const right = defineCommand({
  name: 'right',
  summary: 'right.summary',
  teaches: true,
  options: {
    answer: option.answer(),
    teach: option.yesNo({ summary: 'option.teachAnswer', hidden: true }),
    replace: option.yesNo({ summary: 'option.replace', hidden: true }),
  },
  examples: ['/right'],
  run: async (services, context, input) => {
    const { space, person, say } = context;
    const { answered, task } = await findAnswer(services, context, input.answer);
    const { label } = answered.prediction;
    if (label === null) throw fail(say, 'bad-input', say('right.unsure', { label: task.labels[0]!.name }));
    const count = () =>
      services.feedback.vote(space, { task: task.id, by: answered.by, answer: answered.id, person, right: true });
    if (input.teach === true) {
      const replace = input.replace === true;
      const taught = { label: findLabel(context, task, label), replace };
      const reply = await teachAnswered(services, context, task, { answered, ...taught });
      await count();
      return reply;
    }
    await count();
    const choice = { label: say('right.teach', { label }), command: 'right' };
    return {
      kind: 'notice',
      text: say('right.thanks'),
      ...((await canBeTaught(services, task, answered, label))
        ? { choices: [{ ...choice, options: { answer: answered.id, teach: 'yes' } }] }
        : {}),
    };
  },
});

/** Not when it is an example of that label already, nor when the label was dropped since. */
async function canBeTaught(
  { workspace }: Pick<Services, 'workspace'>,
  task: Task,
  { text }: AskedRecord,
  label: string,
): Promise<boolean> {
  if (!task.labels.some(({ name }) => name === label)) return false;
  const key = duplicateKey(text);
  const examples = await workspace.examples(task);
  return !examples.some((example) => example.label === label && duplicateKey(example.text) === key);
}
