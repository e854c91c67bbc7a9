// How far a run is and how long it still takes, from planned costs that are corrected by the pace so far.

import type { Clock } from '../clock.js';
import type { MethodName, TrainEvent } from '../types.js';

type ProgressEvent = Extract<TrainEvent, { kind: 'progress' }>;

export interface ProgressStep {
  readonly method: MethodName | null;
  readonly phase: ProgressEvent['phase'];
  readonly fold: number | null;
  readonly folds: number | null;
}

export interface Progress {
  /** Plans a job of so many seconds of work; nothing is reported yet. */
  plan(name: string, seconds: number): void;
  /** The job is at step of steps. */
  advance(name: string, at: ProgressStep, report: { step: number; steps: number; loss: number | null }): void;
  /** The job ended, or will not be run. */
  finish(name: string): void;
  /** The job is no part of the plan any more: it says nothing about the pace. */
  drop(name: string): void;
}

/** Share of the plan that must be done before a time is told. */
const LEAST_SHARE = 0.03;

export function createProgress(clock: Clock, onEvent: (event: TrainEvent) => void): Progress {
  const jobs = new Map<string, { seconds: number; share: number }>();
  const started = clock.now();
  let shown = 0;
  return {
    plan: (name, seconds) => jobs.set(name, { seconds: Math.max(seconds, 1e-3), share: 0 }),
    advance(name, at, { step, steps, loss }) {
      const job = jobs.get(name);
      if (job !== undefined) job.share = Math.max(job.share, step / steps);
      let total = 0;
      let done = 0;
      for (const { seconds, share } of jobs.values()) {
        total += seconds;
        done += seconds * share;
      }
      const share = total === 0 ? 0 : done / total;
      shown = Math.max(shown, Math.min(99, 100 * share));
      const elapsed = (clock.now() - started) / 1000;
      const secondsLeft = share < LEAST_SHARE ? null : (elapsed * (1 - share)) / share;
      onEvent({ kind: 'progress', ...at, step, steps, loss, percent: shown, secondsLeft });
    },
    finish(name) {
      const job = jobs.get(name);
      if (job !== undefined) job.share = 1;
    },
    drop(name) {
      jobs.delete(name);
    },
  };
}
