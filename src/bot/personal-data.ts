// Everything that is kept of one person in one space, for them to see and to take along.

import type { AskedRecord } from './asked.js';
import type { Language } from './catalogue/index.js';
import type { ConsentRecord } from './consent.js';
import type { PersonalVote } from './feedback.js';
import type { Services } from './services.js';
import type { Example, Task } from './workspace/types.js';

export interface PersonalData {
  /** Tasks that hold examples of theirs, and which. */
  readonly submitted: readonly { readonly task: Task; readonly examples: readonly Example[] }[];
  /** Questions whose answers still have working buttons. */
  readonly asked: readonly AskedRecord[];
  readonly votes: readonly (PersonalVote & { readonly taskName: string })[];
  readonly consent: ConsentRecord | null;
  readonly language: Language | null;
}

export async function personalData(
  { workspace, asked, feedback, consent, settings }: Services,
  space: string,
  person: string,
): Promise<PersonalData> {
  const tasks = await workspace.tasks(space);
  const submitted = [];
  for (const task of tasks) {
    const examples = (await workspace.examples(task)).filter((example) => example.submittedBy === person);
    if (examples.length > 0) submitted.push({ task, examples });
  }
  const names = new Map(tasks.map(({ id, name }) => [id, name]));
  const votes = await feedback.ofPerson(space, person);
  return {
    submitted,
    asked: await asked.ofPerson(space, person),
    votes: votes.map((vote) => ({ ...vote, taskName: names.get(vote.task) ?? '' })),
    consent: await consent.get(space, person),
    language: await settings.language(space, person),
  };
}

export const countSubmitted = ({ submitted }: PersonalData): number =>
  submitted.reduce((sum, { examples }) => sum + examples.length, 0);

/** The same as plain JSON, with times that people can read and without ids that mean nothing outside. */
export function personalDataToJson({ submitted, asked, votes, consent, language }: PersonalData): object {
  return {
    examples: submitted.flatMap(({ task, examples }) =>
      examples.map(({ text, label, submittedAt, source }) => ({
        task: task.name,
        text,
        label,
        submittedAt: isoTime(submittedAt),
        ...(source === undefined ? {} : { message: source }),
      })),
    ),
    questions: asked.map(({ taskName, text, prediction, at, source }) => ({
      task: taskName,
      text,
      answer: prediction.label,
      askedAt: isoTime(at),
      ...(source === null ? {} : { message: source }),
    })),
    votes: votes.map(({ taskName, answerer, vote }) => ({ task: taskName, answerer, vote })),
    toldWhatHappensToTexts: consent === null ? null : { at: isoTime(consent.at), notice: consent.notice },
    settings: { language },
  };
}

export const isoTime = (at: number): string => new Date(at).toISOString();
