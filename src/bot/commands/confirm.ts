// Asking once more before something that nothing brings back.

import type { Choice } from '../reply.js';
import type { Context } from '../services.js';

type Action = Pick<Choice, 'command' | 'options'>;

/** Yes does it, no shows what is there. */
export function confirmChoices({ say }: Pick<Context, 'say'>, yes: Action, no: Action): Choice[] {
  return [
    { label: say('word.yes'), aliases: ['yes', 'y', '是'], ...yes },
    { label: say('word.no'), aliases: ['no', 'n', '否', '不'], ...no },
  ];
}
