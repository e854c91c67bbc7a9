// /settings: how Handful is set up here, and the language one reads.

import { createSay, LANGUAGES } from '../catalogue/index.js';
import { defineCommand } from './command.js';
import * as option from './option.js';

export const settings = defineCommand({
  name: 'settings',
  summary: 'settings.summary',
  options: { language: option.choice(LANGUAGES as ['en', 'zh'], { summary: 'option.language' }) },
  examples: ['/settings', '/settings language:zh'],
  run: async ({ config, settings }, context, input) => {
    const { space, person, format } = context;
    if (input.language !== undefined) await settings.setLanguage(space, person, input.language);
    const say = input.language === undefined ? context.say : createSay(input.language);
    const text = [
      say('settings.language', { language: say('language.name') }),
      say('settings.encoder', { encoder: config.encoder, backend: config.backend }),
      say('settings.training', {
        training: say(config.training ? 'word.on' : 'word.off'),
        target: format.percent(config.target),
        budget: format.duration(config.budgetSeconds),
      }),
      say('settings.more'),
    ].join('\n');
    return { kind: 'settings', text };
  },
});
