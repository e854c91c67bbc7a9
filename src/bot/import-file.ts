// Examples of a file → a task: what was taken, what was doubled, what could not be read. Nothing is written before the person
// has seen how many rows are bad, unless they said `partial:yes`.

import {
  type FileSource,
  type ImportOptions,
  type ImportResult,
  importExamples,
  isUserError,
  type RowProblem,
} from '../engine/index.js';
import { countsLine } from './describe.js';
import { fail } from './fail.js';
import { taughtNews } from './journal.js';
import type { Reply } from './reply.js';
import type { Context, Services } from './services.js';
import type { Task, TeachOutcome } from './workspace/types.js';

const PROBLEMS_SHOWN = 3;
const LINES_SHOWN = 8;

export interface ImportRequest {
  readonly task: Task;
  /** null: they are lines that somebody typed. */
  readonly fileName: string | null;
  readonly imported: Pick<ImportResult, 'rows' | 'problems'>;
  readonly partial: boolean;
  readonly replace: boolean;
}

/** The rows of a file; a file that cannot be read as a whole is an error that says that nothing was saved. */
export async function readRows({ say }: Context, source: FileSource, options: ImportOptions): Promise<ImportResult> {
  try {
    return await importExamples(source, options);
  } catch (error) {
    // The Chinese lead sentence of such an error says so already.
    if (!isUserError(error) || say.language !== 'en') throw error;
    throw fail(say, error.code, `${error.message} ${say('file.unsaved')}`, { ...error.details });
  }
}

export async function teachRows(services: Services, context: Context, request: ImportRequest): Promise<Reply> {
  const { task, fileName, imported, replace } = request;
  if (fileName !== null) refuseProblems(context, { ...request, fileName });
  const rows = imported.rows.map(({ text, label }) => ({ text, label }));
  const { person: by, source } = context;
  const taught = await services.workspace.teach(task, rows, { by, replace, source });
  services.runs.changed(taught.task);
  const summary = importSummary(context, request, taught.outcomes);
  const counts = await services.workspace.counts(taught.task);
  return {
    kind: 'taught',
    task: taught.task.name,
    outcomes: taught.outcomes,
    news: taughtNews(taught.task, taught.outcomes),
    text: `${summary}\n${countsLine(context, taught.task, counts)}`,
  };
}

/** Refuse a file with bad rows, saying which, unless the person wants the good rows all the same. */
export function refuseProblems(
  { say }: Context,
  { fileName, imported, partial }: Omit<ImportRequest, 'task' | 'replace' | 'fileName'> & { fileName: string },
): void {
  const { rows, problems } = imported;
  if (problems.length === 0 || (partial && rows.length > 0)) return;
  const values = { file: fileName, bad: problems.length, rows: rows.length + problems.length };
  const lines = [
    say('file.badRows', values),
    ...problemLines(say, problems),
    rows.length > 0 ? say('file.savePartial', { rows: rows.length }) : say('file.nothingSaved'),
  ];
  throw fail(say, 'bad-file', lines.join('\n'), { problems });
}

/** The first problems, one a line, and how many more there are. */
export function problemLines(say: Context['say'], problems: readonly RowProblem[]): string[] {
  const more = problems.length - PROBLEMS_SHOWN;
  return [
    ...problems.slice(0, PROBLEMS_SHOWN).map((problem) => `  ${problemLine(say, problem)}`),
    ...(more > 0 ? [`  ${say('file.moreProblems', { count: more })}`] : []),
  ];
}

function problemLine(say: Context['say'], { line, expected, found, message }: RowProblem): string {
  return say.language === 'en' ? message : say('file.problem', { line, expected, found });
}

/** `43 rows: 40 taught · 2 duplicates skipped (rows 17, 31) · 1 not read (line 23: …)` */
function importSummary(
  { say, format }: Context,
  { fileName, imported: { rows, problems } }: Pick<ImportRequest, 'fileName' | 'imported'>,
  outcomes: readonly TeachOutcome[],
): string {
  const linesOf = (kind: TeachOutcome['kind']): number[] =>
    outcomes.flatMap((outcome, i) => (outcome.kind === kind ? [rows[i]!.line] : []));
  const shown = (lines: readonly number[]): string =>
    format.list(lines.slice(0, LINES_SHOWN).map(String)) + (lines.length > LINES_SHOWN ? '…' : '');
  const taught = linesOf('taught').length;
  const [duplicates, conflicts, relabelled] = [linesOf('duplicate'), linesOf('conflict'), linesOf('relabelled')];
  const similar = outcomes.flatMap((outcome, i) =>
    outcome.kind === 'taught' && outcome.similarTo !== null ? [rows[i]!.line] : [],
  );
  const parts = [
    say('file.taught', { count: taught }),
    ...(relabelled.length > 0 ? [say('file.relabelled', { count: relabelled.length, lines: shown(relabelled) })] : []),
    ...(duplicates.length > 0 ? [say('file.duplicates', { count: duplicates.length, lines: shown(duplicates) })] : []),
    ...(similar.length > 0 ? [say('file.similar', { count: similar.length, lines: shown(similar) })] : []),
    ...(conflicts.length > 0
      ? [
          say(fileName === null ? 'lines.conflicts' : 'file.conflicts', {
            count: conflicts.length,
            lines: shown(conflicts),
          }),
        ]
      : []),
    ...(problems.length > 0
      ? [say('file.unread', { count: problems.length, problem: problemLine(say, problems[0]!) })]
      : []),
  ];
  return format.sentences(say('file.rows', { count: rows.length + problems.length }), parts.join(' · '));
}
