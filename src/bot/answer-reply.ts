// An answer as people read it: the label with its probability, and in small print who says so and why. Pure.

import type { LabelProbability, Neighbour, Prediction } from '../engine/index.js';
import type { Answer } from './answer.js';
import { answererName, answererTag } from './describe.js';
import type { ModelNotice } from './language-model/prompt-answers.js';
import type { AnswerReply, Choice } from './reply.js';
import type { Context } from './services.js';
import type { Task } from './workspace/types.js';

const NEAREST_SHOWN = 2;
const CLOSEST_SHOWN = 2;
const GUESSES_SHOWN = 4;
const SCORES_SHOWN = 25;
const NEIGHBOURS_SHOWN = 5;

type Words = Pick<Context, 'say' | 'format'>;

export interface AnswerWords {
  readonly headline: string;
  readonly smallPrint: string;
  /** Nothing was taught yet: the label names alone were compared. */
  readonly isGuess: boolean;
}

export function answerWords(words: Words, task: Task, answer: Answer): AnswerWords {
  const { say, format } = words;
  const { prediction, by } = answer;
  const scores = (count: number): string[] => prediction.scores.slice(0, count).map((each) => scoreWords(words, each));
  const isGuess = by.kind === 'in-context' && prediction.nearest.length === 0;
  const small: string[] = [];
  let headline: string;
  if (isGuess) {
    headline = scores(GUESSES_SHOWN).join(' · ');
    small.push(say('answer.guess'));
  } else if (prediction.label === null) {
    headline = say('answer.unsure', { closest: format.list(scores(CLOSEST_SHOWN)) });
    small.push(answererTag(say, by));
  } else {
    headline = scoreWords(words, { label: prediction.label, probability: prediction.probability });
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
  return { headline, smallPrint: small.join(' · '), isGuess };
}

/** `asked`: the id under which the answer is remembered (asked.ts). */
export function answerReply(
  words: Words,
  task: Task,
  { answer, asked }: { answer: Answer; asked: string },
): AnswerReply {
  const { say } = words;
  const { prediction, by } = answer;
  const { headline, smallPrint, isGuess } = answerWords(words, task, answer);
  const notices = answer.damaged.map((version) =>
    say('answer.damaged', { version, task: task.name, answerer: answererName(say, by) }),
  );
  if (answer.notice !== null) notices.push(modelNotice(say, answer.notice));
  return {
    kind: 'answer',
    text: [...notices, `${headline}      ${smallPrint}`].join('\n'),
    headline,
    smallPrint,
    task: task.name,
    prediction,
    by,
    asked,
    ...(prediction.label === null && !isGuess ? { choices: labelChoices(task, asked) } : {}),
  };
}

/** Why the examples answered instead of the language model. */
export function modelNotice(say: Words['say'], notice: ModelNotice): string {
  if (notice.kind === 'off') return say('answer.modelOff', { why: notice.message });
  const { measured, now } = notice;
  return now === null ? say('answer.noModel', { measured }) : say('answer.otherModel', { measured, now });
}

/** Teach the text of an answer under any label of the task. */
export function labelChoices(task: Task, asked: string): Choice[] {
  return task.labels.map(({ name }) => ({
    label: name,
    command: 'wrong',
    options: { answer: asked, label: name },
  }));
}

/** `billing 84 %` */
export function scoreWords({ format }: Pick<Words, 'format'>, { label, probability }: LabelProbability): string {
  return `${label} ${format.percent(probability)}`;
}

/** Why it is that answer: every label, and how near the text is to what was taught. */
export function whyLines(
  words: Words,
  { scores, similarity, threshold }: Pick<Prediction, 'scores' | 'similarity' | 'threshold'>,
): string[] {
  const { say } = words;
  const shown = scores.slice(0, SCORES_SHOWN).map((score) => scoreWords(words, score));
  if (scores.length > SCORES_SHOWN) shown.push('…');
  return [
    say('why.scores', { scores: shown.join(' · ') }),
    say('why.similarity', { similarity: similarity.toFixed(2), threshold: threshold.toFixed(2) }),
  ];
}

/** The nearest examples with their labels, one a line. */
export function neighbourLines({ format }: Pick<Words, 'format'>, nearest: readonly Neighbour[]): string[] {
  return nearest
    .slice(0, NEIGHBOURS_SHOWN)
    .map((example) => `  ${example.similarity.toFixed(2)}  ${format.quote(example.text)} => ${example.label}`);
}
