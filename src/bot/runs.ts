// Training runs: one at a time on this machine, at most one of a task, queued in the order they were asked for. New examples
// start one by themselves after a pause. A run ends with a swap of one pointer, or with the answerer that was there.

import { isUserError, type MethodName, type TrainEvent } from '../engine/index.js';
import { automaticRun } from './automatic.js';
import type { Log } from './log.js';
import type { Run, RunEvent, RunOutcome, RunRequest } from './run-types.js';
import { reloadTask, STOPPING, type TrainParts, trainTask } from './train-task.js';
import type { Task } from './workspace/types.js';

/** Teaching goes on for a while: a run by itself waits for this pause, though not for ever. */
const PAUSE_MS = 4_000;
const LONGEST_WAIT_MS = 60_000;

export interface Runs {
  /** The examples or labels of a task changed: a run may become due. */
  changed(task: Task): void;
  /** Queue an automatic run at once when it is due; whether it was. */
  consider(task: Pick<Task, 'id' | 'space'>): Promise<boolean>;
  /** Queue a run now; null when the task has one already. */
  start(task: Task, request: RunRequest): Run | null;
  /** The queued or running run of a task. */
  current(taskId: string): Run | null;
  cancel(taskId: string): boolean;
  subscribe(listener: (event: RunEvent) => void): () => void;
  /** Start what is due without waiting for the pause, and resolve when nothing is left to do. */
  settle(): Promise<void>;
  /** Whether anything runs or waits in the queue. */
  busy(): boolean;
  /** Resolves with the end of the task's run; null when it has none. */
  finished(taskId: string): Promise<RunOutcome> | null;
  /** Stop everything; unfinished runs are forgotten and become due again at the next start. */
  close(): Promise<void>;
}

export interface RunsOptions extends TrainParts {
  readonly log: Log;
  readonly training: boolean;
}

interface Job {
  run: Run;
  readonly request: RunRequest;
  readonly abort: AbortController;
  readonly finished: Promise<RunOutcome>;
  readonly finish: (outcome: RunOutcome) => void;
}

