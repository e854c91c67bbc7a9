// Whether a sentence is supported by the entries it was written from: by their words and their meaning, with no number, name or link
// that they do not have, and not turned into its contrary. Strict rather than kind: what is lost is only another wording. Pure,
// given the vectors.

import type { Language } from '../catalogue/index.js';
import { denies, latinWords, linksOf, namesOf, numbersOf, opposes } from './facts.js';
import { sentencesOf } from './sentences.js';
import { termsOf } from './terms.js';

export interface SupportEntry {
  readonly id: string;
  readonly title: string;
  /** What the entry says. */
  readonly text: string;
  /** Other names of the topic: words that may be used, not something that is said. */
  readonly names: readonly string[];
}

export type Verdict =
  /** `by`: the id of the entry that it is nearest to, and of those that it names. */
  | { readonly supported: true; readonly by: readonly string[] }
  | {
      readonly supported: false;
      readonly why: 'language' | 'citation' | 'link' | 'number' | 'name' | 'words' | 'meaning' | 'contrary';
    };

export interface Support {
  /** What of the entries sentences are compared with, in the order in which `check` wants the vectors. */
  readonly sentences: readonly string[];
  check(sentence: string, vectors: SupportVectors): Verdict;
}

export interface SupportVectors {
  readonly sentence: Float32Array;
  readonly entries: readonly Float32Array[];
}

/** Share of a sentence's words, and of each of its parts, that the entries must have. */
const MOST_WORDS = 0.65;
const WORDS_OF_A_PART = 0.5;
/** A part with fewer words is judged with its sentence. */
const WORDS_TO_JUDGE = 3;
/** Cosine with the nearest sentence of the entries. */
const NEAR = 0.35;
/** A part that shares so much with one of an entry's says the same, or the contrary. */
const SAME = 0.6;
/** Parts nearly as alike as the most alike one. */
const NEARLY = 0.8;

const CITATION = /\s*\[([^[\]\n]*)\]/gu;
const HAN = /\p{Script=Han}/u;

interface Part {
  readonly text: string;
  readonly terms: ReadonlySet<string>;
}

export function createSupport(entries: readonly SupportEntry[], language: Language): Support {
  const said = entries.flatMap(({ id, text }) => sentencesOf(text).map((sentence) => ({ id, text: sentence })));
  const everything = entries.flatMap(({ title, text, names }) => [title, text, ...names]).join('\n');
  const vocabulary = termSet(everything);
  const known = { numbers: numbersOf(everything), words: latinWords(everything) };
  const parts = said.flatMap(({ text }) => partsOf(text));
  const idOf = new Map(entries.flatMap(({ id, title }) => [id, title].map((name) => [folded(name), id])));

  /** Something that the entries cannot have said, whatever the rest is like. */
  const foreign = (text: string): Extract<Verdict, { supported: false }>['why'] | null => {
    if (HAN.test(text) !== (language === 'zh')) return 'language';
    if (linksOf(text).some((link) => !everything.includes(link))) return 'link';
    if (!isSubset(numbersOf(text), known.numbers)) return 'number';
    return isSubset(namesOf(text), known.words) ? null : 'name';
  };

  const hasWords = (text: string): boolean => {
    const own = partsOf(text).filter(({ terms }) => terms.size >= WORDS_TO_JUDGE);
    return (
      share(termSet(text), vocabulary) >= MOST_WORDS &&
      own.every(({ terms }) => share(terms, vocabulary) >= WORDS_OF_A_PART)
    );
  };

  const isContrary = ({ text, terms }: Part): boolean => {
    if (terms.size === 0) return false;
    const alike = parts.map((part) => ({ part, like: share(terms, part.terms) }));
    const best = Math.max(...alike.map(({ like }) => like));
    const nearest = alike.filter(({ like }) => like > 0 && like >= NEARLY * best).map(({ part }) => part);
    const isDenial = denies(text);
    if ((isDenial || best >= SAME) && !nearest.some((part) => denies(part.text) === isDenial)) return true;
    return best >= SAME && nearest.every((part) => opposes(text, part.text));
  };

  return {
    sentences: said.map(({ text }) => text),
    check: (sentence, { sentence: vector, entries: vectors }) => {
      const named = citationsOf(sentence).map((name) => idOf.get(folded(name)));
      if (named.includes(undefined)) return { supported: false, why: 'citation' };
      const text = withoutCitations(sentence);
      const why = foreign(text);
      if (why !== null) return { supported: false, why };
      if (termSet(text).size === 0 || !hasWords(text)) return { supported: false, why: 'words' };
      const likeness = vectors.map((other) => cosine(vector, other));
      const nearest = likeness.indexOf(Math.max(...likeness));
      if (nearest < 0 || likeness[nearest]! < NEAR) return { supported: false, why: 'meaning' };
      if (partsOf(text).some(isContrary)) return { supported: false, why: 'contrary' };
      const ids = named.filter((id) => id !== undefined);
      return { supported: true, by: ids.length > 0 ? [...new Set(ids)] : [said[nearest]!.id] };
    },
  };
}

export const withoutCitations = (sentence: string): string => sentence.replace(CITATION, '').trim();

const citationsOf = (sentence: string): string[] =>
  [...sentence.matchAll(CITATION)].flatMap(([, names]) => names!.split(/[,，、;；]/u).map((name) => name.trim()));

const folded = (name: string): string => name.normalize('NFKC').toLowerCase().trim();

const termSet = (text: string): ReadonlySet<string> => new Set(termsOf(text).words);

/** Between commas and the like; not inside a number. */
const partsOf = (text: string): Part[] =>
  text
    .split(/,(?!\d)|[;:，；：、—–()（）]|\b(?:and|but|while|whereas)\b|而(?![且非是])/u)
    .map((part) => ({ text: part.trim(), terms: termSet(part) }))
    .filter((part) => part.text !== '');

/** The share of the terms that are among the others; 1 for none. */
function share(terms: ReadonlySet<string>, among: ReadonlySet<string>): number {
  if (terms.size === 0) return 1;
  return [...terms].filter((term) => among.has(term)).length / terms.size;
}

const isSubset = (some: ReadonlySet<string>, all: ReadonlySet<string>): boolean =>
  [...some].every((each) => all.has(each));

function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += a[i]! * b[i]!;
  return product;
}
