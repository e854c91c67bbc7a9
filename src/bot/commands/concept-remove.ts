// /concept remove: takes a topic that the community added away.

import { textOf } from '../concepts/types.js';
import { findOwn } from '../concepts/write.js';
import { defineCommand } from './command.js';
import * as option from './option.js';

export const conceptRemove = defineCommand({
  name: 'concept remove',
  summary: 'concept.remove.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: { topic: option.text({ summary: 'option.topic', required: true }) },
  rest: 'topic',
  examples: ['/concept remove topic:"House style"'],
  run: async ({ concepts }, context, { topic }) => {
    const { say, space } = context;
    const concept = findOwn(context, await concepts.all(space), topic);
    await concepts.remove(space, concept.id);
    return { kind: 'settings', text: say('concept.removed', { title: textOf(concept, say.language).title }) };
  },
});
