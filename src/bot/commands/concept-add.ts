// /concept add: a topic of the community's own, typed or as a Markdown file.

import { textOf } from '../concepts/types.js';
import { readConceptFile, requireFree, writtenConcept } from '../concepts/write.js';
import { fail } from '../fail.js';
import { defineCommand } from './command.js';
import * as option from './option.js';

export const conceptAdd = defineCommand({
  name: 'concept add',
  summary: 'concept.add.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: {
    title: option.text({ summary: 'option.title' }),
    text: option.text({ summary: 'option.conceptText' }),
    file: option.file({ summary: 'option.conceptFile' }),
  },
  rest: 'text',
  examples: ['/concept add title:"House style" text:"We label by team, not by product."', '/concept add file:style.md'],
  run: async (services, context, { title, text, file }) => {
    const { say, space, person } = context;
    const { concepts } = services;
    const example = '/concept add title:"House style" text:"We label by team, not by product."';
    if (file === undefined ? title === undefined || text === undefined : title !== undefined || text !== undefined) {
      throw fail(say, 'bad-input', say('concept.addWhat', { example }));
    }
    const concept =
      file === undefined
        ? writtenConcept(context, { title: title!, text: text! })
        : await readConceptFile(context, file);
    const { shipped } = await concepts.all(space);
    await concepts.save(space, person, (own) => {
      const taken = own.find((topic) => topic.concept.id === concept.id);
      if (taken !== undefined) {
        throw fail(say, 'conflict', say('concept.exists', { title: textOf(taken.concept, say.language).title }));
      }
      return requireFree(context, concept, { shipped, own });
    });
    return { kind: 'settings', text: say('concept.added', { title: textOf(concept, say.language).title }) };
  },
});
