// What a person chose for themselves, kept in the store.

import { z } from 'zod';
import type { Store } from '../engine/index.js';
import { LANGUAGES } from './catalogue/index.js';
import type { Settings } from './services.js';

const personSchema = z.strictObject({ language: z.enum(LANGUAGES as ['en', 'zh']) });

export function createSettings(store: Store): Settings {
  const people = (space: string) => store.keySpace(`person/${space}`, personSchema);
  return {
    language: async (space, person) => (await people(space).get(person))?.language ?? null,
    setLanguage: (space, person, language) => people(space).set(person, { language }),
    forgetPerson: async (space, person) => void (await people(space).delete(person)),
    clearSpace: (space) => store.batch([people(space).clear()]),
  };
}
