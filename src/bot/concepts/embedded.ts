// Topics and questions with the vectors of their texts.

import type { Language } from '../catalogue/index.js';
import { wordsOf } from './terms.js';
import { type Concept, languagesOf, textOf } from './types.js';

export interface WithVector {
  readonly text: string;
  readonly vector: Float32Array;
}

/** What of a topic questions are compared with; all languages together, since the vectors are of one space. */
export interface EmbeddedConcept {
  readonly concept: Concept;
  /** Title and names. */
  readonly names: readonly WithVector[];
  /** The words of the names. */
  readonly words: readonly WithVector[];
  /** Each answer with its mistake, whole and by sentences. */
  readonly answers: readonly WithVector[];
  readonly sentences: readonly WithVector[];
}

/** A question, or one side of it. */
export interface Asked extends WithVector {
  readonly words: readonly WithVector[];
}

export type Embed = (texts: readonly string[]) => Promise<Float32Array[]>;

export async function embedConcepts(concepts: readonly Concept[], embed: Embed): Promise<EmbeddedConcept[]> {
  const texts = concepts.map(textsOf);
  const vectorOf = await embedAll(
    texts.flatMap((each) => Object.values(each).flat()),
    embed,
  );
  return concepts.map((concept, i) => {
    const { names, words, answers, sentences } = texts[i]!;
    return {
      concept,
      names: names.map(vectorOf),
      words: words.map(vectorOf),
      answers: answers.map(vectorOf),
      sentences: sentences.map(vectorOf),
    };
  });
}

/** One call of the encoder for all of them. */
export async function embedAsked(texts: readonly string[], embed: Embed): Promise<Asked[]> {
  const vectorOf = await embedAll([...texts, ...texts.flatMap(wordsOf)], embed);
  return texts.map((text) => ({ ...vectorOf(text), words: wordsOf(text).map(vectorOf) }));
}

async function embedAll(texts: readonly string[], embed: Embed): Promise<(text: string) => WithVector> {
  const distinct = [...new Set(texts)];
  const vectors = await embed(distinct);
  const held = new Map(distinct.map((text, i) => [text, { text, vector: vectors[i]! }]));
  return (text) => held.get(text)!;
}

function textsOf(concept: Concept) {
  const all = languagesOf(concept).map((language) => ({ language, ...textOf(concept, language) }));
  const names = [...new Set(all.flatMap(({ title, names }) => [title, ...names]))];
  const bodies = all.map(({ language, answer, mistake }) => ({ language, parts: [answer, mistake ?? ''] }));
  return {
    names,
    words: [...new Set(names.flatMap(wordsOf))],
    answers: bodies.map(({ parts }) => parts.join('\n').trim()),
    sentences: bodies.flatMap(({ language, parts }) => parts.flatMap((part) => sentencesOf(part, language))),
  };
}

const sentencesOf = (text: string, language: Language): string[] =>
  text
    .split(language === 'zh' ? /(?<=[。！？])|\n/ : /(?<=[.!?])\s+|\n/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
