// What a language model writes, sentence by sentence while it writes: without the marks of Markdown and without what it thinks aloud.
// The name of an entry after the full stop belongs to the sentence before it. Pure.

export interface SentenceReader {
  /** The sentences that are whole with this piece. */
  push(piece: string): string[];
  /** What is left at the end. */
  end(): string[];
}

const CITATIONS = String.raw`(?:\s*\[[^\[\]\n]*\])*`;
/** Short forms whose full stop ends nothing, and the number of a list. */
const SHORT = String.raw`(?<!\b(?:e\.g|i\.e|vs|cf|al|approx|resp))(?<!(?:^|\n)\s*\d{1,2})`;
/** What follows decides: nothing is cut before it is there. */
const END = new RegExp(
  [
    String.raw`${SHORT}[.!?]+["'”’)]*${CITATIONS}(?=\s+[^\s\[])`,
    String.raw`[。！？]+["”’）」]*${CITATIONS}(?=\s*[^\s\[。！？"”’）」])`,
    String.raw`\n(?=\s*[^\s\[])`,
  ].join('|'),
  'u',
);
const THOUGHT = /<think>[\s\S]*?<\/think>/gi;
const OPEN_THOUGHT = /<think>/i;
/** It may yet become `<think>`. */
const MAYBE_THOUGHT = /<\/?[a-z]{0,6}$/i;

export function createSentenceReader(): SentenceReader {
  let buffer = '';
  const take = (): string[] => {
    const sentences: string[] = [];
    buffer = buffer.replace(THOUGHT, '');
    if (OPEN_THOUGHT.test(buffer) || MAYBE_THOUGHT.test(buffer)) return sentences;
    for (let found = END.exec(buffer); found !== null; found = END.exec(buffer)) {
      const end = found.index + found[0].length;
      sentences.push(buffer.slice(0, end));
      buffer = buffer.slice(end);
    }
    return sentences;
  };
  const plain = (sentences: readonly string[]): string[] =>
    sentences.map(withoutMarks).filter((sentence) => sentence !== '');
  return {
    push: (piece) => {
      buffer += piece;
      return plain(take());
    },
    end: () => {
      const sentences = take();
      const rest = OPEN_THOUGHT.test(buffer) ? '' : buffer;
      buffer = '';
      return plain([...sentences, rest]);
    },
  };
}

/** All sentences of a text that is there. */
export function sentencesOf(text: string): string[] {
  const reader = createSentenceReader();
  return [...reader.push(text), ...reader.end()];
}

/** It does not break off in the middle. */
export const isWhole = (sentence: string): boolean => /[.!?。！？]["'”’）」)]*(?:\s*\[[^[\]]*\])*$/u.test(sentence);

const withoutMarks = (sentence: string): string =>
  sentence
    .replace(/^\s*(?:[-*•>#]+\s+|\d{1,2}[.)]\s+)+/u, '')
    .replace(/\*\*|__|`/g, '')
    .replace(/\s+/g, ' ')
    .trim();