export function createRuns(options: RunsOptions): Runs {
  const { workspace, memory, clock, log } = options;
  const jobs: Job[] = [];
  const waiting = new Map<string, { readonly task: Task; readonly since: number; readonly stop: () => void }>();
  const considering = new Set<Promise<void>>();
  const listeners = new Set<(event: RunEvent) => void>();
  let working: Promise<void> | null = null;
  let closed = false;
  let nextId = 1;

  const emit = (event: RunEvent): void => {
    if (!closed) for (const listener of listeners) listener(event);
  };
  const jobOf = (taskId: string): Job | undefined => jobs.find((job) => job.run.taskId === taskId);
  const taskOf = ({ run }: Job): Promise<Task | undefined> =>
    reloadTask(workspace, { id: run.taskId, space: run.space });

  const enqueue = (task: Task, request: RunRequest, automatic: boolean): Run => {
    waiting.get(task.id)?.stop();
    waiting.delete(task.id);
    let finish: (outcome: RunOutcome) => void = () => {};
    const finished = new Promise<RunOutcome>((resolve) => {
      finish = resolve;
    });
    const run: Run = {
      id: nextId++,
      space: task.space,
      taskId: task.id,
      taskName: task.name,
      by: request.by,
      automatic,
      behind: jobs.at(-1)?.run.taskName ?? null,
      state: 'queued',
      progress: null,
      rungs: [],
      examples: 0,
    };
    jobs.push({ run, request, abort: new AbortController(), finished, finish });
    emit({ kind: 'queued', run });
    working ??= work();
    return run;
  };

  const work = async (): Promise<void> => {
    // Whoever queued the run sees its reply before its first event.
    await Promise.resolve();
    for (let job = jobs[0]; job !== undefined && !closed; job = jobs[0]) {
      const outcome = await perform(job);
      jobs.shift();
      job.run = { ...job.run, state: 'ended' };
      emit({ kind: 'finished', run: job.run, outcome });
      job.finish(outcome);
      const task = closed || outcome.kind === 'dropped' ? undefined : await taskOf(job);
      if (task !== undefined) changed(task);
    }
    working = null;
  };

  /** Run a job to its end; never throws. */
  const perform = async (job: Job): Promise<RunOutcome> => {
    try {
      return await attempt(job);
    } catch (error) {
      if (closed) return { kind: 'dropped' };
      if (isUserError(error) && error.code === 'cancelled') return { kind: 'cancelled' };
      if (isUserError(error)) return { kind: 'failed', message: error.message, errorId: null };
      return { kind: 'failed', message: '', errorId: log.bug('training run', error) };
    }
  };

  const attempt = async (job: Job): Promise<RunOutcome> => {
    const task = await taskOf(job);
    if (task === undefined) return { kind: 'dropped' };
    const { signal } = job.abort;
    if (signal.aborted) return { kind: 'cancelled' };
    const onStart = (examples: number): void => {
      job.run = { ...job.run, state: 'running', examples };
      emit({ kind: 'started', run: job.run });
    };
    const onEvent = (event: TrainEvent): void => follow(job, event, task.settings.target);
    return trainTask(options, { task, request: job.request, signal, onStart, onEvent });
  };

  const follow = (job: Job, event: TrainEvent, target: number): void => {
    if (event.kind === 'measured') {
      job.run = { ...job.run, rungs: [...job.run.rungs, event.rung] };
      emit({ kind: 'measured', run: job.run, rung: event.rung });
      return;
    }
    const climbs = trains(event.method) && !trains(job.run.progress?.method ?? null);
    job.run = { ...job.run, progress: event };
    const from = job.run.rungs.find((rung) => rung.method === 'in-context')?.measurement;
    if (climbs && from != null) emit({ kind: 'climbing', run: job.run, from, target });
    emit({ kind: 'progress', run: job.run, progress: event });
  };

  const consider = async (task: Pick<Task, 'id' | 'space'>): Promise<boolean> => {
    try {
      const now = await reloadTask(workspace, task);
      if (now === undefined || closed || !options.training || jobOf(task.id) !== undefined) return false;
      const due = automaticRun(now, await workspace.examples(now), await memory.last(now.id));
      if (due !== 'due' || closed || jobOf(task.id) !== undefined) return false;
      enqueue(now, { by: 'handful' }, true);
      return true;
    } catch (error) {
      log.bug('automatic run', error);
      return false;
    }
  };
  const considerNow = (task: Task): void => {
    waiting.get(task.id)?.stop();
    waiting.delete(task.id);
    const done = consider(task).then(() => {
      considering.delete(done);
    });
    considering.add(done);
  };

  function changed(task: Task): void {
    if (closed || !options.training || !task.settings.automatic || jobOf(task.id) !== undefined) return;
    const before = waiting.get(task.id);
    before?.stop();
    const since = before?.since ?? clock.now();
    const delayMs = Math.max(0, Math.min(PAUSE_MS, since + LONGEST_WAIT_MS - clock.now()));
    waiting.set(task.id, { task, since, stop: clock.after(delayMs, () => considerNow(task)) });
  }

  return {
    changed,
    consider,
    start: (task, request) => (closed || jobOf(task.id) !== undefined ? null : enqueue(task, request, false)),
    current: (taskId) => jobOf(taskId)?.run ?? null,
    busy: () => jobs.length > 0,
    finished: (taskId) => jobOf(taskId)?.finished ?? null,
    cancel: (taskId) => {
      const job = jobOf(taskId);
      if (job === undefined) return false;
      job.abort.abort();
      return true;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settle: async () => {
      while (!closed && (waiting.size > 0 || considering.size > 0 || working !== null)) {
        for (const { task } of waiting.values()) considerNow(task);
        await Promise.all([...considering, working]);
      }
    },
    close: async () => {
      closed = true;
      for (const { stop } of waiting.values()) stop();
      waiting.clear();
      for (const job of jobs) job.abort.abort(STOPPING);
      await Promise.all([...considering, working]);
    },
  };
}

const trains = (method: MethodName | null): boolean => method !== null && method !== 'in-context';
