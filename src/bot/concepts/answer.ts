// What is said to a question that was found in the base: the answer of the topic in the language of the question, what people mix up
// about it, and where it comes from. Pure. Whatever words an answer better starts from the same `Found`.

import type { Say } from '../catalogue/index.js';
import type { Found } from './find.js';
import { type Concept, type Source, textOf } from './types.js';

export interface ConceptAnswer {
  readonly text: string;
  /** `cite`, with the address where there is one. */
  readonly sources: readonly string[];
}

export function plainAnswer({ shown, language }: Found, say: Say): ConceptAnswer {
  const [first, ...others] = shown;
  if (first === undefined) return { text: '', sources: [] };
  // A topic that compares says all there is; two sides that none compares are told one after the other.
  const told = first.compares.length > 0 ? [first] : [first, ...others];
  const text = told.map((concept) => {
    const { title, answer, mistake } = textOf(concept, language);
    const headed = told.length > 1 ? say('concept.headed', { title, answer }) : answer;
    return mistake === null ? headed : `${headed}\n${say('concept.mistake', { mistake })}`;
  });
  return { text: text.join('\n'), sources: sourcesOf(told) };
}

export const sourcesOf = (concepts: readonly Concept[]): string[] => [
  ...new Set(concepts.flatMap(({ sources }) => sources.map(sourceLine))),
];

const sourceLine = ({ cite, url }: Source): string => (url === undefined ? cite : `${cite} ${url}`);
