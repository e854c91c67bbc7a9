// teach-lines: what a form sends, many examples at once. Each line is one: "text => label", or a plain text where the form gave one
// label for all. A line that cannot be read saves nothing; one line alone is taught like /teach does it.

import {
  cleanText,
  findName,
  type ImportedRow,
  isUserError,
  MAX_TEXT_LENGTH,
  type RowProblem,
  suggest,
} from '../../engine/index.js';
import { fail } from '../fail.js';
import { problemLines, teachRows } from '../import-file.js';
import type { Context } from '../services.js';
import { splitArrow } from '../syntax/parse.js';
import type { Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findLabel, findTask } from './lookup.js';
import * as option from './option.js';
import { byTeach, teachText } from './teach-text.js';

export const teachLines = defineCommand({
  name: 'teach-lines',
  summary: 'teachLines.summary',
  teaches: true,
  hidden: true,
  options: {
    text: option.text({ summary: 'option.lines', required: true }),
    label: option.label({ summary: 'option.linesLabel' }),
    task: option.task(),
  },
  rest: 'text',
  examples: ['I was charged twice => billing'],
  run: async (services, context, input) => {
    const task = await findTask(services, context, input.task);
    const label = input.label === undefined ? undefined : findLabel(context, task, input.label);
    const lines = input.text
      .split(/\r\n|[\n\r\u2028\u2029]/)
      .map((text, i) => ({ line: i + 1, text: text.trim() }))
      .filter(({ text }) => text !== '');
    const read = lines.map(({ line, text }) => readLine(context, task, { line, text, label }));
    const rows = read.flatMap((row) => ('text' in row ? [row] : []));
    const problems = read.flatMap((row) => ('text' in row ? [] : [row]));
    if (problems.length > 0) throw refusal(context, problems, lines.length);
    const [only] = rows;
    if (only !== undefined && rows.length === 1) {
      return teachText(services, context, task, {
        ...only,
        replace: false,
        source: context.source,
        again: byTeach(task, only.text),
      });
    }
    return teachRows(services, context, {
      task,
      fileName: null,
      imported: { rows, problems: [] },
      partial: false,
      replace: false,
    });
  },
});

interface Line {
  readonly line: number;
  readonly text: string;
  /** That of all lines; undefined: each has its own after an arrow. */
  readonly label: string | undefined;
}

function readLine(context: Context, task: Task, { line, text, label }: Line): ImportedRow | RowProblem {
  const { say, format } = context;
  const problem = (expected: string, found: string): RowProblem => ({
    line,
    expected,
    found,
    message: say('file.problem', { line, expected, found }),
  });
  const arrow = say('lines.arrow');
  const split = label === undefined ? splitArrow(text) : { text, label };
  if (split === null) return problem(arrow, format.quote(text, 40));
  if ('missing' in split) return problem(arrow, say(split.missing === 'label' ? 'lines.noLabel' : 'lines.noText'));
  const clean = cleaned(split.text);
  if (clean === null) {
    const found = say('lines.characters', { count: [...split.text].length });
    return problem(say('lines.text', { limit: MAX_TEXT_LENGTH }), found);
  }
  const names = task.labels.map(({ name }) => name);
  const known = findName(split.label, names);
  if (known !== null) return { line, text: clean, label: known };
  const meant = suggest(split.label, names);
  const hint = meant === null ? '' : say('word.inBrackets', { text: say('meant', { meant }) });
  const expected = say('lines.label', { labels: format.list(names.slice(0, 10)) + (names.length > 10 ? '…' : '') });
  return problem(expected, format.quote(split.label, 40) + hint);
}

/** null: too long, or nothing that one could see. */
function cleaned(text: string): string | null {
  try {
    return cleanText(text);
  } catch (error) {
    if (isUserError(error)) return null;
    throw error;
  }
}

function refusal({ say }: Context, problems: readonly RowProblem[], count: number) {
  const lines = [
    say('lines.bad', { bad: problems.length, count }),
    ...problemLines(say, problems),
    say('lines.unsaved', { count: problems.length }),
  ];
  return fail(say, 'bad-input', lines.join('\n'), { problems });
}
