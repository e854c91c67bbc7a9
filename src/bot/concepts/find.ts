// Looks questions up in an index of topics. The index of those that ship with Handful is made once, when it is first asked for.

import type { Engine } from '../../engine/index.js';
import type { Language } from '../catalogue/index.js';
import { type EmbeddedConcept, embedConcepts } from './embedded.js';
import { createTopicIndex, type TopicIndex } from './features.js';
import { followUp } from './follow-up.js';
import { loadConcepts } from './load.js';
import { readQuestion } from './question.js';
import { BY_NAME, type Retrieved, retrieve } from './retrieve.js';
import type { Concept } from './types.js';
import { WEIGHTS } from './weights.js';

/** What answers a question, or that nothing does. */
export interface Found extends Retrieved {
  /** As it was understood: a follow-up names its topic. */
  readonly question: string;
  readonly language: Language;
  readonly answered: boolean;
  /** So sure that a line which nobody called a question about concepts is one. */
  readonly sure: boolean;
}

export interface AskedConcept {
  readonly question: string;
  /** The language of a question without letters. */
  readonly language: Language;
  /** Ids of what was answered before in the same conversation. */
  readonly last?: readonly string[];
}

export interface Finder {
  concepts(): Promise<readonly Concept[]>;
  /** The index of the shipped topics. */
  shipped(): Promise<TopicIndex>;
  /** An index of these topics and the shipped ones. */
  indexWith(own: readonly Concept[]): Promise<TopicIndex>;
  find(index: TopicIndex, asked: AskedConcept): Promise<Found>;
}

export function createFinder(
  engine: Pick<Engine, 'embed'>,
  concepts: () => Promise<readonly Concept[]> = loadConcepts,
): Finder {
  const embed = (texts: readonly string[]) => engine.embed(texts);
  const embedded = once(async () => embedConcepts(await concepts(), embed));
  const shipped = once(async () => createTopicIndex(await embedded()));

  const answerFrom = async (index: TopicIndex, asked: string, fallback: Language): Promise<Found> => {
    const question = readQuestion(asked, fallback);
    const retrieved = await retrieve(index, question, { embed, weights: WEIGHTS });
    const { score, byName } = retrieved;
    const answered = score >= WEIGHTS.answer;
    return {
      ...retrieved,
      question: asked,
      language: question.language,
      answered,
      sure: score >= WEIGHTS.sure && byName >= BY_NAME,
    };
  };

  return {
    concepts,
    shipped,
    indexWith: async (own) => {
      if (own.length === 0) return shipped();
      const added: EmbeddedConcept[] = await embedConcepts(own, embed);
      return createTopicIndex([...added, ...(await embedded())]);
    },
    find: async (index, { question, language, last = [] }) => {
      const alone = await answerFrom(index, question, language);
      const next = followUp(question, index.concepts.find(({ id }) => id === last[0]) ?? null);
      if (next === null || (next.kind === 'otherwise' && alone.answered)) return alone;
      const joined = await answerFrom(index, next.question, language);
      return joined.score > alone.score ? joined : alone;
    },
  };
}

/** Made at the first call; a failure is forgotten, so that the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    made.catch(() => {
      made = null;
    });
    return made;
  };
}
