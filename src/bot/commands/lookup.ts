// What people name, found or refused with a sentence: tasks, labels, examples, versions; and their texts, cleaned.

import {
  cleanLabel,
  cleanText,
  findName,
  isUserError,
  type LabelSpec,
  MAX_LABEL_LENGTH,
  MAX_TEXT_LENGTH,
  parseLabels,
  suggest,
} from '../../engine/index.js';
import { fail } from '../fail.js';
import { shorten } from '../format.js';
import type { Context, Services } from '../services.js';
import type { Example, Task, Version } from '../workspace/types.js';

const MOST_LISTED = 10;

/** The task that a name means; without a name the only one, or the one used last. */
export async function findTask(
  { workspace }: Pick<Services, 'workspace'>,
  { space, say, format }: Context,
  name?: string,
): Promise<Task> {
  const names = (await workspace.tasks(space)).map((task) => task.name);
  if (names.length === 0) throw fail(say, 'unknown-task', say('task.none'));
  if (name === undefined) return workspace.findTask(space);
  const found = findName(name, names);
  if (found !== null) return workspace.findTask(space, found);
  const meant = suggest(name, names);
  const help =
    meant === null ? say('task.known', { tasks: format.list(names.slice(0, MOST_LISTED)) }) : say('meant', { meant });
  throw fail(say, 'unknown-task', format.sentences(say('task.unknown', { name: shorten(name, 60) }), help), {
    name,
    meant,
  });
}

export function findLabel({ say, format }: Context, task: Task, typed: string): string {
  const names = task.labels.map((label) => label.name);
  const found = findName(typed, names);
  if (found !== null) return found;
  const meant = suggest(typed, names);
  const shown = format.list(names.slice(0, MOST_LISTED)) + (names.length > MOST_LISTED ? '…' : '');
  const help = meant === null ? say('label.known', { labels: shown }) : say('meant', { meant });
  const sentence = say('label.unknown', { task: task.name, label: shorten(typed, 60) });
  throw fail(say, 'unknown-label', format.sentences(sentence, help), { label: typed, meant });
}

/** An example by its id, its text, or a part of its text that no other example has. */
export function findExample(
  { say, format }: Context,
  task: Task,
  examples: readonly Example[],
  typed: string,
): Example {
  const wanted = typed.trim().toLowerCase();
  const exact = examples.find((example) => example.id === typed.trim() || example.text.toLowerCase() === wanted);
  if (exact !== undefined) return exact;
  const holding = examples.filter((example) => example.text.toLowerCase().includes(wanted));
  if (holding.length === 1) return holding[0]!;
  if (holding.length === 0) {
    throw fail(say, 'unknown-example', say('example.unknown', { task: task.name, text: format.quote(typed) }));
  }
  const texts = holding.slice(0, 3).map((example) => format.quote(example.text, 40));
  const values = { count: holding.length, text: format.quote(typed, 40), examples: format.list(texts) };
  throw fail(say, 'unknown-example', say('example.ambiguous', values));
}

export function findVersion(
  { say, format }: Context,
  task: Task,
  versions: readonly Version[],
  number: number,
): Version {
  const found = versions.find((version) => version.number === number);
  if (found !== undefined) return found;
  const known = versions.map((version) => String(version.number));
  const help =
    known.length === 0
      ? say('version.none', { task: task.name })
      : say('version.known', { versions: format.list(known) });
  throw fail(
    say,
    'unknown-version',
    format.sentences(say('version.unknown', { task: task.name, version: number }), help),
  );
}

/** A text of a person, ready to be stored or answered. */
export function checkText({ say }: Context, typed: string): string {
  try {
    return cleanText(typed);
  } catch (error) {
    if (!isUserError(error)) throw error;
    const sentence =
      error.code === 'limit'
        ? say('text.tooLong', { limit: MAX_TEXT_LENGTH, found: [...typed.trim()].length })
        : say('text.empty');
    throw fail(say, error.code, sentence, error.details);
  }
}

/** A new name of a label or a task. */
export function checkName({ say, format }: Context, typed: string): string {
  try {
    return cleanLabel(typed);
  } catch (error) {
    if (!isUserError(error)) throw error;
    const name = format.quote(typed, 40);
    const found = [...typed.trim()].length;
    const sentence =
      error.code === 'limit'
        ? say('name.tooLong', { limit: MAX_LABEL_LENGTH, found, name })
        : typed.trim().includes('\n')
          ? say('name.lineBreak', { name })
          : say('name.empty');
    throw fail(say, error.code, sentence, error.details);
  }
}

/** A list of labels as it was typed, each with the description it may have. */
export function checkLabels({ say }: Context, typed: string): LabelSpec[] {
  try {
    return parseLabels(typed);
  } catch (error) {
    if (!isUserError(error)) throw error;
    throw fail(say, error.code, say('labels.wrong', { message: error.message }), error.details);
  }
}

/** A name for a task that no task of the space has. */
export async function checkTaskName({ workspace }: Services, context: Context, typed: string): Promise<string> {
  const name = checkName(context, typed);
  const taken = findName(
    name,
    (await workspace.tasks(context.space)).map((task) => task.name),
  );
  if (taken !== null) throw fail(context.say, 'conflict', context.say('task.exists', { name: taken }));
  return name;
}
