// Teaching a text that was asked before: it is submitted by whoever presses the button, and named by the answer's id, so that no
// choice has to carry the text.

import type { AskedRecord } from '../asked.js';
import type { Reply } from '../reply.js';
import type { Context, Services } from '../services.js';
import type { Task } from '../workspace/types.js';
import { teachText } from './teach-text.js';

export function teachAnswered(
  services: Services,
  context: Context,
  task: Task,
  { answered, label, replace }: { answered: AskedRecord; label: string; replace: boolean },
): Promise<Reply> {
  const { id, text, source, prediction } = answered;
  return teachText(services, context, task, {
    text,
    label,
    replace,
    source: source ?? undefined,
    again: (other, moved) => {
      const how: Record<string, string> = moved ? { answer: id, replace: 'yes' } : { answer: id };
      return other === prediction.label
        ? { command: 'right', options: { ...how, teach: 'yes' } }
        : { command: 'wrong', options: { ...how, label: other } };
    },
  });
}
