// Training runs: one at a time on this machine, at most one of a task, one space after another in turn. New examples start one by
// themselves after a pause. A run ends with a swap of one pointer, or with the answerer that was there. What somebody asked for is
// stored until it has ended, so a stop or a crash only puts it back in the queue.

import { isUserError, type MethodName, type TrainEvent, UserError } from '../engine/index.js';
import { automaticRun, mayBeDue } from './automatic.js';
import type { Log } from './log.js';
import { createPauses } from './run-pauses.js';
import { createFairQueue } from './run-queue.js';
import type { RunRequests } from './run-requests.js';
import type { Run, RunEvent, RunOutcome, RunRequest } from './run-types.js';
import { countByLabel, tooFewToTrain } from './task-data.js';
import { reloadTask, STOPPING, type TrainParts, trainTask } from './train-task.js';
import { FORGOTTEN_PERSON, type Task } from './workspace/types.js';

/** A run that does not stop in this time is left behind: its threads end with the engine. */
const CLOSE_MS = 5_000;

type TaskName = Pick<Task, 'id' | 'space'>;

export interface Runs {
  /** The examples or labels of a task changed: a run may become due. */
  changed(task: Task): void;
  /** Queue an automatic run at once when it is due; whether it was. Reads examples only where one can be due. */
  consider(task: Task): Promise<boolean>;
  /** Queue an automatic run whatever was measured before; whether one is on its way (not when it cannot be trained). */
  retrain(task: TaskName): Promise<boolean>;
  /** Queue a run now, once it is stored; null when the task has one already. */
  start(task: Task, request: RunRequest): Promise<Run | null>;
  /** Put back what was asked for in this space and had not ended when Handful stopped; how many runs. */
  putBack(space: string, tasks: readonly Task[]): Promise<number>;
  /** The queued or running run of a task. */
  current(taskId: string): Run | null;
  cancel(taskId: string): boolean;
  /** Call off every run of a space without a word, those that are stored too; resolves when none of them works any more. */
  cancelSpace(space: string): Promise<void>;
  /** Runs that a person asked for go on without their id. */
  forgetPerson(space: string, person: string): Promise<void>;
  subscribe(listener: (event: RunEvent) => void): () => void;
  /** Start what is due without waiting for the pause, and resolve when nothing is left to do. */
  settle(): Promise<void>;
  /** Whether anything runs or waits in the queue. */
  busy(): boolean;
  /** Resolves with the end of the task's run; null when it has none. */
  finished(taskId: string): Promise<RunOutcome> | null;
  /** Stop everything, within seconds: unfinished runs that somebody asked for stay stored, others become due again. */
  close(): Promise<void>;
}

export interface RunsOptions extends TrainParts {
  readonly requests: RunRequests;
  readonly log: Log;
  readonly training: boolean;
}

interface Job {
  readonly space: string;
  run: Run;
  readonly request: { -readonly [Key in keyof RunRequest]: RunRequest[Key] };
  readonly abort: AbortController;
  readonly finished: Promise<RunOutcome>;
  readonly finish: (outcome: RunOutcome) => void;
  /** Its space goes: nobody is told how it ends. */
  silent: boolean;
}

