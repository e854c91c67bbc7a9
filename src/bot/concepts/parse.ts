// A topic as a Markdown file (data/concepts/README.md) → a concept. A mistake in it is told with its line, what was expected there
// and what was found. Pure.

import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Language } from '../catalogue/index.js';
import { shorten } from '../format.js';
import type { Concept, ConceptText } from './types.js';

export const MAX_CONCEPT_FILE_BYTES = 64 * 1024;
export const MAX_TITLE_LENGTH = 100;
export const MAX_ANSWER_LENGTH = 2000;
const MAX_MISTAKE_LENGTH = 600;
const MOST_NAMES = 50;
const MOST_RELATED = 10;
const MOST_SOURCES = 10;
const SHOWN_LENGTH = 60;

export const CONCEPT_FIELDS = ['id', 'title', 'names', 'related', 'compares', 'sources'] as const;

/** What was expected at the place of a mistake; the catalogue has a sentence for each. */
export type Expected =
  | 'front-matter'
  | 'yaml'
  | 'fields'
  | (typeof CONCEPT_FIELDS)[number]
  | 'section'
  | 'one-section'
  | 'answer'
  | 'mistake'
  | 'mistake-heading';

export interface ConceptProblem {
  readonly line: number;
  readonly expected: Expected;
  /** A few characters of what is there; empty: nothing. */
  readonly found: string;
}

export type ParsedConcept = { readonly concept: Concept } | { readonly problem: ConceptProblem };

const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((text) => !/[\n\r]/.test(text));
const inLanguages = <T extends z.ZodType>(inner: T) => z.strictObject({ en: inner.optional(), zh: inner.optional() });
const id = z
  .string()
  .max(100)
  .regex(/^[\p{Ll}\p{Lo}\p{N}]+(-[\p{Ll}\p{Lo}\p{N}]+)*$/u);

const frontMatterSchema = z.strictObject({
  id,
  title: z.union([
    line(MAX_TITLE_LENGTH).transform((title) => ({ en: title, zh: title })),
    inLanguages(line(MAX_TITLE_LENGTH)).refine(({ en, zh }) => en !== undefined || zh !== undefined),
  ]),
  names: inLanguages(z.array(line(MAX_TITLE_LENGTH)).max(MOST_NAMES)).default({}),
  related: z.array(id).max(MOST_RELATED).default([]),
  compares: z.array(id).min(2).max(MOST_RELATED).optional(),
  sources: z
    .array(
      z.strictObject({
        cite: line(300),
        url: z
          .url({ protocol: /^https$/ })
          .max(300)
          .optional(),
      }),
    )
    .max(MOST_SOURCES)
    .default([]),
});
type FrontMatter = z.infer<typeof frontMatterSchema>;

const MISTAKE_HEADINGS = new Set(['Often mixed up', '常见误解']);

export function parseConcept(source: string): ParsedConcept {
  const lines = source
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((text) => text.trimEnd());
  const first = lines.findIndex((text) => text !== '');
  const end = lines.indexOf('---', first + 1);
  if (lines[first] !== '---' || end < 0) return problem(Math.max(first, 0), 'front-matter', lines[first] ?? '');
  const matter = readFrontMatter(lines.slice(first + 1, end), first + 1);
  if ('problem' in matter) return matter;
  const body = readBody(lines, end + 1);
  return 'problem' in body ? body : { concept: conceptOf(matter.value, body.sections) };
}

/** `index`: of the line, from 0. */
const problem = (index: number, expected: Expected, found: string): { readonly problem: ConceptProblem } => ({
  problem: { line: index + 1, expected, found: shorten(found.trim(), SHOWN_LENGTH) },
});

