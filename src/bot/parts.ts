// What a reply is made of where it is more than sentences: tables and lists of terms, which each face lays out in its own way (a
// terminal in columns, Discord in code blocks or lines). As plain text they are joined by line breaks.

import { padEnd, table } from './format.js';

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** The first row is the head, the first column the name of each row. */
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[]; readonly gap?: string }
  | { readonly kind: 'terms'; readonly terms: readonly (readonly [term: string, meaning: string])[] };

const TERM_WIDTH = 14;

export const textPart = (text: string): Part => ({ kind: 'text', text });

/** The parts as plain text. */
export function textOf(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.text;
        case 'table':
          return table(part.rows, part.gap);
        case 'terms':
          return part.terms.map(([term, meaning]) => `  ${padEnd(term, TERM_WIDTH)} ${meaning}`).join('\n');
        default:
          return part satisfies never;
      }
    })
    .filter((text) => text !== '')
    .join('\n');
}

/** The text of a reply together with the parts that it comes from. */
export const withParts = (parts: readonly Part[]): { text: string; parts: readonly Part[] } => ({
  text: textOf(parts),
  parts,
});
