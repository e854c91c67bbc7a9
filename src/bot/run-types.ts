// What is known of a training run while it lives, what it ends as, and what is remembered of the last one.

import type {
  CascadeRecord,
  Measurement,
  MethodName,
  MethodOptions,
  Rung,
  TrainEvent,
  TunerState,
} from '../engine/index.js';
import type { AnsweredBy } from './reply.js';

export type Progress = Extract<TrainEvent, { kind: 'progress' }>;

export interface Run {
  readonly id: number;
  readonly space: string;
  readonly taskId: string;
  readonly taskName: string;
  readonly by: string;
  /** Started by new examples, not by a person. */
  readonly automatic: boolean;
  /** Asked for before Handful stopped, and back in the queue now. */
  readonly resumed: boolean;
  /** Runs that were there before it when it was queued; 0 when it starts at once. */
  readonly ahead: number;
  /** Name of the task of the same space that trains before it, as it was queued; null when there is none. */
  readonly behind: string | null;
  readonly state: 'queued' | 'running' | 'ended';
  readonly progress: Progress | null;
  readonly rungs: readonly Rung[];
  /** Labelled examples that it trains on; 0 while it is queued. */
  readonly examples: number;
}

export type RunOutcome =
  /** Another answerer answers now; `version` is null when the examples in context took over again. */
  | {
      readonly kind: 'promoted';
      readonly before: AnsweredBy;
      readonly after: AnsweredBy;
      readonly record: CascadeRecord;
    }
  | { readonly kind: 'kept'; readonly by: AnsweredBy; readonly record: CascadeRecord }
  /** The labels of the task changed meanwhile: what was trained answers another question. */
  | { readonly kind: 'labels-changed' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string; readonly errorId: string | null }
  /** The task was deleted, its space goes, or Handful stops: nobody is told. */
  | { readonly kind: 'dropped' };

export type RunEvent =
  | { readonly kind: 'queued' | 'started'; readonly run: Run }
  | { readonly kind: 'progress'; readonly run: Run; readonly progress: Progress }
  | { readonly kind: 'measured'; readonly run: Run; readonly rung: Rung }
  /** The answerer in context is not accurate enough: the run goes on to methods that train. */
  | { readonly kind: 'climbing'; readonly run: Run; readonly from: Measurement; readonly target: number }
  | { readonly kind: 'finished'; readonly run: Run; readonly outcome: RunOutcome };

export interface RunRequest {
  readonly by: string;
  readonly method?: MethodName | undefined;
  /** Settings of that method. */
  readonly options?: MethodOptions | undefined;
  /** A LoRA that was trained elsewhere; it is not kept when Handful stops. */
  readonly lora?: TunerState | undefined;
  /** Whether settings of the methods that tune the encoder are searched for. */
  readonly search?: boolean | undefined;
  /** Encoder that the task changes to with this run; null: the configured one. */
  readonly encoder?: string | null | undefined;
  readonly budgetSeconds?: number | undefined;
}

/** The last run of a task that came to an end, so that the same examples are not trained on again by themselves. */
export interface LastRun {
  readonly revision: number;
  readonly examples: number;
  readonly labels: readonly string[];
  readonly endedAt: number;
  /** null: it failed or was cancelled. */
  readonly record: CascadeRecord | null;
}

export interface RunMemory {
  last(taskId: string): Promise<LastRun | null>;
  save(taskId: string, run: LastRun): Promise<void>;
  /** Drop the example texts that the record quotes, or those among `texts`: somebody wants theirs forgotten. */
  forgetTexts(taskId: string, texts?: readonly string[]): Promise<void>;
  delete(taskId: string): Promise<void>;
}
