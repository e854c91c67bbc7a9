// /concept edit: another title or text of a topic that the community added, or all of it from a file.

import { textOf } from '../concepts/types.js';
import { editedConcept, findOwn, readConceptFile, requireFree } from '../concepts/write.js';
import { fail } from '../fail.js';
import { defineCommand } from './command.js';
import * as option from './option.js';

export const conceptEdit = defineCommand({
  name: 'concept edit',
  summary: 'concept.edit.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: {
    topic: option.text({ summary: 'option.topic', required: true }),
    title: option.text({ summary: 'option.title' }),
    text: option.text({ summary: 'option.conceptText' }),
    file: option.file({ summary: 'option.conceptFile' }),
  },
  rest: 'topic',
  examples: ['/concept edit topic:"House style" text:"We label by product now."'],
  run: async ({ concepts }, context, { topic, title, text, file }) => {
    const { say, space, person } = context;
    if (title === undefined && text === undefined && file === undefined) {
      const example = '/concept edit topic:"House style" text:"We label by product now."';
      throw fail(say, 'bad-input', say('task.nothingToEdit', { example }));
    }
    if (file !== undefined && (title !== undefined || text !== undefined)) {
      throw fail(say, 'bad-input', say('concept.fileAlone'));
    }
    const read = file === undefined ? null : await readConceptFile(context, file);
    const { shipped } = await concepts.all(space);
    const saved = await concepts.save(space, person, (own) => {
      const now = findOwn(context, { shipped, own }, topic);
      const changed = read === null ? editedConcept(context, now, { title, text }) : { ...read, id: now.id };
      return requireFree(context, changed, { shipped, own });
    });
    return { kind: 'settings', text: say('concept.edited', { title: textOf(saved, say.language).title }) };
  },
});
