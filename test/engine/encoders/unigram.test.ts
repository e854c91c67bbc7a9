import { describe, expect, it } from 'vitest';
import { createUnigram, type UnigramOptions } from '../../../src/engine/encoders/unigram.js';

const UNKNOWN = 0;
const base: UnigramOptions = {
  vocabulary: [],
  reserved: 1,
  unknownScore: -100,
  unknownId: UNKNOWN,
  zeroMeansUnreached: false,
  unknownOnlyWithoutMatch: true,
};

/** The pieces of a text; `?` is the unknown token, which is always the first of the vocabulary. */
function split(pieces: Record<string, number>, text: string, options: Partial<UnigramOptions> = {}): string[] {
  const vocabulary: [string, number][] = [['?', 0], ...Object.entries(pieces)];
  return createUnigram({ ...base, ...options, vocabulary })(text).map((id) => vocabulary[id]![0]);
}

describe('unigram tokenisation', () => {
  it.each<[string, Record<string, number>, string, string[]]>([
    ['nothing', { a: -1 }, '', []],
    ['the only split', { a: -1, b: -1 }, 'ab', ['a', 'b']],
    ['one long piece where it is more probable', { a: -1, b: -1, ab: -1.5 }, 'ab', ['ab']],
    ['two short pieces where they are more probable', { a: -1, b: -1, ab: -2.5 }, 'ab', ['a', 'b']],
    ['the best of overlapping pieces', { ab: -1, bc: -1.5, abc: -4, a: -2, c: -2 }, 'abc', ['ab', 'c']],
    ['the earlier piece of a tie', { a: -1, b: -1, ab: -2 }, 'ab', ['ab']],
    ['an unknown character as unknown', { a: -1 }, 'xa', ['?', 'a']],
    ['neighbouring unknown characters as one', { a: -1 }, 'xyzaxy', ['?', 'a', '?']],
    ['only unknown characters', { a: -1 }, 'xyz', ['?']],
    ['a character beyond the basic plane as one', { '😀': -1, a: -1 }, 'a😀a', ['a', '😀', 'a']],
    ['half a surrogate pair as unknown', { '😀': -1, a: -1 }, 'a\ud83da', ['a', '?', 'a']],
  ])('gives %s', (_, pieces, text, expected) => {
    expect(split(pieces, text)).toEqual(expected);
  });

  it('never finds a reserved piece in a text', () => {
    expect(split({ '<s>': 0, '<': -1, s: -1, '>': -1 }, '<s>', { reserved: 2 })).toEqual(['<', 's', '>']);
  });

  it('agrees with trying all splits, on random texts', () => {
    const pieces = { a: -1.3, b: -2.1, c: -1.7, ab: -2.9, bc: -3.3, ca: -2.4, abc: -4.4, aa: -2.2 };
    for (let n = 0; n < 3 ** 6; n++) {
      const text = Array.from({ length: 6 }, (_, i) => 'abc'[Math.floor(n / 3 ** i) % 3]).join('');
      const score = split(pieces, text).reduce((sum, piece) => sum + pieces[piece as 'a'], 0);
      expect(score, text).toBeCloseTo(bestScore(pieces, text), 10);
    }
  });

  it('may let an unknown character compete with longer pieces that start with it', () => {
    const pieces = { ab: -5, b: -1 };
    const options = { unknownScore: -2 };
    expect(split(pieces, 'ab', { ...options, unknownOnlyWithoutMatch: true })).toEqual(['ab']);
    expect(split(pieces, 'ab', { ...options, unknownOnlyWithoutMatch: false })).toEqual(['?', 'b']);
  });

  it('may take the later piece of a tie and overwrite a score of zero, as the published tokenizer of USE does', () => {
    const quirk = { zeroMeansUnreached: true };
    expect(split({ a: -1, b: -1, ab: -2 }, 'ab', quirk)).toEqual(['a', 'b']);
    expect(split({ a: -5, b: -5, ab: 0 }, 'ab', quirk)).toEqual(['a', 'b']);
    expect(split({ a: -5, b: -5, ab: 0 }, 'ab')).toEqual(['ab']);
  });
});

function bestScore(pieces: Record<string, number>, text: string): number {
  if (text === '') return 0;
  const scores = Object.entries(pieces)
    .filter(([piece]) => text.startsWith(piece))
    .map(([piece, score]) => score + bestScore(pieces, text.slice(piece.length)));
  return Math.max(...scores);
}
