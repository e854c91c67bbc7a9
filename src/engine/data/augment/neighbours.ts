// Where synonyms come from: a contract, so that a thesaurus or another table can take the place of the embedded one.

/** Words that may stand for a word. */
export interface Neighbours {
  /** `word` in lower case; the nearest first; none is fine. */
  of(word: string): readonly string[];
}

export const NO_NEIGHBOURS: Neighbours = { of: () => [] };
