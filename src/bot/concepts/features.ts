// How well a topic fits a question, as a few numbers, most of them between 0 and 1: what weights.ts weighs. Words (rare ones count
// more) and vectors, each against the short names of a topic and against its answer. Pure, given the vectors.

import MiniSearch, { type SearchResult } from 'minisearch';
import type { Asked, EmbeddedConcept, WithVector } from './embedded.js';
import { substance, type Terms, termsOf } from './terms.js';
import type { Concept } from './types.js';

export const FEATURES = [
  /** The name of the topic that shares most with the question, by words: how much of both is shared. */
  'name',
  /** How much of a name is in the question, however long that is. */
  'nameInside',
  /** How much of the question the topic speaks of at all, and one of its answers alone. */
  'words',
  'answerWords',
  /** Cosine with the nearest name, the nearest sentence, the nearest answer. */
  'nameVector',
  'sentenceVector',
  'answerVector',
  /** Each word of the question with the nearest word of the names. */
  'wordVectors',
] as const;
export type Features = Readonly<Record<(typeof FEATURES)[number], number>>;

export interface Comparison {
  /** In the order of the topics. */
  readonly topics: readonly Features[];
  /** Likewise, how much of a name is in the question, where words like "how long" make no name. */
  readonly byName: readonly number[];
  /** Share of what the question is about that any topic speaks of: by words, by vectors of words. */
  readonly known: number;
  readonly knownVectors: number;
}

export interface TopicIndex {
  readonly concepts: readonly Concept[];
  compare(asked: Asked): Comparison;
}

/** A text of a topic as a document of the search. */
interface Entry {
  readonly id: number;
  readonly topic: number;
  readonly isName: boolean;
  readonly text: string;
}

export function createTopicIndex(embedded: readonly EmbeddedConcept[]): TopicIndex {
  const entries: Entry[] = embedded
    .flatMap(({ names, answers }, topic) => [
      ...names.map(({ text }) => ({ topic, isName: true, text })),
      ...answers.map(({ text }) => ({ topic, isName: false, text })),
    ])
    .map((entry, id) => ({ ...entry, id }));
  const termsOfText = new Map(entries.map(({ text }) => [text, allTerms(termsOf(text))]));
  const termsOfEntry = entries.map(({ text }) => [...new Set(termsOfText.get(text)!)]);
  const rarity = createRarity(entries, termsOfEntry, embedded.length);
  const weights = termsOfEntry.map((terms) => sum(terms.map(rarity)));
  const vocabulary = new Set(termsOfEntry.flat());
  const substances = entries.map(({ text, isName }) => (isName ? substance(text) : 0));
  const search = new MiniSearch<Entry>({
    fields: ['text'],
    tokenize: (text) => termsOfText.get(text)!,
    processTerm: (term) => term,
    searchOptions: {
      tokenize: (line) => line.split(' '),
      fuzzy: (term) => !vocabulary.has(term) && fuzziness(term),
      combineWith: 'OR',
    },
  });
  search.addAll(entries);
  const likeness = createLikeness(embedded);

  return {
    concepts: embedded.map(({ concept }) => concept),
    compare: ({ text, vector, words }) => {
      const asked = termsOf(text);
      const results = search.search(allTerms(asked).join(' '));
      const found = new Set(results.flatMap(({ queryTerms }) => queryTerms));
      // A pair of neighbours counts only where the base has it: "model label" is no word.
      const terms = new Map([...asked.words, ...asked.pairs.filter((pair) => found.has(pair))].map(weighed(rarity)));
      const share = createShare(terms);
      const best = byWords(results, { entries, weights, substances, rarity, share, topics: embedded.length });
      const like = likeness(words, rarity);
      const topics = embedded.map(({ names, sentences, answers }, topic) => ({
        ...best.features[topic]!,
        nameVector: nearest(names, vector),
        sentenceVector: nearest(sentences, vector),
        answerVector: nearest(answers, vector),
        wordVectors: like.topics[topic]!,
      }));
      return { topics, byName: best.byName, known: share(found), knownVectors: like.any };
    },
  };
}

type Share = (matched: Iterable<string>) => number;

/** The share of a question's weight that some of its terms have. */
function createShare(terms: ReadonlyMap<string, number>): Share {
  const total = sum([...terms.values()]);
  return (matched) => (total === 0 ? 0 : sum([...new Set(matched)].map((term) => terms.get(term) ?? 0)) / total);
}

