// The concept base as it lies on the disk: every topic complete in both languages, every reference alive, and the questions to measure with as
// many and as varied as the folder's README promises. Reads the files on its own, so that a parser's mistake cannot hide theirs.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../data/concepts');
const README = read('README.md');

const line = z
  .string()
  .min(1)
  .refine((text) => text === text.trim() && !text.includes('\n'), 'one line without spaces around it');
const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const bilingual = <T extends z.ZodType>(inner: T) => z.strictObject({ en: inner, zh: inner });

const frontMatterSchema = z.strictObject({
  id,
  title: bilingual(line),
  names: bilingual(z.array(line).min(1)),
  related: z.array(id).min(2).max(5),
  compares: z.array(id).min(2).optional(),
  sources: z.array(z.strictObject({ cite: line, url: z.url({ protocol: /^https$/ }).optional() })).min(1),
});

const questionSchema = z.strictObject({
  question: line,
  ids: z.array(id),
  language: z.enum(['en', 'zh', 'mixed']),
  part: z.enum(['tune', 'report']),
});

/** The whole of a file after its front matter: per language an answer of one line, and a common mistake of one line or none. */
const BODY =
  /^\n## en\n\n(?<en>\S.*)\n\n(?:### Often mixed up\n\n(?<enMistake>\S.*)\n\n)?## zh\n\n(?<zh>\S.*)\n(?:\n### 常见误解\n\n(?<zhMistake>\S.*)\n)?$/;

const TOPICS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map(readTopic);
const IDS = new Set(TOPICS.map((topic) => topic.id));
const QUESTIONS = read('questions.jsonl')
  .trimEnd()
  .split('\n')
  .map((row) => questionSchema.parse(JSON.parse(row)));

function read(file: string): string {
  return readFileSync(path.join(FOLDER, file), 'utf8');
}

function readTopic(file: string) {
  const [, header, body] = /^---\n([\s\S]+?\n)---\n([\s\S]*)$/.exec(read(file)) ?? [];
  if (header === undefined || body === undefined) throw new Error(`${file}: no front matter between two lines ---`);
  const text = BODY.exec(body)?.groups;
  if (text === undefined) throw new Error(`${file}: the sections after the front matter are not those of the README`);
  const matter = frontMatterSchema.safeParse(parse(header));
  if (!matter.success) throw new Error(`${file}: ${z.prettifyError(matter.error)}`);
  const { en = '', zh = '', enMistake, zhMistake } = text;
  return { file, ...matter.data, en, zh, enMistake, zhMistake };
}

