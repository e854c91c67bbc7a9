import { describe, expect, it } from 'vitest';
import { codeBlock, escapeText, splitContent } from '../../../src/bot/discord/markdown.js';
import { channelMark, personMark } from '../../../src/bot/discord/spaces.js';

describe('escapeText', () => {
  it.each([
    ['**bold** and _it_ and ~~gone~~', '\\*\\*bold\\*\\* and \\_it\\_ and \\~\\~gone\\~\\~'],
    ['# title', '\\# title'],
    ['-# small', '\\-# small'],
    ['> quoted', '\\> quoted'],
    ['- one\n2. two', '\\- one\n2\\. two'],
    ['```js\ncode', '\\`\\`\\`js\ncode'],
    ['[click](http://x.y)', '\\[click\\](<http://x.y)>'],
    ['<@123456789012345678> @everyone', '\\<\\@123456789012345678> \\@everyone'],
    [':smile: at 10:30', '\\:smile: at 10:30'],
    ['||secret||', '\\|\\|secret\\|\\|'],
    ['back\\slash', 'back\\\\slash'],
    ['I was charged twice => billing', 'I was charged twice => billing'],
    ['这个月被重复扣费了！', '这个月被重复扣费了！'],
  ])('shows %j literally', (text, expected) => {
    expect(escapeText(text)).toBe(expected);
  });

  it('leaves links to click, without a preview and without escapes inside', () => {
    expect(escapeText('see https://ex.org/a_b_c?x=*1* now')).toBe('see <https://ex.org/a_b_c?x=*1*> now');
  });

  it('takes no quotes or full stops into a link, and no letters from before it', () => {
    expect(escapeText('“看https://ex.org/a”。and "https://ex.org/b".')).toBe(
      '“看<https://ex.org/a>”。and "<https://ex.org/b>".',
    );
  });

  it('shows invitations as text', () => {
    expect(escapeText('join discord.gg/abc or discord.com/invite/abc')).toBe(
      'join discord.gg\\/abc or discord.com/invite\\/abc',
    );
  });

  it('shows people and channels that we name, and nothing that a text only looks like', () => {
    const person = '123456789012345678';
    expect(escapeText(`by ${personMark(person)} in ${channelMark(person)}`)).toBe(`by <@${person}> in <#${person}>`);
    expect(escapeText(`<@${person}>`)).toBe(`\\<\\@${person}>`);
    expect(escapeText(personMark('ann <x>'))).toBe('ann \\<x>');
    expect(escapeText(`\ue000<@${person}>`)).toBe(`\ue000\\<\\@${person}>`);
  });
});

describe('codeBlock', () => {
  it('cannot be ended by what it holds', () => {
    expect(codeBlock('a\n```\n@everyone').split('```')).toHaveLength(3);
  });
});

describe('splitContent', () => {
  const lines = Array.from({ length: 300 }, (_, i) => `line ${i} with some words`).join('\n');

  it('keeps a short text whole', () => {
    expect(splitContent('short')).toEqual(['short']);
    expect(splitContent('')).toEqual(['']);
  });

  it('cuts at line breaks and loses nothing', () => {
    const pieces = splitContent(lines);
    expect(pieces.every((piece) => piece.length <= 2000)).toBe(true);
    expect(pieces.join('\n')).toBe(lines);
  });

  it('cuts a text without spaces, never inside a character or an escape', () => {
    const faces = '😀'.repeat(1500);
    const pieces = splitContent(faces);
    expect(pieces.join('')).toBe(faces);
    expect(pieces.every((piece) => piece.length <= 2000 && !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(piece))).toBe(
      true,
    );
    const stars = escapeText(`a${'*'.repeat(1500)}`);
    const starPieces = splitContent(stars);
    expect(starPieces.join('')).toBe(stars);
    const slashes = escapeText('\\'.repeat(1500));
    expect(splitContent(slashes).map(({ length }) => length)).toEqual([2000, 1000]);
    expect(starPieces.every((piece) => piece.startsWith('\\') || piece.startsWith('a'))).toBe(true);
  });

  it('closes and opens a code block that is cut', () => {
    const pieces = splitContent(codeBlock(lines));
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(2000);
      expect(piece.startsWith('```\n')).toBe(true);
      expect(piece.endsWith('\n```')).toBe(true);
      expect(piece.split('```')).toHaveLength(3);
    }
  });
});
