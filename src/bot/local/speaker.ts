// The one person of the local chat.

import { createSay } from '../catalogue/index.js';
import type { Config } from '../config.js';
import { wordsIn } from '../format.js';
import type { Services, Speaker } from '../services.js';
import { createLocalFiles } from './files.js';

export const LOCAL_SPACE = 'local';
export const LOCAL_PERSON = 'me';

export function localSpeaker({ language }: Config): Speaker {
  return {
    space: LOCAL_SPACE,
    person: LOCAL_PERSON,
    role: 'owner',
    language,
    files: createLocalFiles(createSay(language)),
    nameOf: (person) => person,
    roleOf: (role) => role,
    channelOf: (channel) => channel,
  };
}

/** Words for what Handful says by itself, in the language that the person chose. */
export async function localWords({ settings, config }: Services) {
  return wordsIn((await settings.language(LOCAL_SPACE, LOCAL_PERSON)) ?? config.language);
}
