// What is worth a person's look: texts without a label, least certain first, then taught examples that held-out measurement
// answered otherwise (a wrong label, or a hard case).

import type { Answers } from './answer.js';
import type { LastRun } from './run-types.js';
import { leastCertain } from './uncertainty.js';
import type { Example, Task } from './workspace/types.js';

export interface ReviewItem {
  readonly example: Example;
  /** What the answerer says, and how surely. */
  readonly guess: string;
  readonly probability: number;
}

/** Predicting many thousands of texts would keep the person waiting: the oldest this many are looked at. */
const MOST_PREDICTED = 500;

export async function reviewQueue(
  { answers }: { answers: Answers },
  task: Task,
  { examples, last, skipped }: { examples: readonly Example[]; last: LastRun | null; skipped: ReadonlySet<string> },
): Promise<ReviewItem[]> {
  const open = examples.filter((example) => !skipped.has(example.id));
  const unlabelled = open.filter((example) => example.label === null).slice(0, MOST_PREDICTED);
  const predictions = await answers.askAll(
    task,
    unlabelled.map((example) => example.text),
  );
  const unsure = leastCertain(
    unlabelled,
    predictions.map((answer) => answer.prediction),
  ).map(({ item, prediction }) => ({
    example: item,
    guess: prediction.closest,
    probability: prediction.probability,
  }));
  return [...unsure, ...doubtful(open, last)];
}

/** Examples that the chosen method got wrong when they were held out, and that nobody has touched since. */
function doubtful(examples: readonly Example[], last: LastRun | null): ReviewItem[] {
  const worst = last?.record?.rungs.find((rung) => rung.method === last.record?.chosen)?.measurement?.worst ?? [];
  return worst.flatMap(({ text, label, answered, probability }) => {
    const example = examples.find((candidate) => candidate.text === text && candidate.label === label);
    return example === undefined || answered === label ? [] : [{ example, guess: answered, probability }];
  });
}
