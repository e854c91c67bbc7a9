// What the concept base is made of: topics, each in one language or in both.

import { LANGUAGES, type Language } from '../catalogue/index.js';

export interface ConceptText {
  readonly title: string;
  /** Other names, abbreviations, and short ways in which people ask. */
  readonly names: readonly string[];
  readonly answer: string;
  /** What people often mix up, and how it is. */
  readonly mistake: string | null;
}

export interface Source {
  readonly cite: string;
  readonly url?: string | undefined;
}

export interface Concept {
  readonly id: string;
  /** At least one. */
  readonly texts: Readonly<Partial<Record<Language, ConceptText>>>;
  /** Ids of related topics, best first. */
  readonly related: readonly string[];
  /** Of a topic on a difference: the ids of what it compares; otherwise empty. */
  readonly compares: readonly string[];
  readonly sources: readonly Source[];
}

/** The text in a language, or in the one that there is. */
export function textOf(concept: Concept, language: Language): ConceptText {
  return (concept.texts[language] ?? Object.values(concept.texts)[0])!;
}

export const titleOf = (concept: Concept, language: Language): string => textOf(concept, language).title;

export const languagesOf = ({ texts }: Concept): Language[] =>
  LANGUAGES.filter((language) => texts[language] !== undefined);