interface WordSearch {
  readonly entries: readonly Entry[];
  readonly weights: readonly number[];
  readonly substances: readonly number[];
  readonly rarity: (term: string) => number;
  readonly share: Share;
  readonly topics: number;
}

function byWords(
  results: readonly SearchResult[],
  { entries, weights, substances, rarity, share, topics }: WordSearch,
) {
  const best = Array.from({ length: topics }, () => ({ name: 0, nameInside: 0, answerWords: 0 }));
  const byName = best.map(() => 0);
  const matched = best.map(() => new Set<string>());
  for (const { id, queryTerms, match } of results) {
    const { topic, isName } = entries[id]!;
    const top = best[topic]!;
    for (const term of queryTerms) matched[topic]!.add(term);
    const asked = share(queryTerms);
    if (!isName) {
      top.answerWords = Math.max(top.answerWords, asked);
      continue;
    }
    const inside = sum(Object.keys(match).map(rarity)) / weights[id]!;
    const nameInside = inside * Math.sqrt(asked);
    top.nameInside = Math.max(top.nameInside, nameInside);
    byName[topic] = Math.max(byName[topic]!, nameInside * substances[id]!);
    top.name = Math.max(top.name, (2 * asked * inside) / (asked + inside || 1));
  }
  return { features: best.map((found, topic) => ({ ...found, words: share(matched[topic]!) })), byName };
}

/** Likeness of words: the third power makes one good match worth more than several faint ones. */
function createLikeness(embedded: readonly EmbeddedConcept[]) {
  const vocabulary = new Map(embedded.flatMap(({ words }) => words.map((word) => [word.text, word.vector] as const)));
  const all = [...vocabulary.values()];
  const indexOf = new Map([...vocabulary.keys()].map((word, i) => [word, i]));
  const wordsOfTopic = embedded.map(({ words }) => words.map(({ text }) => indexOf.get(text)!));
  return (words: readonly WithVector[], rarity: (term: string) => number) => {
    const weights = words.map(({ text }) => rarity(termsOf(text).words[0] ?? text));
    const total = sum(weights) || 1;
    const likenesses = words.map(({ vector }) => all.map((other) => Math.max(0, dot(vector, other)) ** 3));
    const average = (nearestOf: (like: readonly number[]) => number): number =>
      sum(likenesses.map((like, i) => weights[i]! * nearestOf(like))) / total;
    return {
      topics: wordsOfTopic.map((own) => average((like) => own.reduce((most, i) => Math.max(most, like[i]!), 0))),
      any: average((like) => like.reduce((most, each) => Math.max(most, each), 0)),
    };
  };
}

const allTerms = ({ words, pairs }: Terms): string[] => [...words, ...pairs];
const weighed = (rarity: (term: string) => number) => (term: string) => [term, rarity(term)] as const;

/** What no topic writes may be mistyped: a letter in a word of five to seven, two in a longer one; Chinese has no typos of this kind. */
function fuzziness(term: string): number | false {
  if (!/^[a-z]{5,}$/.test(term)) return false;
  return term.length < 8 ? 1 : 2;
}

/** How much a term says: in few topics much, in all of them little (the idf of BM25). */
function createRarity(
  entries: readonly Entry[],
  terms: readonly (readonly string[])[],
  topics: number,
): (term: string) => number {
  const seen = new Map<string, Set<number>>();
  entries.forEach(({ topic }, i) => {
    for (const term of terms[i]!) seen.set(term, (seen.get(term) ?? new Set()).add(topic));
  });
  return (term) => {
    const count = seen.get(term)?.size ?? 0;
    return Math.log(1 + (topics - count + 0.5) / (count + 0.5));
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const nearest = (texts: readonly WithVector[], vector: Float32Array): number =>
  texts.reduce((most, text) => Math.max(most, dot(text.vector, vector)), 0);

/** Of vectors whose length is a multiple of four; four sums side by side, since a question needs 10,000 of these. */
function dot(a: Float32Array, b: Float32Array): number {
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let i = 0; i + 3 < a.length; i += 4) {
    one += a[i]! * b[i]!;
    two += a[i + 1]! * b[i + 1]!;
    three += a[i + 2]! * b[i + 2]!;
    four += a[i + 3]! * b[i + 3]!;
  }
  return one + two + three + four;
}