const sentences = {
  en: (text: string): number => text.match(/[.!?]["”)]?(?=\s|$)/g)?.length ?? 0,
  zh: (text: string): number => text.match(/[。！？](?![”」）])/g)?.length ?? 0,
};

/** Names that differ only in case, spaces or hyphens are the same name. */
const sameName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '');

/** The values that occur more than once. */
function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** How many questions of a kind there are; the same rows as the table of the README. */
function countRows(): string[] {
  return (['tune', 'report'] as const).flatMap((part) =>
    (['en', 'zh', 'mixed'] as const).map((language) => {
      const kind = QUESTIONS.filter((question) => question.part === part && question.language === language);
      const refused = kind.filter(({ ids }) => ids.length === 0).length;
      return `| ${part} | ${language} | ${kind.length - refused} | ${refused} |`;
    }),
  );
}

describe.each(TOPICS)('the topic $file', (topic) => {
  it('is named as its file', () => {
    expect(`${topic.id}.md`).toBe(topic.file);
  });

  it('refers to other topics that exist, each once', () => {
    const others = [...topic.related, ...(topic.compares ?? [])];
    expect(others.filter((other) => !IDS.has(other) || other === topic.id)).toEqual([]);
    expect(repeated(topic.related)).toEqual([]);
    expect(repeated(topic.compares ?? [])).toEqual([]);
  });

  it('answers in two to six sentences, short enough for a chat message', () => {
    for (const count of [sentences.en(topic.en), sentences.zh(topic.zh)]) {
      expect(count).toBeGreaterThanOrEqual(2);
      expect(count).toBeLessThanOrEqual(6);
    }
    expect(topic.en.length).toBeLessThanOrEqual(900);
    expect(topic.zh.length).toBeLessThanOrEqual(450);
  });

  it('clears up a mistake in both languages or in neither', () => {
    expect(topic.zhMistake === undefined).toBe(topic.enMistake === undefined);
  });

  it('keeps its languages apart and its text plain', () => {
    const [english, chinese] = [`${topic.en} ${topic.enMistake ?? ''}`, `${topic.zh} ${topic.zhMistake ?? ''}`];
    expect(chinese.match(/\p{Script=Han}/gu)?.length ?? 0).toBeGreaterThan(chinese.length / 3);
    expect(chinese.match(/\p{Script=Han}[,;:?!()]|[,;:?!()]\p{Script=Han}|\p{Script=Han}[A-Za-z0-9]/gu)).toBeNull();
    expect(english.match(/\p{Script=Han}/gu)?.length ?? 0).toBeLessThan(english.length / 20);
    expect(`${english}${chinese}`.match(/\*\*|`|\]\(| {2}\S/)).toBeNull();
  });
});

describe('the concept base', () => {
  it('has the number of topics and comparisons that the README says', () => {
    const comparisons = TOPICS.filter((topic) => topic.compares !== undefined).length;
    expect(README).toContain(`${TOPICS.length} topics, ${comparisons} of them comparisons`);
  });

  it('uses each name for one topic only', () => {
    const names = TOPICS.flatMap(({ title, names }) => [
      ...new Set([title.en, title.zh, ...names.en, ...names.zh].map(sameName)),
    ]);
    expect(repeated(names)).toEqual([]);
  });

  it('lists no name twice', () => {
    const twice = TOPICS.flatMap(({ names }) => repeated([...names.en, ...names.zh].map((name) => name.toLowerCase())));
    expect(twice).toEqual([]);
  });

  it('cites one source in one way', () => {
    const addresses = new Map<string, Set<string>>();
    for (const { cite, url } of TOPICS.flatMap(({ sources }) => sources)) {
      if (url !== undefined) addresses.set(url, (addresses.get(url) ?? new Set()).add(cite));
    }
    expect([...addresses].filter(([, cites]) => cites.size > 1)).toEqual([]);
  });

  it('can be reached everywhere: each topic is related to another', () => {
    const reached = new Set(TOPICS.flatMap(({ related, compares = [] }) => [...related, ...compares]));
    const alone = TOPICS.filter((topic) => topic.compares === undefined && !reached.has(topic.id)).map(({ id }) => id);
    expect(alone).toEqual([]);
  });
});

describe('the questions to measure with', () => {
  it('name topics that exist, each once', () => {
    expect(QUESTIONS.filter(({ ids }) => ids.some((name) => !IDS.has(name)) || repeated(ids).length > 0)).toEqual([]);
  });

  it('are all different', () => {
    expect(repeated(QUESTIONS.map(({ question }) => sameName(question)))).toEqual([]);
  });

  it('are as many of each kind as the README says', () => {
    const table = README.split('\n').filter((row) => /^\| (tune|report) \|/.test(row));
    expect(countRows()).toEqual(table);
  });

  it('are enough to tune and to report with', () => {
    expect(QUESTIONS.filter(({ ids }) => ids.length > 0).length).toBeGreaterThanOrEqual(170);
    expect(QUESTIONS.filter(({ ids }) => ids.length === 0).length).toBeGreaterThanOrEqual(80);
  });

  it.each(['tune', 'report'])('ask for every topic in the part %s', (part) => {
    const asked = new Set(QUESTIONS.filter((question) => question.part === part).map(({ ids }) => ids[0]));
    expect([...IDS].filter((name) => !asked.has(name))).toEqual([]);
  });
});
