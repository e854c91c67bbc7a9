// One run of one task, from its examples to the swap: measure and train, write the chosen version whole, read it back, let it
// answer once, and only then move the pointer. Knows no queue and no clock but the one it is given.

import {
  type CascadeRecord,
  type CascadeResult,
  type Engine,
  type MethodName,
  type Prompter,
  type TrainEvent,
  UserError,
} from '../engine/index.js';
import type { Answers } from './answer.js';
import type { Clock } from './clock.js';
import type { AnsweredBy } from './reply.js';
import type { RunMemory, RunOutcome, RunRequest } from './run-types.js';
import { labelledExamples, surroundingsOf, toTaskData } from './task-data.js';
import type { Task, Version, Workspace } from './workspace/types.js';

export interface TrainParts {
  readonly engine: Engine;
  readonly workspace: Workspace;
  readonly answers: Answers;
  readonly memory: RunMemory;
  readonly clock: Clock;
  /** Asks the language model; null where none is configured. */
  readonly prompter: Prompter | null;
  readonly seed: number;
  readonly budgetSeconds: number;
}

export interface TrainOrder {
  readonly task: Task;
  readonly request: RunRequest;
  readonly signal: AbortSignal;
  readonly onStart: (examples: number) => void;
  readonly onEvent: (event: TrainEvent) => void;
}

/** The reason of an abort when Handful stops: such a run is forgotten, so that it is due again at the next start. */
export const STOPPING = Symbol('stopping');

/** Methods that learn from texts without a label, too: forgetting one of them makes a version stale. */
const LOOSE: ReadonlySet<MethodName> = new Set(['self-training', 'pretrain']);

/** Throws what the engine or the store throw; the answerer that was active stays active then. */
export async function trainTask(parts: TrainParts, order: TrainOrder): Promise<RunOutcome> {
  const { task, request, signal } = order;
  const all = await parts.workspace.examples(task);
  const examples = labelledExamples(task, all);
  order.onStart(examples.length);
  try {
    const result = await parts.engine.runCascade(
      {
        data: toTaskData(task, all),
        surroundings: await surroundingsOf(parts.workspace, task, all),
        encoder: request.encoder === undefined ? task.settings.encoder : request.encoder,
        options: request.options ?? {},
        search: request.search ?? false,
        ...(request.lora === undefined ? {} : { lora: request.lora }),
        methods: request.method === undefined ? 'auto' : [request.method],
        incumbent: (await activeVersion(parts.workspace, task))?.method ?? 'in-context',
        target: task.settings.target,
        seed: parts.seed,
        budgetSeconds: request.budgetSeconds ?? parts.budgetSeconds,
      },
      { signal, onEvent: order.onEvent, prompter: parts.prompter },
    );
    if (signal.reason === STOPPING) return { kind: 'dropped' };
    const learned = [
      ...examples,
      ...(LOOSE.has(result.record.chosen) ? all.filter(({ label }) => label === null) : []),
    ];
    const outcome = await promote(parts, order, { result, trainedOn: learned.map((example) => example.id) });
    // An encoder that changed counts as a revision: what was measured is the task as it is now.
    const measured = (request.encoder === undefined ? undefined : await reloadTask(parts.workspace, task)) ?? task;
    if (outcome.kind !== 'dropped')
      await remember(parts, measured, { examples: examples.length, record: result.record });
    return outcome;
  } catch (error) {
    const goesOn = signal.reason !== STOPPING && (await reloadTask(parts.workspace, task)) !== undefined;
    if (goesOn) await remember(parts, task, { examples: examples.length, record: null });
    throw error;
  }
}

/** The task as it is stored now; undefined when it was deleted. */
export async function reloadTask(workspace: Workspace, task: Pick<Task, 'id' | 'space'>): Promise<Task | undefined> {
  return (await workspace.tasks(task.space)).find((candidate) => candidate.id === task.id);
}

async function promote(
  { workspace, answers }: TrainParts,
  { task: trained, request, signal }: TrainOrder,
  { result, trainedOn }: { result: CascadeResult; trainedOn: readonly string[] },
): Promise<RunOutcome> {
  const { record, checkpoints } = result;
  const task = await reloadTask(workspace, trained);
  if (task === undefined) return { kind: 'dropped' };
  const active = await activeVersion(workspace, task);
  const before: AnsweredBy = active === null ? { kind: 'in-context' } : answeredBy(active);
  const changesEncoder = request.encoder !== undefined && request.encoder !== task.settings.encoder;
  if (changesEncoder && !sameLabels(task, trained)) return { kind: 'labels-changed' };
  if (changesEncoder) {
    // Read by the examples in context alone: a version knows its own encoder.
    await workspace.editTask(task, { settings: { encoder: request.encoder ?? null }, by: request.by });
  }
  if (record.chosen === 'in-context') {
    if (active === null && !changesEncoder) return { kind: 'kept', by: before, record };
    if (active !== null) await workspace.promote(task, null, request.by);
    return { kind: 'promoted', before, after: { kind: 'in-context' }, record };
  }
  if (!changesEncoder && isSame(active, record)) return { kind: 'kept', by: before, record };
  if (!sameLabels(task, trained)) return { kind: 'labels-changed' };
  const bytes = checkpoints[record.chosen];
  if (bytes === undefined) throw new Error(`the cascade chose ${record.chosen} and gave no checkpoint for it`);
  const version = await workspace.addVersion(task, { method: record.chosen, record, bytes, by: request.by, trainedOn });
  await answers.warmUp(task, version.number);
  if (signal.aborted) throw new UserError('cancelled', 'The run was cancelled.');
  await workspace.promote(task, version.number, request.by);
  return { kind: 'promoted', before, after: answeredBy(version), record };
}

async function activeVersion(workspace: Workspace, task: Task): Promise<Version | null> {
  if (task.activeVersion === null) return null;
  return (await workspace.versions(task)).find((version) => version.number === task.activeVersion) ?? null;
}

const answeredBy = ({ number, method }: Version): AnsweredBy => ({ kind: 'version', number, method });

/** The same method on the same examples gives the same answerer. */
function isSame(active: Version | null, record: CascadeRecord): boolean {
  return active?.method === record.chosen && active.record.fingerprint === record.fingerprint && !active.stale;
}

function sameLabels(a: Task, b: Task): boolean {
  return a.labels.length === b.labels.length && a.labels.every((label, i) => label.name === b.labels[i]?.name);
}

async function remember(
  { memory, clock }: TrainParts,
  task: Task,
  { examples, record }: { examples: number; record: CascadeRecord | null },
): Promise<void> {
  const labels = task.labels.map((label) => label.name);
  await memory.save(task.id, { revision: task.revision, examples, labels, endedAt: clock.now(), record });
}
