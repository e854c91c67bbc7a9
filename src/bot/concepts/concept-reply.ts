// The reply to a concept question: the answer with its sources and related topics to go on with, or that the base does not hold it
// and what is nearest. In the language of the question, whatever language the person reads otherwise. Pure.

import { createSay } from '../catalogue/index.js';
import type { Choice, ConceptReply } from '../reply.js';
import { plainAnswer } from './answer.js';
import type { Found } from './find.js';
import type { Grounding } from './grounded.js';
import { type Concept, titleOf } from './types.js';

const RELATED_SHOWN = 3;
const NEAREST_SHOWN = 3;
/** The longest label of a button in Discord. */
const MAX_CHOICE_LENGTH = 80;

/** `topics`: those of the space. `grounding`: what a language model made of the entries; null: none is configured. */
export function conceptReply(
  found: Found,
  topics: readonly Concept[],
  grounding: Grounding | null = null,
): ConceptReply {
  const { language, score, answered, shown, ranked } = found;
  const say = createSay(language);
  const written = grounding?.answer ?? null;
  const grounded = grounding === null ? {} : { grounded: written !== null };
  const base = { kind: 'concept', language, score, answered, ...grounded } as const;
  if (!answered) {
    const nearest = ranked.slice(0, NEAREST_SHOWN);
    const text = [say('concept.unknown'), ...(nearest.length === 0 ? [] : [say('concept.nearest')])].join('\n');
    return { ...base, ids: nearest.map(({ id }) => id), text, answer: null, sources: [], ...choices(nearest) };
  }
  const { text, sources } = written ?? plainAnswer(found, say);
  const notice = grounding?.notice ?? null;
  const lines = [
    ...(notice === null ? [] : [say('concept.modelOff', { why: notice.message })]),
    text,
    ...(written === null ? [] : [written.smallPrint]),
    ...sources.map((source) => say('concept.source', { source })),
  ];
  return {
    ...base,
    ids: shown.map(({ id }) => id),
    text: lines.join('\n'),
    answer: text,
    sources,
    ...(written === null ? {} : { smallPrint: written.smallPrint }),
    ...choices(related(shown, topics)),
  };

  function choices(concepts: readonly Concept[]): { readonly choices?: readonly Choice[] } {
    if (concepts.length === 0) return {};
    const offers = concepts.map((concept) => {
      const title = titleOf(concept, language);
      const label = [...title].slice(0, MAX_CHOICE_LENGTH).join('');
      return { label, command: 'concept ask', options: { question: title }, isOffer: true };
    });
    return { choices: offers };
  }
}

/** What the first compares, then what is related to it. */
function related([first, ...others]: readonly Concept[], topics: readonly Concept[]): Concept[] {
  if (first === undefined) return [];
  const known = new Map(topics.map((concept) => [concept.id, concept]));
  const told = new Set(first.compares.length > 0 ? [first.id] : [first, ...others].map(({ id }) => id));
  const ids = [...first.compares, ...first.related].filter((id) => !told.has(id));
  return [...new Set(ids)].flatMap((id) => known.get(id) ?? []).slice(0, RELATED_SHOWN);
}
