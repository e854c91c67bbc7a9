// Plain text as Discord shows it literally: no formatting, headings, lists, mentions or emoji come out of people's texts, and no
// link opens a preview. And long texts in pieces that Discord takes.

import { MARKS } from './spaces.js';

export const MAX_CONTENT = 2000;

/** Quotes and full stops around a link are not part of it. */
const URL_PATTERN = /https?:\/\/[^\s<>"“”「」（），。；！？]*[^\s<>"“”「」（），。；！？.,;:!?'…]/gi;
/** Discord shows an invitation without https:// as one too. */
const INVITE = /\b(discord(?:app)?\.(?:gg|com\/invite))\//gi;
/** Discord drops a backslash before any sign that is neither a letter, a digit nor white space. */
const ANYWHERE = /[\\`*_~|<[\]@]|:(?=[\w~-]+:)/g;
const LINE_START = /^([ \t]*)(>+|#{1,3}(?=\s)|-#(?=\s)|[-+](?=\s)|\d+(?=[.)]\s))/gm;

/** Escape a text of ours or of people; only the marks of spaces.ts become mentions (which ping nobody: allowed mentions are empty). */
export function escapeText(text: string): string {
  const kept: string[] = [];
  const keep = (shown: string): string => `\ue001${kept.push(shown) - 1}\ue001`;
  const marked = text
    .replaceAll('\ue001', '')
    .replace(MARKS, (_, mention: string) => keep(mention))
    .replace(URL_PATTERN, (url) => keep(`<${url}>`));
  return escapeMarks(marked).replace(/\ue001(\d+)\ue001/g, (_, i: string) => kept[Number(i)] ?? '');
}

function escapeMarks(text: string): string {
  return text
    .replace(ANYWHERE, '\\$&')
    .replace(INVITE, '$1\\/')
    .replace(LINE_START, (_, space: string, mark: string) =>
      /^\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    )
    .replace(/^ +/gm, (spaces) => '\u2002'.repeat(Math.min(spaces.length, 4)));
}

/** A monospaced block; the text cannot end it. */
export const codeBlock = (text: string): string => `\`\`\`\n${text.replace(/`{3}/g, '`\u200b`\u200b`')}\n\`\`\``;

const FENCE = '```';

/**
 * Cut a text into pieces of at most `limit` UTF-16 units, at line breaks where there are some, else at spaces, never inside an
 * escape or a character; a code block that is cut is closed and opened again.
 */
export function splitContent(text: string, limit: number = MAX_CONTENT): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const open = isInsideFence(rest.slice(0, limit - FENCE.length - 1));
    const room = open ? limit - FENCE.length - 1 : limit;
    const at = cutAt(rest, room);
    const piece = rest.slice(0, at).trimEnd();
    const cutInside = isInsideFence(piece);
    pieces.push(cutInside ? `${piece}\n${FENCE}` : piece);
    rest = (cutInside ? `${FENCE}\n` : '') + rest.slice(at).replace(/^\n/, '');
  }
  if (rest.trim() !== '' || pieces.length === 0) pieces.push(rest);
  return pieces;
}

const isInsideFence = (text: string): boolean => (text.split(FENCE).length - 1) % 2 === 1;

function cutAt(text: string, room: number): number {
  const line = text.lastIndexOf('\n', room);
  if (line > room / 2) return line;
  const space = text.lastIndexOf(' ', room);
  const at = space > room / 2 ? space : room;
  return wholeBefore(text, at);
}

/** The last place up to `at` that is neither between the halves of a character nor between a backslash and what it escapes. */
function wholeBefore(text: string, at: number): number {
  const escapes = /\\*$/.exec(text.slice(0, at))![0].length;
  const unescaped = escapes % 2 === 1 ? at - 1 : at;
  const inside = /[\ud800-\udbff]$/.test(text.slice(0, unescaped)) ? unescaped - 1 : unescaped;
  // Three backticks are ours and open or close a block of code.
  const ticks = /(?<!\\)`{1,2}$/.exec(text.slice(0, inside))?.[0].length ?? 0;
  return text[inside] === '`' ? inside - ticks : inside;
}
