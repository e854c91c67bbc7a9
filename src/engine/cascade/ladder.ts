// Which methods a run tries, in what order, and when it has tried enough.

import type { CascadeRequest, Measurement, MethodName, StopReason, Surroundings } from '../types.js';
import { METHOD_NAMES } from '../types.js';
import { type LadderStep, ladderFor } from './advisor.js';
import { isExpensive } from './cost.js';
import type { DataFacts } from './facts.js';
import { missingFor } from './requirements.js';

export const NO_SURROUNDINGS: Surroundings = { unlabelled: [], related: [] };

/** What a run may draw on. */
export interface Means {
  /** A language model is there. */
  readonly prompter: boolean;
  readonly facts: DataFacts;
}

/**
 * The steps of a run, cheapest first. Where nobody asked for methods, the advisor says which and with which share of the time;
 * else the ones that were asked for. The method that answers now is always among them, and what a method builds on.
 */
export function ladderOf(request: CascadeRequest, { prompter, facts }: Means): LadderStep[] {
  const { methods, incumbent, surroundings = NO_SURROUNDINGS } = request;
  if (methods !== 'auto') return namedLadder(methods, incumbent, prompter);
  const related = surroundings.related.filter((task) => missingFor('prototypes', alone(task)) === null).length;
  const steps = ladderFor(facts, { prompter, unlabelled: surroundings.unlabelled.length, related });
  const known = steps.some(({ method }) => method === incumbent) || (incumbent === 'prompt' && !prompter);
  return known ? steps : [...steps, { method: incumbent, share: 1 }];
}

function namedLadder(methods: readonly MethodName[], incumbent: MethodName, prompter: boolean): LadderStep[] {
  const wanted = new Set<MethodName>([...methods, incumbent]);
  // Their heads join the blocks that the head's cross-validation chose.
  if ([...wanted].some((method) => isExpensive(method) || method === 'self-training')) wanted.add('head');
  if (!prompter) wanted.delete('prompt');
  return METHOD_NAMES.filter((method) => wanted.has(method)).map((method) => ({ method, share: 1 }));
}

const alone = (task: Surroundings['related'][number]): Surroundings => ({ unlabelled: [], related: [task] });

/**
 * Whether the ladder ends at this rung. The head costs seconds, so doubt whether the target is met stops the ladder only after
 * it, before the expensive rungs. Methods that were asked for by name are always tried.
 */
export function stopReason(
  { accuracy, interval }: Measurement,
  method: MethodName,
  { methods, target, exhaustive, search }: CascadeRequest,
): StopReason | null {
  if ((methods !== 'auto' && exhaustive !== true) || search === true) return null;
  if (accuracy >= target) return 'target-met';
  return method !== 'in-context' && interval[1] >= target ? 'cannot-tell' : null;
}
