// Phrases that several replies share: how a task stands, who answers, how a method is called.

import type { MethodName } from '../engine/index.js';
import type { Say } from './catalogue/index.js';
import type { Format } from './format.js';
import type { AnsweredBy } from './reply.js';
import type { Counts, Task } from './workspace/types.js';

interface Words {
  readonly say: Say;
  readonly format: Format;
}

const MOST_COUNTED = 12;

export function methodName(say: Say, method: MethodName): string {
  return say(`method.${method}`);
}

/** In small print: `in context` or `version 2 (LoRA)`. */
export function answererTag(say: Say, by: AnsweredBy): string {
  return by.kind === 'in-context' ? say('method.in-context') : answererName(say, by);
}

/** In a sentence: `the answerer in context` or `version 2 (LoRA)`. */
export function answererName(say: Say, by: AnsweredBy): string {
  return by.kind === 'in-context'
    ? say('answerer.in-context')
    : say('answerer.version', { version: by.number, method: methodName(say, by.method) });
}

/** `support: billing 15, bug 13, praise 13`; many labels are summed up. */
export function countsLine({ say, format }: Words, task: Task, counts: Counts): string {
  const { labels } = counts;
  const unlabelled = counts.unlabelled === 0 ? '' : ` · ${say('counts.unlabelled', { count: counts.unlabelled })}`;
  if (labels.length <= MOST_COUNTED) {
    const each = labels.map(({ label, examples }) => `${label} ${examples}`);
    return say('counts.each', { task: task.name, counts: format.list(each) }) + unlabelled;
  }
  const numbers = labels.map(({ examples }) => examples);
  const [fewest, most] = [Math.min(...numbers), Math.max(...numbers)];
  return say('counts.many', { task: task.name, labels: labels.length, fewest, most }) + unlabelled;
}

const DAY_MS = 86_400_000;

/** `today`, `yesterday`, `12 days ago`. */
export function whenWords(say: Say, at: number, now: number): string {
  const days = Math.floor(now / DAY_MS) - Math.floor(at / DAY_MS);
  return days <= 0 ? say('when.today') : days === 1 ? say('when.yesterday') : say('when.daysAgo', { days });
}
