// An answer as people read it: the label with its probability, and in small print who says so and why. Pure.

import type { LabelProbability, Neighbour } from '../engine/index.js';
import type { Answer } from './answer.js';
import { answererName, answererTag } from './describe.js';
import type { AnswerReply, Choice } from './reply.js';
import type { Context } from './services.js';
import type { Task } from './workspace/types.js';

const NEAREST_SHOWN = 2;
const CLOSEST_SHOWN = 2;
const GUESSES_SHOWN = 4;

export function answerReply(
  context: Pick<Context, 'say' | 'format'>,
  task: Task,
  { text, answer }: { text: string; answer: Answer },
): AnswerReply {
  const { say, format } = context;
  const { prediction, by } = answer;
  const score = ({ label, probability }: LabelProbability): string => `${label} ${format.percent(probability)}`;
  const scores = (count: number): string => prediction.scores.slice(0, count).map(score).join(' · ');
  const isGuess = by.kind === 'in-context' && prediction.nearest.length === 0;
  const small: string[] = [];
  let headline: string;
  if (isGuess) {
    headline = scores(GUESSES_SHOWN);
    small.push(say('answer.guess'));
  } else if (prediction.label === null) {
    const closest = prediction.scores.slice(0, CLOSEST_SHOWN).map(score);
    headline = say('answer.unsure', { closest: format.list(closest) });
    small.push(answererTag(say, by));
  } else {
    headline = score({ label: prediction.label, probability: prediction.probability });
    small.push(answererTag(say, by));
    const nearest = prediction.nearest.slice(0, NEAREST_SHOWN).map((example) => format.quote(example.text, 40));
    if (nearest.length > 0) small.push(say('answer.nearest', { examples: format.list(nearest) }));
  }
  const unknown = task.labels.filter(({ name }) => !prediction.scores.some((known) => known.label === name));
  if (unknown.length > 0) {
    small.push(
      say('answer.newLabels', {
        labels: format.list(unknown.slice(0, 5).map((label) => label.name)),
      }),
    );
  }
  const smallPrint = small.join(' · ');
  const notices = answer.damaged.map((version) =>
    say('answer.damaged', { version, task: task.name, answerer: answererName(say, by) }),
  );
  return {
    kind: 'answer',
    text: [...notices, `${headline}      ${smallPrint}`].join('\n'),
    headline,
    smallPrint,
    task: task.name,
    prediction,
    by,
    ...(prediction.label === null && !isGuess ? { choices: labelChoices(task, text) } : {}),
  };
}

/** Teach the text under any label of the task. */
export function labelChoices(task: Task, text: string): Choice[] {
  return task.labels.map(({ name }) => ({
    label: name,
    command: 'teach',
    options: { task: task.name, text, label: name },
  }));
}

/** The lines of `why:yes`: every label, how near the text is to what was taught, and the nearest examples. */
export function whyLines(
  { say, format }: Pick<Context, 'say' | 'format'>,
  { answer, nearest }: { answer: Answer; nearest: readonly Neighbour[] },
): string[] {
  const { prediction } = answer;
  const scores = prediction.scores
    .slice(0, 8)
    .map(({ label, probability }) => `${label} ${format.percent(probability)}`);
  return [
    say('why.scores', { scores: scores.join(' · ') }),
    say('why.similarity', { similarity: prediction.similarity.toFixed(2), threshold: prediction.threshold.toFixed(2) }),
    ...(nearest.length === 0 ? [] : [say('why.nearest')]),
    ...nearest
      .slice(0, 5)
      .map((example) => `  ${example.similarity.toFixed(2)}  ${format.quote(example.text)} => ${example.label}`),
  ];
}
