// What all rungs of one cascade run share: the examples as indices, their folds, and their vectors.

import type { Clock } from '../clock.js';
import { foldCount } from '../data/folds.js';
import { balancedSubset } from '../data/sample.js';
import { type Blocks, blocksFor } from '../encoders/blocks.js';
import type { EncodedTexts } from '../features.js';
import { labelText } from '../heads/shots.js';
import { createRng } from '../random.js';
import type {
  FactsRequest,
  FitRequest,
  FitResult,
  NearestRequest,
  NearestResult,
  SplitRequest,
} from '../threads/protocol.js';
import type { StepReport } from '../train/trainer.js';
import type { CascadeRequest, MethodName, Prompter, TrainEvent } from '../types.js';
import { estimateSeconds } from './cost.js';
import type { DataFacts } from './facts.js';
import { createProgress, type Progress } from './progress.js';

/** Runs learn from at most this many examples, a balanced seeded subset of a larger task. */
export const MAX_RUN_EXAMPLES = 10_000;

/** And from at most this many texts without a label. */
const MAX_UNLABELLED = 5_000;

/** The heavy work of a run, done elsewhere: in threads, or in a test right here. */
export interface CascadeJobs {
  /** Jobs that run at once. */
  readonly parallel: number;
  encode(
    texts: readonly string[],
    encoders: readonly string[],
    options: { signal: AbortSignal; onDone: (texts: number) => void },
  ): Promise<{
    readonly encoded: EncodedTexts;
    /** Seconds of one thread to encode a text, at the best pace seen. */
    readonly secondsPerText: number;
  }>;
  /** What the data is like, before anything is measured. */
  facts(input: FactsRequest, options: { signal: AbortSignal }): Promise<DataFacts>;
  split(request: SplitRequest, options: { signal: AbortSignal }): Promise<Int32Array>;
  fit(
    request: Omit<FitRequest, 'progress'>,
    options: { signal: AbortSignal; onStep: (report: StepReport) => void },
  ): Promise<FitResult>;
  nearest(request: NearestRequest, options: { signal: AbortSignal }): Promise<NearestResult>;
}

export interface CascadeContext {
  readonly encoder: string;
  /** Names the encoder's weights, where they are files that may change; null: they come with Handful. */
  readonly weights: string | null;
  readonly backend: string;
  readonly jobs: CascadeJobs;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrainEvent) => void;
  /** null: no language model is configured, and the ladder has no `prompt`. */
  readonly prompter: Prompter | null;
}

export interface Run {
  readonly request: CascadeRequest;
  readonly context: CascadeContext;
  readonly blocks: Blocks;
  readonly labels: readonly string[];
  readonly texts: readonly string[];
  readonly right: Int32Array;
  readonly folds: number;
  /** [examples] fold in which each is held out */
  readonly foldOf: Int32Array;
  readonly encoded: EncodedTexts;
  /** The labels' texts. */
  readonly names: EncodedTexts;
  /** Texts that nobody labelled; encoded when a method of the ladder learns from them. */
  readonly unlabelled: EncodedTexts;
  /** Measured seconds of one thread to encode one text. */
  readonly secondsPerText: number;
  readonly progress: Progress;
}

/** Throws a UserError `too-few-examples` when there is nothing to measure. */
export async function prepareRun(
  request: CascadeRequest,
  context: CascadeContext,
  ladder: readonly MethodName[],
): Promise<Run> {
  const { data, seed } = request;
  const { jobs, signal } = context;
  const folds = foldCount(data);
  const examples = balancedSubset(data.examples, MAX_RUN_EXAMPLES, createRng(seed, 'subset'));
  const labels = data.labels.map(({ name }) => name);
  const texts = examples.map(({ text }) => text);
  const index = new Map(labels.map((label, c) => [label, c]));
  const right = Int32Array.from(examples, ({ label }) => index.get(label)!);
  const blocks = blocksFor(context.encoder, texts);
  const progress = createProgress(context.clock, context.onEvent);
  const plan = { examples: texts.length, classes: labels.length, folds, blocks, secondsPerText: null };
  for (const step of ['read', ...ladder] as const) progress.plan(step, estimateSeconds(step, plan));

  const foldOf = await jobs.split({ texts, right, folds, seed }, { signal });
  const labelTexts = data.labels.map(labelText);
  const { encoded: names } = await jobs.encode(labelTexts, blocks.encoders, { signal, onDone: () => {} });
  let done = 0;
  const onDone = (count: number): void => {
    done += count;
    const report = { step: done, steps: texts.length, loss: null };
    progress.advance('read', { method: null, phase: 'read', fold: null, folds: null }, report);
  };
  const { encoded, secondsPerText } = await jobs.encode(texts, blocks.encoders, { signal, onDone });
  const wanted = ladder.some((method) => method === 'self-training' || method === 'pretrain');
  const loose = wanted ? [...new Set(request.surroundings?.unlabelled ?? [])].slice(-MAX_UNLABELLED) : [];
  const { encoded: unlabelled } = await jobs.encode(loose, blocks.encoders, { signal, onDone: () => {} });
  return {
    request,
    context,
    blocks,
    labels,
    texts,
    right,
    folds,
    foldOf,
    encoded,
    names,
    unlabelled,
    secondsPerText,
    progress,
  };
}
