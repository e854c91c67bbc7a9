// /model doctor: what stands between a task and better answers, worst first; then the labels that look wrong, one at a time, to
// keep, to change or to forget.

import { diagnose, duplicatesOverLabels } from '../../engine/index.js';
import { findingLine } from '../findings.js';
import type { News } from '../journal.js';
import type { Choice, Reply } from '../reply.js';
import type { Context, Services } from '../services.js';
import { openSuspects, type SuspectItem } from '../suspects.js';
import { labelledExamples } from '../task-data.js';
import { MOST_EXAMINED, type TaskFacts, taskFacts } from '../task-facts.js';
import type { Example, Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findExample, findLabel, findTask } from './lookup.js';
import * as option from './option.js';

/** What is done to a doubted example; left out: it is passed over. */
const DECISIONS = ['keep', 'relabel', 'forget'] as const;

export const modelDoctor = defineCommand({
  name: 'model doctor',
  summary: 'model.doctor.summary',
  audience: 'moderators',
  teaches: true,
  options: {
    task: option.task(),
    example: option.example({ summary: 'option.reviewExample', hidden: true }),
    decision: option.choice(DECISIONS, { summary: 'option.decision', hidden: true }),
    label: option.label({ summary: 'option.reviewLabel', hidden: true }),
  },
  rest: 'task',
  examples: ['/model doctor', '/model doctor task:support'],
  run: async (services, context, input) => {
    const task = await findTask(services, context, input.task);
    if (input.example === undefined) return nextSuspect(services, context, { task, said: null });
    const example = findExample(context, task, await services.workspace.examples(task), input.example);
    services.sessions.get(context.space, context.person).skipped.add(example.id);
    const decided = await decide(services, context, { ...input, task, example });
    return nextSuspect(services, context, decided);
  },
});

interface Decided {
  readonly task: Task;
  /** What was done; null: the findings come first. */
  readonly said: string | null;
  readonly news?: readonly News[];
  readonly taught?: boolean;
}

async function decide(
  { workspace, keptLabels, memory, runs }: Services,
  context: Context,
  {
    task,
    example,
    decision,
    label,
  }: {
    readonly task: Task;
    readonly example: Example;
    readonly decision: (typeof DECISIONS)[number] | undefined;
    readonly label: string | undefined;
  },
): Promise<Decided> {
  const { say, format, person } = context;
  const text = format.quote(example.text);
  switch (decision) {
    case undefined:
      return { task, said: '' };
    case 'keep':
      await keptLabels.keep(task, example);
      return { task, said: say('doctor.kept', { text, label: example.label ?? '–' }) };
    case 'relabel': {
      const name = findLabel(context, task, label ?? '');
      const { task: changed } = await workspace.label(task, example.id, name, person);
      runs.changed(changed);
      const news = [{ key: 'journal.relabelled', task, values: { count: 1 } }] as const;
      return { task: changed, said: say('review.saved', { label: name }), news, taught: true };
    }
    case 'forget': {
      const { task: changed } = await workspace.forget(task, [example.id], person);
      await memory.forgetTexts(task.id, [example.text]);
      runs.changed(changed);
      const news = [{ key: 'journal.forgot', task, values: { count: 1 } }] as const;
      return { task: changed, said: say('forget.done', { text }), news };
    }
    default:
      return decision satisfies never;
  }
}

/** What was said or found, and the next doubted example. */
async function nextSuspect(
  services: Services,
  context: Context,
  { task, said, news = [], taught = false }: Decided,
): Promise<Reply> {
  const { say } = context;
  const { skipped } = services.sessions.get(context.space, context.person);
  const found = await taskFacts(services, task);
  const suspects = openSuspects(found.record, {
    examples: found.examples,
    kept: await services.keptLabels.of(task),
    labels: task.labels.map(({ name }) => name),
  });
  const open = suspects.filter(({ example }) => !skipped.has(example.id));
  const lines = said === null ? findingLines(context, task, { ...found, suspects }) : said === '' ? [] : [said];
  const next = open[0];
  if (next === undefined) {
    // What was passed over comes up again the next time.
    skipped.clear();
    const end = said === null ? [] : [say('review.done', { task: task.name })];
    return { kind: 'status', text: [...lines, ...end].join('\n'), news, taught };
  }
  return {
    kind: 'review',
    text: [...lines, question(context, task, { next, open: open.length })].join('\n'),
    choices: choices(context, task, next),
    news,
    taught,
  };
}

function findingLines(
  context: Context,
  task: Task,
  { facts, record, examples, suspects }: TaskFacts & { readonly suspects: readonly SuspectItem[] },
): string[] {
  const { say } = context;
  if (facts.examples === 0) return [say('advice.noExamples', { task: task.name })];
  // Labels that somebody kept or changed since are no finding any more.
  const doubted = record?.suspects?.filter(({ text }) => suspects.some(({ example }) => example.text === text)) ?? [];
  const found = diagnose({ record: record === null ? null : { ...record, suspects: doubted }, facts });
  const lines = found.map((finding) => {
    const line = findingLine(context, finding);
    return `  ${finding.kind === 'duplicates' ? line + duplicateWords(context, task, examples) : line}`;
  });
  return [
    say(found.length === 0 ? 'doctor.healthy' : 'doctor.head', { task: task.name }),
    ...lines,
    ...(record === null ? [say('advice.notMeasured')] : []),
  ];
}

/** One pair of them, so that it can be found. */
function duplicateWords({ say, format }: Context, task: Task, all: readonly Example[]): string {
  const examples = labelledExamples(task, all).slice(-MOST_EXAMINED);
  const pair = duplicatesOverLabels(examples).pairs[0]?.map((example) => examples[example]!);
  if (pair === undefined) return '';
  const shown = pair.map(({ text, label }) => `${format.quote(text, 40)} => ${label}`);
  return say('word.inBrackets', { text: format.list(shown) });
}

function question({ say, format }: Context, task: Task, { next, open }: { next: SuspectItem; open: number }): string {
  const { example, suggested, probability } = next;
  const values = { guess: suggested, probability: format.percent(probability), label: example.label };
  const which = say('doctor.which', { task: task.name, count: open });
  return `${which}\n  ${format.quote(example.text, 400)}\n${say('review.doubtful', values)}`;
}

function choices({ say }: Context, task: Task, { example, suggested }: SuspectItem): Choice[] {
  const options = { task: task.name, example: example.id };
  const choice = (label: string, aliases: readonly string[], more: Readonly<Record<string, string>>): Choice => ({
    label,
    aliases,
    command: 'model doctor',
    options: { ...options, ...more },
  });
  return [
    choice(say('doctor.keep', { label: example.label }), ['keep', '保留', example.label.toLowerCase()], {
      decision: 'keep',
    }),
    choice(say('doctor.relabel', { label: suggested }), ['relabel', '改', suggested.toLowerCase()], {
      decision: 'relabel',
      label: suggested,
    }),
    choice(say('doctor.forget'), ['forget', '忘记'], { decision: 'forget' }),
    choice(say('word.skip'), [], {}),
  ];
}
