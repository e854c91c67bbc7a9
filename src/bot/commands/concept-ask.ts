// /concept: a question about few-shot learning and fine-tuning, answered from the concept base.

import { conceptReply } from '../concepts/concept-reply.js';
import type { Found } from '../concepts/find.js';
import { ground } from '../concepts/grounded.js';
import type { Reply } from '../reply.js';
import type { Context, Services } from '../services.js';
import { defineCommand } from './command.js';
import { checkText } from './lookup.js';
import * as option from './option.js';

export const conceptAsk = defineCommand({
  name: 'concept ask',
  alias: 'concept',
  summary: 'concept.ask.summary',
  visibility: 'everyone',
  options: { question: option.text({ summary: 'option.question', required: true }) },
  rest: 'question',
  examples: ['/concept what is LoRA?', '/concept question:"LoRA 和适配器有什么区别"'],
  run: async (services, context, input) =>
    replyTo(services, context, await findConcept(services, context, checkText(context, input.question))),
});

/** Looks a question up; one that goes on from the last is understood with it. */
export function findConcept({ concepts, sessions }: Services, context: Context, question: string): Promise<Found> {
  const { space, person, language } = context;
  return concepts.find(space, { question, language, last: sessions.get(space, person).concepts });
}

/** In the words of the language model where there is one, and of the entries where there is none or it fails. */
export async function replyTo({ concepts, grounder }: Services, context: Context, found: Found): Promise<Reply> {
  const { space, onPartial } = context;
  const grounding = await ground(grounder, { space, found, onPartial });
  const { shipped, own } = await concepts.all(space);
  return conceptReply(found, [...own.map(({ concept }) => concept), ...shipped], grounding);
}
