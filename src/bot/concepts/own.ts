// The topics that a community adds: kept in its own space, read by nobody else.
//
//   concept/SPACE   topic id → the topic, who wrote it last, when

import { z } from 'zod';
import type { Store } from '../../engine/index.js';
import type { Clock } from '../clock.js';
import type { Concept } from './types.js';

export const MOST_OWN_TOPICS = 200;

export interface OwnTopic {
  readonly concept: Concept;
  readonly by: string;
  readonly at: number;
}

export interface OwnTopics {
  all(space: string): Promise<readonly OwnTopic[]>;
  save(space: string, concept: Concept, by: string): Promise<void>;
  remove(space: string, id: string): Promise<void>;
  removeOf(space: string, person: string): Promise<void>;
  clear(space: string): Promise<void>;
}

const textSchema = z.strictObject({
  title: z.string(),
  names: z.array(z.string()),
  answer: z.string(),
  mistake: z.string().nullable(),
});
const schema: z.ZodType<OwnTopic> = z.strictObject({
  concept: z.strictObject({
    id: z.string(),
    texts: z.strictObject({ en: textSchema.optional(), zh: textSchema.optional() }) as z.ZodType<Concept['texts']>,
    related: z.array(z.string()),
    compares: z.array(z.string()),
    sources: z.array(z.strictObject({ cite: z.string(), url: z.string().optional() })),
  }),
  by: z.string(),
  at: z.number(),
});

export function createOwnTopics(store: Store, clock: Clock): OwnTopics {
  const topics = (space: string) => store.keySpace(`concept/${space}`, schema);
  return {
    all: async (space) => (await topics(space).entries()).map(([, topic]) => topic),
    save: (space, concept, by) => topics(space).set(concept.id, { concept, by, at: clock.now() }),
    remove: async (space, id) => void (await topics(space).delete(id)),
    removeOf: async (space, person) => {
      const theirs = (await topics(space).entries()).filter(([, topic]) => topic.by === person);
      await store.batch(theirs.map(([id]) => topics(space).drop(id)));
    },
    clear: (space) => store.batch([topics(space).clear()]),
  };
}
