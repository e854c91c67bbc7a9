// What becomes of submitted examples, decided without touching a store.

import { duplicateKey, groupNearDuplicates, MAX_EXAMPLES, resolveLabel, UserError } from '../../engine/index.js';
import type { HeldExamples } from './held-examples.js';
import type { TaskRecord } from './records.js';
import type { Example, NewExample, TeachOptions, TeachOutcome } from './types.js';

export interface TeachPlan {
  /** In the order of the submitted examples. */
  readonly outcomes: TeachOutcome[];
  readonly added: readonly Example[];
  readonly relabelled: readonly { readonly example: Example; readonly before: string | null }[];
}

/** Throws a UserError `unknown-label` or `limit`, and then nothing of the submission counts. */
export function planTeach(
  submitted: readonly NewExample[],
  { task, held, at, by, replace = false, source }: TeachOptions & { task: TaskRecord; held: HeldExamples; at: number },
): TeachPlan {
  const labelOf = labelResolver(task);
  const added = new Map<string, Example>();
  const relabelled = new Map<string, { example: Example; before: string | null }>();
  let nextExample = task.nextExample;

  const find = (key: string): Example | undefined => {
    const stored = held.withKey(key);
    return added.get(key) ?? (stored === undefined ? undefined : (relabelled.get(stored.id)?.example ?? stored));
  };
  const add = (key: string, text: string, label: string | null): TeachOutcome => {
    const example = {
      id: String(nextExample++),
      text,
      label,
      submittedBy: by,
      submittedAt: at,
      ...(source === undefined ? {} : { source }),
    };
    added.set(key, example);
    return { kind: 'taught', example, similarTo: null };
  };
  const relabel = (key: string, old: Example, label: string): TeachOutcome => {
    const example = { ...old, label };
    if (added.has(key)) added.set(key, example);
    else
      relabelled.set(old.id, { example, before: relabelled.has(old.id) ? relabelled.get(old.id)!.before : old.label });
    return { kind: 'relabelled', example, before: old.label };
  };

  const outcomes = submitted.map(({ text, label: name }): TeachOutcome => {
    const label = name === null ? null : labelOf(name);
    const key = duplicateKey(text);
    const old = find(key);
    if (old === undefined) return add(key, text, label);
    if (label === null || label === old.label) return { kind: 'duplicate', text, label };
    if (old.label === null || replace) return relabel(key, old, label);
    return { kind: 'conflict', text, label, held: old };
  });

  requireRoom(task, { held: held.size, added: added.size });
  return {
    outcomes: withNearDuplicates(outcomes, held.all()),
    added: [...added.values()],
    relabelled: [...relabelled.values()],
  };
}

/** Comparing texts takes longer the more there are: beyond this many the chat would wait for it. */
const MOST_COMPARED = 3_000;

/** Says of each new example which earlier one it nearly repeats; folds never hold such two on both sides. */
function withNearDuplicates(outcomes: readonly TeachOutcome[], held: readonly Example[]): TeachOutcome[] {
  const fresh = outcomes.flatMap((outcome) => (outcome.kind === 'taught' ? [outcome.example] : []));
  const texts = [...held, ...fresh].map(({ text }) => text);
  if (fresh.length === 0 || texts.length > MOST_COMPARED) return [...outcomes];
  const first = new Map<number, string>();
  const earlier = Array.from(groupNearDuplicates(texts), (group, i) => {
    const known = first.get(group);
    if (known === undefined) first.set(group, texts[i]!);
    return known ?? null;
  }).slice(held.length);
  let next = 0;
  return outcomes.map((outcome) => (outcome.kind === 'taught' ? { ...outcome, similarTo: earlier[next++]! } : outcome));
}

/** A label's name as the task writes it. */
function labelResolver(task: TaskRecord): (name: string) => string {
  const names = task.labels.map(({ name }) => name);
  const known = new Map(names.map((name) => [name, name]));
  return (name) => {
    const label = known.get(name) ?? resolveLabel(name, names, task.name);
    known.set(name, label);
    return label;
  };
}

function requireRoom(task: TaskRecord, { held, added }: { held: number; added: number }): void {
  if (held + added <= MAX_EXAMPLES) return;
  const most = MAX_EXAMPLES.toLocaleString('en');
  throw new UserError(
    'limit',
    `${task.name} can hold ${most} examples: it has ${held.toLocaleString('en')} and ${added.toLocaleString('en')} are new. ` +
      'Nothing was saved. Forget some, or make another task for the rest.',
    { details: { limit: MAX_EXAMPLES, held, added } },
  );
}
