// /privacy export: everything that is kept of the person who asks, as a JSON file.

import { countSubmitted, personalData, personalDataToJson } from '../personal-data.js';
import { defineCommand } from './command.js';
import * as option from './option.js';

export const privacyExport = defineCommand({
  name: 'privacy export',
  summary: 'privacy.export.summary',
  options: { file: option.fileName({ summary: 'option.exportFile' }) },
  rest: 'file',
  examples: ['/privacy export'],
  run: async (services, { say, files, space, person }, input) => {
    const kept = await personalData(services, space, person);
    const content = `${JSON.stringify(personalDataToJson(kept), null, 2)}\n`;
    const place = await files.write(input.file ?? 'handful-my-data.json', content);
    return { kind: 'file', text: say('privacy.exported', { count: countSubmitted(kept), place }) };
  },
});
