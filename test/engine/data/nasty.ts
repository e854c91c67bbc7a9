// Texts that break naive parsers, drawn by seeded chance.

import type { Rng } from '../../../src/engine/random.js';

const PIECES = [
  ...['"', '""', "'", ',', ';', '\t', '\n', '\r\n', '\r', '=', '+', '-', '@', '\\', '|', '#', '{', '}', '[', ' '],
  ...[
    'text',
    'label',
    'text,label',
    'null',
    '=1+1',
    "'=x",
    '😀',
    '👩‍👩‍👧',
    '账单',
    '，',
    '、',
    '你好',
    'é',
    'e\u0301',
    '\u2028',
  ],
  ...['\ufeff', '\u0000', '\u200b', '\u202e', '\ud800', '{"text": "a"}', 'billing', '0'],
];

export const nastyText = (rng: Rng): string =>
  Array.from({ length: 1 + rng.integer(8) }, () => PIECES[rng.integer(PIECES.length)]!).join('');
