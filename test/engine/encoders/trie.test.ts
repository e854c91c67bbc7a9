import { describe, expect, it } from 'vitest';
import { createTrie } from '../../../src/engine/encoders/trie.js';
import { createRng } from '../../../src/engine/random.js';

/** The value at the end of a path; undefined where the path ends before. */
function find(trie: ReturnType<typeof createTrie>, text: string): number | undefined {
  let node = trie.root;
  for (const symbol of text) {
    node = trie.next(node, symbol.codePointAt(0)!);
    if (node < 0) return undefined;
  }
  return trie.valueAt(node);
}

describe('a trie', () => {
  it('tells a piece, the beginning of a piece and what is neither', () => {
    const trie = createTrie([
      ['ab', 0],
      ['abcd', 7],
      ['😀', 3],
    ]);
    expect(['ab', 'abc', 'abcd', 'b', 'abx', '😀', '\ud83d'].map((text) => find(trie, text))).toEqual([
      0,
      -1,
      7,
      undefined,
      undefined,
      3,
      undefined,
    ]);
  });

  it('is empty without pieces, and takes the later of two equal ones', () => {
    expect(find(createTrie([]), 'a')).toBeUndefined();
    expect(
      find(
        createTrie([
          ['a', 1],
          ['a', 2],
        ]),
        'a',
      ),
    ).toBe(2);
  });

  it('holds what a Map holds, for 5,000 random pieces of few letters', () => {
    const rng = createRng(0, 'trie');
    const word = (): string => Array.from({ length: 1 + rng.integer(6) }, () => 'abcd中文'[rng.integer(6)]).join('');
    const held = new Map(Array.from({ length: 5_000 }, (_, i) => [word(), i]));
    const trie = createTrie(held);
    for (const [piece, value] of held) expect({ piece, value: find(trie, piece) }).toEqual({ piece, value });
    for (let i = 0; i < 1_000; i++) {
      const piece = `${word()}${word()}`;
      const found = find(trie, piece) ?? -1;
      expect({ piece, value: found }).toEqual({ piece, value: held.get(piece) ?? -1 });
    }
  });
});