function readFrontMatter(
  lines: readonly string[],
  start: number,
): { readonly value: FrontMatter } | { readonly problem: ConceptProblem } {
  const counter = new LineCounter();
  const document = parseDocument(lines.join('\n'), { lineCounter: counter });
  const lineOf = (offset: number): number => start + counter.linePos(offset).line - 1;
  const wrong = document.errors[0] ?? document.warnings[0];
  if (wrong !== undefined) return problem(lineOf(wrong.pos[0]), 'yaml', lines[lineOf(wrong.pos[0]) - start] ?? '');
  const plain = toPlain(document);
  if (plain === null) return problem(start, 'yaml', lines[0] ?? '');
  const parsed = frontMatterSchema.safeParse(plain);
  if (parsed.success) return { value: parsed.data };
  const { path, code } = parsed.error.issues[0]!;
  const [field = ''] = path.map(String);
  const known = CONCEPT_FIELDS.find((name) => name === field);
  if (known === undefined) {
    const other = code === 'unrecognized_keys' ? (parsed.error.issues[0] as { keys: string[] }).keys[0]! : '';
    const at = lines.findIndex((text) => text.startsWith(`${other}:`));
    return problem(start + Math.max(at, 0), 'fields', other);
  }
  const at = lines.findIndex((text) => text.startsWith(`${field}:`));
  if (at < 0) return problem(start, known, '');
  const node = document.getIn(path, true) as { readonly range?: readonly [number, number, number] | null } | undefined;
  const where = node?.range == null ? start + at : lineOf(node.range[0]);
  return problem(where, known, (lines[where - start] ?? '').replace(`${field}:`, ''));
}

/** null for nothing, and for what is too much: aliases that grow without end. */
function toPlain(document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    return null;
  }
}

interface Section {
  answer: string;
  mistake: string | null;
}

function readBody(
  lines: readonly string[],
  start: number,
): { readonly sections: Partial<Record<Language, Section>> } | { readonly problem: ConceptProblem } {
  const sections: Partial<Record<Language, Section>> = {};
  let section: Section | null = null;
  for (let i = start; i < lines.length; i++) {
    const text = lines[i]!;
    const [, marks, heading = ''] = /^(#{1,6})\s+(.*)$/.exec(text) ?? [];
    if (marks === '##') {
      if (heading !== 'en' && heading !== 'zh') return problem(i, 'section', text);
      if (sections[heading] !== undefined) return problem(i, 'one-section', text);
      section = { answer: '', mistake: null };
      sections[heading] = section;
    } else if (marks !== undefined) {
      if (marks !== '###' || section === null || section.mistake !== null || !MISTAKE_HEADINGS.has(heading))
        return problem(i, section === null ? 'section' : 'mistake-heading', text);
      section.mistake = '';
    } else if (section === null) {
      if (text !== '') return problem(i, 'section', text);
    } else if (section.mistake === null) {
      section.answer += `${text}\n`;
      if (section.answer.trim().length > MAX_ANSWER_LENGTH) return problem(i, 'answer', text);
    } else {
      section.mistake += `${text}\n`;
      if (section.mistake.trim().length > MAX_MISTAKE_LENGTH) return problem(i, 'mistake', text);
    }
  }
  const all = Object.entries(sections);
  if (all.length === 0) return problem(lines.length - 1, 'section', '');
  for (const [language, { answer, mistake }] of all) {
    const at = lines.indexOf(`## ${language}`);
    if (answer.trim() === '') return problem(at, 'answer', '');
    if (mistake?.trim() === '') return problem(at, 'mistake', '');
  }
  return { sections };
}

function conceptOf(
  { id, title, names, related, compares = [], sources }: FrontMatter,
  sections: Partial<Record<Language, Section>>,
): Concept {
  const texts = Object.entries(sections).map(([language, { answer, mistake }]) => {
    const text: ConceptText = {
      title: (title[language as Language] ?? title.en ?? title.zh)!,
      names: names[language as Language] ?? [],
      answer: answer.trim(),
      mistake: mistake?.trim() ?? null,
    };
    return [language, text] as const;
  });
  return { id, texts: Object.fromEntries(texts), related, compares, sources };
}
