// Topics that people write: from a title and a text, or from a Markdown file like those of data/concepts. What is wrong with them is
// said in the person's language, and nothing is saved.

import { decodeFile, suggest } from '../../engine/index.js';
import type { Language } from '../catalogue/index.js';
import { fail } from '../fail.js';
import type { Context } from '../services.js';
import { MOST_OWN_TOPICS, type OwnTopic } from './own.js';
import { MAX_ANSWER_LENGTH, MAX_CONCEPT_FILE_BYTES, MAX_TITLE_LENGTH, parseConcept } from './parse.js';
import { sameName } from './question.js';
import { type Concept, languagesOf, textOf } from './types.js';

/** A topic out of what was typed. */
export function writtenConcept(context: Context, { title, text }: { title: string; text: string }): Concept {
  const checked = checkTitle(context, title);
  const answer = checkAnswer(context, text);
  const id = idOf(checked);
  if (id === '') throw fail(context.say, 'bad-input', context.say('concept.noLetters', { title: checked }));
  return {
    id,
    texts: { [languageOf(answer)]: { title: checked, names: [], answer, mistake: null } },
    related: [],
    compares: [],
    sources: [],
  };
}

/** A topic out of a file. */
export async function readConceptFile({ say, files }: Context, reference: string): Promise<Concept> {
  const { name: file, source } = await files.open(reference);
  let content = '';
  for await (const piece of decodeFile(source, file)) {
    content += piece;
    if (Buffer.byteLength(content) > MAX_CONCEPT_FILE_BYTES) {
      throw fail(say, 'limit', say('concept.fileTooLarge', { file, limit: MAX_CONCEPT_FILE_BYTES / 1024 }));
    }
  }
  const parsed = parseConcept(content);
  if ('concept' in parsed) return parsed.concept;
  const { line, expected, found } = parsed.problem;
  const values = { file, line, expected: say(`concept.expected.${expected}`), found: found === '' ? '–' : found };
  throw fail(say, 'bad-file', say('concept.fileProblem', values), { line, expected });
}

/** The topic with another title or another text, in the language that the new words have. */
export function editedConcept(
  context: Context,
  concept: Concept,
  { title, text }: { readonly title: string | undefined; readonly text: string | undefined },
): Concept {
  const written = languageOf(text ?? title ?? '');
  const language = concept.texts[written] === undefined ? languagesOf(concept)[0]! : written;
  const now = textOf(concept, language);
  const changed = {
    ...now,
    ...(title === undefined ? {} : { title: checkTitle(context, title) }),
    ...(text === undefined ? {} : { answer: checkAnswer(context, text) }),
  };
  return { ...concept, texts: { ...concept.texts, [language]: changed } };
}

/** Refuses a topic whose id or names another one has, and one topic too many. */
export function requireFree(
  { say }: Context,
  concept: Concept,
  { shipped, own }: { readonly shipped: readonly Concept[]; readonly own: readonly OwnTopic[] },
): Concept {
  const others = [...shipped, ...own.map((topic) => topic.concept).filter(({ id }) => id !== concept.id)];
  const names = new Set(namesOf(concept));
  const taken = others.find((other) => other.id === concept.id || namesOf(other).some((name) => names.has(name)));
  if (taken !== undefined) {
    throw fail(say, 'conflict', say('concept.exists', { title: textOf(taken, say.language).title }));
  }
  const isNew = !own.some((topic) => topic.concept.id === concept.id);
  if (isNew && own.length >= MOST_OWN_TOPICS) {
    throw fail(say, 'limit', say('concept.tooMany', { limit: MOST_OWN_TOPICS }));
  }
  return concept;
}

/** A topic of the space by its id, its title or another name. */
export function findOwn(
  { say, format }: Context,
  { shipped, own }: { readonly shipped: readonly Concept[]; readonly own: readonly OwnTopic[] },
  typed: string,
): Concept {
  const wanted = sameName(typed);
  const has = (concept: Concept): boolean => sameName(concept.id) === wanted || namesOf(concept).includes(wanted);
  const found = own.find(({ concept }) => has(concept));
  if (found !== undefined) return found.concept;
  if (shipped.some(has)) throw fail(say, 'forbidden', say('concept.shipped', { title: typed }));
  const titles = own.map(({ concept }) => textOf(concept, say.language).title);
  const meant = suggest(typed, titles);
  const help =
    meant !== null
      ? say('meant', { meant })
      : titles.length === 0
        ? say('concept.noneOwn')
        : say('concept.own', { titles: format.list(titles.slice(0, 10)) });
  throw fail(say, 'unknown-example', format.sentences(say('concept.unknownTopic', { title: typed }), help), { meant });
}

const namesOf = (concept: Concept): string[] =>
  languagesOf(concept).flatMap((language) => {
    const { title, names } = textOf(concept, language);
    return [title, ...names].map(sameName);
  });

const languageOf = (text: string): Language => (/\p{Script=Han}/u.test(text) ? 'zh' : 'en');

const idOf = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');

function checkTitle({ say }: Context, typed: string): string {
  const title = typed.trim().replace(/\s+/g, ' ');
  const found = [...title].length;
  if (found <= MAX_TITLE_LENGTH) return title;
  throw fail(say, 'limit', say('concept.titleTooLong', { limit: MAX_TITLE_LENGTH, found }));
}

function checkAnswer({ say }: Context, typed: string): string {
  const text = typed.trim();
  if (text.length <= MAX_ANSWER_LENGTH) return text;
  throw fail(say, 'limit', say('text.tooLong', { limit: MAX_ANSWER_LENGTH, found: text.length }));
}
