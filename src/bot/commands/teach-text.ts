// Teaching one text, whichever command it came from: what became of it, and the question when it is known under another label.

import { countsLine, whenWords } from '../describe.js';
import { fail } from '../fail.js';
import { taughtNews } from '../journal.js';
import type { Choice, Reply } from '../reply.js';
import type { Context, Services } from '../services.js';
import type { Task, TeachOutcome } from '../workspace/types.js';

type Action = Pick<Choice, 'command' | 'options'>;

export interface TextToTeach {
  /** Clean (`checkText`), and a label as the task writes it. */
  readonly text: string;
  readonly label: string | null;
  readonly replace: boolean;
  /** Id of the message that the text was taken from. */
  readonly source: string | undefined;
  /** What teaches the same text under the label that holds after all. */
  readonly again: (label: string, replace: boolean) => Action;
}

/** The same text by /teach. */
export const byTeach =
  (task: Task, text: string): TextToTeach['again'] =>
  (label, replace) => ({
    command: 'teach',
    options: { task: task.name, text, label, ...(replace ? { replace: 'yes' } : {}) },
  });

export async function teachText(services: Services, context: Context, task: Task, given: TextToTeach): Promise<Reply> {
  const { text, label, replace, source } = given;
  const taught = await services.workspace.teach(task, [{ text, label }], { by: context.person, replace, source });
  services.runs.changed(taught.task);
  return taughtReply(services, context, taught.task, { outcome: taught.outcomes[0]!, given });
}

async function taughtReply(
  services: Services,
  context: Context,
  task: Task,
  { outcome, given }: { outcome: TeachOutcome; given: TextToTeach },
): Promise<Reply> {
  const { say, format } = context;
  const base = {
    kind: 'taught',
    task: task.name,
    outcomes: [outcome],
    news: taughtNews(task, [outcome]),
  } as const;
  if (outcome.kind === 'conflict') return { ...base, ...conflict(services, context, task, { outcome, given }) };
  const counts = await services.workspace.counts(task);
  const ofLabel = (label: string): number => counts.labels.find((entry) => entry.label === label)?.examples ?? 0;
  const standing = countsLine(context, task, counts);
  switch (outcome.kind) {
    case 'taught': {
      const { label } = outcome.example;
      const similar =
        outcome.similarTo === null ? '' : `\n${say('teach.similar', { text: format.quote(outcome.similarTo) })}`;
      const said =
        label === null
          ? say('teach.unlabelled', { count: counts.unlabelled })
          : say('teach.taught', { label, count: ofLabel(label) });
      return { ...base, text: `${said}  ${standing}${similar}` };
    }
    case 'duplicate':
      return {
        ...base,
        text:
          outcome.label === null ? say('teach.duplicateUnlabelled') : say('teach.duplicate', { label: outcome.label }),
      };
    case 'relabelled': {
      const label = outcome.example.label ?? '';
      const said =
        outcome.before === null
          ? say('teach.labelled', { label, count: ofLabel(label) })
          : say('teach.moved', { label, before: outcome.before });
      return { ...base, text: `${said}  ${standing}` };
    }
    default:
      throw outcome satisfies never;
  }
}

function conflict(
  { clock }: Services,
  { say, format, person, role, nameOf }: Context,
  task: Task,
  { outcome, given }: { outcome: Extract<TeachOutcome, { kind: 'conflict' }>; given: TextToTeach },
): Pick<Reply, 'text' | 'choices'> {
  const { text, label, held } = outcome;
  if (label === null || held.label === null) throw fail(say, 'conflict', say('teach.duplicateUnlabelled'));
  const by = held.submittedBy === person ? say('word.you') : nameOf(held.submittedBy);
  // Members take back what they taught themselves.
  const mayForget = role !== 'member' || held.submittedBy === person;
  const both = { label: say('teach.bothPossible'), command: 'forget', options: { task: task.name, example: held.id } };
  return {
    text: say('teach.conflict', {
      text: format.quote(text),
      held: held.label,
      by,
      when: whenWords(say, held.submittedAt, clock.now()),
      label,
    }),
    choices: [
      { label: held.label, ...given.again(held.label, false) },
      { label, ...given.again(label, true) },
      ...(mayForget ? [both] : []),
    ],
  };
}
