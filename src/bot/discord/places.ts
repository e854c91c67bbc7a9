// Where the news of a task goes: the channel where it was last taught or trained, in the language of whoever did; and the message
// that shows its run, so that a restart goes on in the same one.

import { z } from 'zod';
import type { Store } from '../../engine/index.js';
import { LANGUAGES, type Language } from '../catalogue/index.js';

export interface Place {
  readonly channel: string;
  readonly language: Language;
  /** The message that shows the run, while there is one. */
  readonly message: string | null;
}

export interface Places {
  get(space: string, task: string): Promise<Place | null>;
  set(space: string, task: string, place: Place): Promise<void>;
  forgetTask(space: string, task: string): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

const schema = z.strictObject({
  channel: z.string(),
  language: z.enum(LANGUAGES as ['en', 'zh']),
  message: z.string().nullable(),
});

export function createPlaces(store: Store): Places {
  const keySpace = (space: string) => store.keySpace<Place>(`place/${space}`, schema);
  return {
    get: async (space, task) => (await keySpace(space).get(task)) ?? null,
    set: async (space, task, place) => {
      const before = await keySpace(space).get(task);
      const same =
        before?.channel === place.channel && before.language === place.language && before.message === place.message;
      if (!same) await keySpace(space).set(task, place);
    },
    forgetTask: async (space, task) => void (await keySpace(space).delete(task)),
    clearSpace: (space) => store.batch([keySpace(space).clear()]),
  };
}
