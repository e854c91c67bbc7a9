// The concept base of a space: what ships with Handful, and what the community added. Questions are answered from both; spaces never
// see each other's.

import type { Engine, Store } from '../../engine/index.js';
import type { Clock } from '../clock.js';
import { createMutex } from '../workspace/mutex.js';
import type { TopicIndex } from './features.js';
import { type AskedConcept, createFinder, type Found } from './find.js';
import { createOwnTopics, type OwnTopic } from './own.js';
import type { Concept } from './types.js';

export interface Concepts {
  find(space: string, asked: AskedConcept): Promise<Found>;
  /** The shipped topics, and those of the space. */
  all(space: string): Promise<{ readonly shipped: readonly Concept[]; readonly own: readonly OwnTopic[] }>;
  /** Adds a topic of the space or changes the one with its id; `decide` may throw, given what there is now. */
  save(space: string, by: string, decide: (own: readonly OwnTopic[]) => Concept): Promise<Concept>;
  remove(space: string, id: string): Promise<void>;
  /** The topics that a person wrote last go with them. */
  forgetPerson(space: string, person: string): Promise<void>;
  clearSpace(space: string): Promise<void>;
}

/** Spaces whose topics are held ready; most have none of their own and share one index. */
const MOST_HELD = 50;

interface Held {
  readonly own: readonly OwnTopic[];
  readonly index: TopicIndex;
}

export interface ConceptParts {
  readonly engine: Pick<Engine, 'embed'>;
  readonly store: Store;
  readonly clock: Clock;
}

export function createConcepts({ engine, store, clock }: ConceptParts): Concepts {
  const topics = createOwnTopics(store, clock);
  const finder = createFinder(engine);
  const mutex = createMutex();
  const held = new Map<string, Promise<Held>>();

  const read = async (space: string): Promise<Held> => {
    const own = await topics.all(space);
    return { own, index: await finder.indexWith(own.map(({ concept }) => concept)) };
  };
  const hold = (space: string): Promise<Held> => {
    const found = held.get(space) ?? read(space);
    held.delete(space);
    held.set(space, found);
    found.catch(() => held.delete(space));
    if (held.size > MOST_HELD) held.delete(held.keys().next().value!);
    return found;
  };
  /** One change of a space after another; what is held of it is read anew. */
  const change = <T>(space: string, by: () => Promise<T>): Promise<T> =>
    mutex.run(space, async () => {
      try {
        return await by();
      } finally {
        held.delete(space);
      }
    });

  return {
    find: async (space, asked) => finder.find((await hold(space)).index, asked),
    all: async (space) => ({ shipped: await finder.concepts(), own: await topics.all(space) }),
    save: (space, by, decide) =>
      change(space, async () => {
        const concept = decide(await topics.all(space));
        await topics.save(space, concept, by);
        return concept;
      }),
    remove: (space, id) => change(space, () => topics.remove(space, id)),
    forgetPerson: (space, person) => change(space, () => topics.removeOf(space, person)),
    clearSpace: (space) => change(space, () => topics.clear(space)),
  };
}
