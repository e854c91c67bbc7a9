// Unigram tokenisation (Kudo, 2018, https://arxiv.org/abs/1804.10959): the most probable split of a text into vocabulary
// pieces, found with one Viterbi pass over a trie.

import { createTrie, type Trie } from './trie.js';

export interface UnigramOptions {
  /** Pieces with their log-probabilities; the index is the token id. */
  readonly vocabulary: readonly (readonly [piece: string, score: number])[];
  /** First ids that are never matched in text (control tokens). */
  readonly reserved: number;
  /** Score of a character that no piece starts with. */
  readonly unknownScore: number;
  readonly unknownId: number;
  /**
   * Whether a later piece that scores the same replaces an earlier one; and whether a score of exactly 0 counts as "not
   * reached yet" (the quirks of the TensorFlow.js tokenizer of USE, which the embeddings depend on).
   */
  readonly zeroMeansUnreached: boolean;
  /** Add the unknown piece also where single-character pieces exist: only the static table's tokenizer does not. */
  readonly unknownOnlyWithoutMatch: boolean;
}

/** Returns a function from a normalised text to token ids; neighbouring unknown tokens become one. */
export function createUnigram(options: UnigramOptions): (text: string) => number[] {
  // Only numbers are kept: what is read out of `options` here does not hold the vocabulary in memory.
  const { unknownId, unknownScore, zeroMeansUnreached, unknownOnlyWithoutMatch } = options;
  const trie = trieOf(options);
  const scores = Float64Array.from(options.vocabulary, ([, score]) => score);
  return splitter({ trie, scores, unknownId, unknownScore, zeroMeansUnreached, unknownOnlyWithoutMatch });
}

function trieOf({ vocabulary, reserved }: UnigramOptions): Trie {
  return createTrie(vocabulary.map(([piece], id) => [piece, id] as const).slice(reserved));
}

interface SplitterOptions extends Omit<UnigramOptions, 'vocabulary' | 'reserved'> {
  readonly trie: Trie;
  readonly scores: Float64Array;
}

function splitter({ trie, scores, ...options }: SplitterOptions): (text: string) => number[] {
  const { unknownId, unknownScore } = options;
  return (text) => {
    const codes = Array.from(text, (symbol) => symbol.codePointAt(0)!);
    const length = codes.length;
    const best = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
    const from = new Int32Array(length + 1);
    const ids = new Int32Array(length + 1);
    best[0] = 0;
    const offer = (start: number, end: number, id: number, score: number): void => {
      const total = best[start]! + score;
      const held = best[end]!;
      const unreached = held === Number.NEGATIVE_INFINITY || (options.zeroMeansUnreached && held === 0);
      if (unreached || (options.zeroMeansUnreached ? total >= held : total > held)) {
        best[end] = total;
        from[end] = start;
        ids[end] = id;
      }
    };
    for (let start = 0; start < length; start++) {
      let node = trie.next(trie.root, codes[start]!);
      let matched = false;
      let single = false;
      for (let end = start + 1; node >= 0; end++) {
        const id = trie.valueAt(node);
        if (id >= 0) {
          offer(start, end, id, scores[id]!);
          matched = true;
          if (end === start + 1) single = true;
        }
        node = end < length ? trie.next(node, codes[end]!) : -1;
      }
      if (options.unknownOnlyWithoutMatch ? !matched : !single) offer(start, start + 1, unknownId, unknownScore);
    }
    const out: number[] = [];
    for (let end = length; end > 0; end = from[end]!) {
      const id = ids[end]!;
      if (id !== unknownId || out[out.length - 1] !== unknownId) out.push(id);
    }
    return out.reverse();
  };
}
