// /concept list: every topic that questions are answered from, the community's own first.

import { textOf } from '../concepts/types.js';
import { defineCommand } from './command.js';

export const conceptList = defineCommand({
  name: 'concept list',
  summary: 'concept.list.summary',
  options: {},
  examples: ['/concept list'],
  run: async ({ concepts }, { space, say, format, language }) => {
    const { shipped, own } = await concepts.all(space);
    const ownTitles = own.map(({ concept }) => textOf(concept, language).title);
    const titles = shipped.map((concept) => textOf(concept, language).title);
    const sorted = titles.sort((a, b) => a.localeCompare(b, language));
    const lines = [
      ...(own.length === 0 ? [] : [say('concept.own', { titles: format.list(ownTitles) })]),
      say('concept.all', { count: shipped.length, titles: format.list(sorted) }),
    ];
    return { kind: 'status', text: lines.join('\n') };
  },
});