export function createRuns(options: RunsOptions): Runs {
  const { workspace, memory, requests, clock, log } = options;
  /** By task, until the end of each is stored. */
  const jobs = new Map<string, Job>();
  const queue = createFairQueue<Job>();
  const starting = new Set<string>();
  const pauses = createPauses(clock, (task) => track(considerAgain(task)));
  /** Work that `settle` and `close` wait for. */
  const pending = new Set<Promise<void>>();
  const listeners = new Set<(event: RunEvent) => void>();
  let running: Job | null = null;
  let working: Promise<void> | null = null;
  let closed = false;
  let nextId = 1;

  const emit = (event: RunEvent): void => {
    if (closed) return;
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.bug('news of a run', error);
      }
    }
  };
  const isTaken = (taskId: string): boolean => closed || jobs.has(taskId) || starting.has(taskId);
  const taskOf = ({ run }: Job): Promise<Task | undefined> =>
    reloadTask(workspace, { id: run.taskId, space: run.space });
  const track = (work: Promise<void>): void => {
    const done = work
      .catch((error: unknown) => void log.bug('runs', error))
      .then(() => {
        pending.delete(done);
      });
    pending.add(done);
  };

  const enqueue = (task: Task, request: RunRequest, kind: { automatic?: boolean; resumed?: boolean } = {}): Run => {
    pauses.stop(task.id);
    let finish: (outcome: RunOutcome) => void = () => {};
    const finished = new Promise<RunOutcome>((resolve) => {
      finish = resolve;
    });
    const before = queue.last(task.space) ?? (running?.space === task.space ? running : undefined);
    const run: Run = {
      id: nextId++,
      space: task.space,
      taskId: task.id,
      taskName: task.name,
      by: request.by,
      automatic: kind.automatic ?? false,
      resumed: kind.resumed ?? false,
      ahead: jobs.size,
      behind: before?.run.taskName ?? null,
      state: 'queued',
      progress: null,
      rungs: [],
      examples: 0,
    };
    const abort = new AbortController();
    const job: Job = { space: task.space, run, request: { ...request }, abort, finished, finish, silent: false };
    jobs.set(task.id, job);
    queue.push(job);
    emit({ kind: 'queued', run });
    working ??= work();
    return run;
  };

  const work = async (): Promise<void> => {
    // Whoever queued the run sees its reply before its first event.
    await Promise.resolve();
    while (!closed) {
      running = queue.next() ?? null;
      if (running === null) break;
      const job = running;
      const outcome = await perform(job);
      await end(job, outcome);
      running = null;
      const task = closed || outcome.kind === 'dropped' ? undefined : await taskOf(job);
      if (task !== undefined) changed(task);
    }
    working = null;
  };

  /** Stopped runs stay stored; any other end is stored before it is told. */
  const end = async (job: Job, outcome: RunOutcome): Promise<void> => {
    if (!(closed && outcome.kind === 'dropped') && !job.run.automatic) {
      await requests
        .delete({ id: job.run.taskId, space: job.space })
        .catch((error: unknown) => void log.bug('end of a run', error));
    }
    jobs.delete(job.run.taskId);
    job.run = { ...job.run, state: 'ended' };
    emit({ kind: 'finished', run: job.run, outcome });
    job.finish(outcome);
  };

  /** Run a job to its end; never throws. */
  const perform = async (job: Job): Promise<RunOutcome> => {
    try {
      const outcome = await attempt(job);
      return job.silent ? { kind: 'dropped' } : outcome;
    } catch (error) {
      if (closed || job.silent) return { kind: 'dropped' };
      if (isUserError(error) && error.code === 'cancelled')
        return { kind: (await taskOf(job)) === undefined ? 'dropped' : 'cancelled' };
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

  /** Take a job that waits off the list; one that runs is stopped and ends by itself. */
  const callOff = (job: Job, outcome: RunOutcome): void => {
    job.abort.abort();
    if (job === running || job.run.state === 'ended') return;
    job.run = { ...job.run, state: 'ended' };
    queue.remove(job);
    track(end(job, outcome));
  };

  const consider = async (task: Task): Promise<boolean> => {
    try {
      if (isTaken(task.id) || !options.training) return false;
      const last = await memory.last(task.id);
      if (!mayBeDue(task, last)) return false;
      if (automaticRun(task, await workspace.examples(task), last) !== 'due' || isTaken(task.id)) return false;
      enqueue(task, { by: 'handful' }, { automatic: true });
      return true;
    } catch (error) {
      log.bug('automatic run', error);
      return false;
    }
  };
  const considerAgain = async (name: TaskName): Promise<void> => {
    const task = await reloadTask(workspace, name);
    if (task !== undefined) await consider(task);
  };

  const retrain = async (name: TaskName): Promise<boolean> => {
    const task = await reloadTask(workspace, name);
    if (task === undefined || !options.training) return false;
    const counts = countByLabel(task, await workspace.examples(task));
    if (closed || tooFewToTrain(counts).length > 0) return false;
    if (!isTaken(task.id)) enqueue(task, { by: 'handful' }, { automatic: true });
    return true;
  };

  function changed(task: Task): void {
    if (options.training && task.settings.automatic && !isTaken(task.id)) pauses.touch(task);
  }

  return {
    changed,
    consider,
    retrain,
    start: async (task, request) => {
      if (!options.training) {
        throw new UserError('bad-configuration', 'Training is switched off: HANDFUL_TRAINING is "off".');
      }
      if (isTaken(task.id)) return null;
      starting.add(task.id);
      try {
        await requests.save(task, request, clock.now());
      } finally {
        starting.delete(task.id);
      }
      return enqueue(task, request);
    },
    putBack: async (space, tasks) => {
      if (!options.training) return 0;
      let count = 0;
      for (const { taskId, ...request } of await requests.list(space)) {
        const task = tasks.find(({ id }) => id === taskId);
        if (task === undefined) await requests.delete({ id: taskId, space });
        else if (!isTaken(taskId)) {
          enqueue(task, request, { resumed: true });
          count++;
        }
      }
      return count;
    },
    current: (taskId) => jobs.get(taskId)?.run ?? null,
    busy: () => jobs.size > 0,
    finished: (taskId) => jobs.get(taskId)?.finished ?? null,
    cancel: (taskId) => {
      const job = jobs.get(taskId);
      if (job === undefined) return false;
      callOff(job, { kind: 'cancelled' });
      return true;
    },
    cancelSpace: async (space) => {
      pauses.stopAll((task) => task.space === space);
      const theirs = [...jobs.values()].filter((job) => job.space === space);
      for (const job of theirs) {
        job.silent = true;
        callOff(job, { kind: 'dropped' });
      }
      await Promise.all(theirs.map((job) => job.finished));
      await requests.clearSpace(space);
    },
    forgetPerson: async (space, person) => {
      for (const job of jobs.values()) {
        if (job.space !== space || job.request.by !== person) continue;
        job.request.by = FORGOTTEN_PERSON;
        job.run = { ...job.run, by: FORGOTTEN_PERSON };
      }
      await requests.forgetPerson(space, person);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settle: async () => {
      while (!closed && (pauses.size > 0 || pending.size > 0 || working !== null)) {
        pauses.end();
        await Promise.all([...pending, working]);
      }
    },
    close: async () => {
      closed = true;
      pauses.stopAll();
      for (const job of jobs.values()) job.abort.abort(STOPPING);
      let stopClock = (): void => {};
      const deadline = new Promise<void>((resolve) => {
        stopClock = clock.after(CLOSE_MS, resolve);
      });
      await Promise.race([Promise.all([...pending, working]), deadline]);
      stopClock();
    },
  };
}

const trains = (method: MethodName | null): boolean => method !== null && method !== 'in-context';
