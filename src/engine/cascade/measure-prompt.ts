// The method `prompt` measured on the same folds: a language model answers held-out examples from demonstrations out of the other
// folds. An answer may take seconds, so examples are asked label by label in turn until the time is spent: any part is balanced.

import { isUserError } from '../errors.js';
import type { Contender } from '../evaluate/comparison.js';
import { measure } from '../evaluate/measure.js';
import { logProbabilities, logSoftmaxRows, mean, softmaxRows } from '../evaluate/metrics.js';
import { createRng } from '../random.js';
import type { NearestResult } from '../threads/protocol.js';
import type { LabelledText, Prompter, PromptModel, PromptQuestion } from '../types.js';
import { foldsToCompare } from './cost.js';
import { defaultJoin, type Measured, UNMEASURED } from './measure-method.js';
import type { Run } from './run.js';

export interface PromptMeasured {
  readonly measured: Measured;
  /** Of the answerer, as a checkpoint keeps it. */
  readonly model: PromptModel;
}

/** The budget is too small even for the least that a comparison needs. */
export interface PromptTooSlow {
  readonly needed: number;
  readonly left: number;
}

/** Fewer examples tell too little; all are asked where a task has not so many. */
const LEAST_ASKED = 20;
/** Examples between two looks at the clock. */
const BATCH = 4;

export async function measurePrompt(
  run: Run,
  prompter: Prompter,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<PromptMeasured | PromptTooSlow> {
  const { clock } = run.context;
  await prompter.ready(signal);
  const rows = rowsToAsk(run);
  const questions = await questionsOf(run, rows, signal);
  const least = Math.min(rows.length, Math.max(LEAST_ASKED, 2 * run.labels.length));
  const started = clock.now();
  const spent = (): number => (clock.now() - started) / 1000;

  let logits = new Float32Array(0);
  let asked = 0;
  while (asked < rows.length) {
    if (asked > 0) {
      const needed = (spent() / asked) * least;
      if (asked < least && needed > seconds) return { needed, left: seconds };
      if (asked >= least && spent() > seconds) break;
    }
    const batch = rows.slice(asked, asked + BATCH);
    logits = joined(logits, await ask(run, prompter, { way: prompter.ways[0]!, rows: batch, questions, signal }));
    asked += batch.length;
    const at = { method: 'prompt', phase: 'measure', fold: null, folds: null } as const;
    const steps = Math.max(asked, Math.min(rows.length, Math.floor((seconds / Math.max(spent(), 1e-3)) * asked)));
    run.progress.advance('prompt', at, { step: asked, steps, loss: null });
  }
  const held = rows.slice(0, asked);
  const pace = spent() / Math.ceil(asked / BATCH);
  let best = judge(run, held, { way: prompter.ways[0]!, logits });
  for (const way of prompter.ways.slice(1)) {
    if (spent() + pace * Math.ceil(asked / BATCH) > seconds) break;
    let others = new Float32Array(0);
    for (let from = 0; from < asked && spent() <= seconds; from += BATCH) {
      const batch = held.slice(from, from + BATCH);
      others = joined(others, await ask(run, prompter, { way, rows: batch, questions, signal }));
    }
    if (others.length < logits.length) break;
    const other = judge(run, held, { way, logits: others });
    if (isClearlyBetter(run, best, other)) best = other;
  }
  return finished(run, prompter, best);
}

/** Examples that are asked, in this order: of the folds on which expensive methods are compared, each label in turn. */
function rowsToAsk({ right, foldOf, folds, labels, request }: Run): number[] {
  const compared = foldsToCompare({ examples: right.length, folds });
  const rng = createRng(request.seed, 'prompt-rows');
  const queues = labels.map((_, label) =>
    rng.shuffle([...right.keys()].filter((row) => right[row] === label && foldOf[row]! < compared)),
  );
  const rows: number[] = [];
  for (let turn = 0; queues.some(({ length }) => length > turn); turn++) {
    rows.push(...queues.flatMap((queue) => queue[turn] ?? []));
  }
  return rows;
}

/** Each example with the nearest ones of the other folds. */
async function questionsOf(
  run: Run,
  rows: readonly number[],
  signal: AbortSignal,
): Promise<Map<number, PromptQuestion>> {
  const { foldOf, texts, right, labels, encoded, names, context, request } = run;
  const example = (row: number): LabelledText => ({ text: texts[row]!, label: labels[right[row]!]! });
  const common = { encoded, right, classes: labels.length, names, join: defaultJoin(run), seed: request.seed };
  const questions = new Map<number, PromptQuestion>();
  for (const fold of new Set(rows.map((row) => foldOf[row]!))) {
    const held = Int32Array.from(rows.filter((row) => foldOf[row] === fold));
    const shots = Int32Array.from(foldOf.keys()).filter((row) => foldOf[row] !== fold);
    const near: NearestResult = await context.jobs.nearest({ ...common, held, shots }, { signal });
    held.forEach((row, i) => {
      const nearest = near[i]!.map(({ example: shot, similarity }) => ({ ...example(shot), similarity }));
      questions.set(row, { text: texts[row]!, nearest, complete: nearest.length === shots.length });
    });
  }
  return questions;
}

interface Asking {
  readonly way: string;
  readonly rows: readonly number[];
  readonly questions: ReadonlyMap<number, PromptQuestion>;
  readonly signal: AbortSignal;
}

/** A text that the model cannot read gets even scores; that it can read none of them is an error. */
async function ask(run: Run, prompter: Prompter, asking: Asking): Promise<Float32Array> {
  try {
    return await askAtOnce(run, prompter, asking);
  } catch (error) {
    const { rows } = asking;
    if (!isUserError(error) || error.code !== 'limit' || rows.length === 1) throw error;
    const classes = run.labels.length;
    const logits = new Float32Array(rows.length * classes);
    let unread = 0;
    for (const [i, row] of rows.entries()) {
      try {
        logits.set(await askAtOnce(run, prompter, { ...asking, rows: [row] }), i * classes);
      } catch (own) {
        if (!isUserError(own) || own.code !== 'limit') throw own;
        unread++;
      }
    }
    if (unread === rows.length) throw error;
    return logits;
  }
}

async function askAtOnce(
  { request, labels }: Run,
  prompter: Prompter,
  { way, rows, questions, signal }: Asking,
): Promise<Float32Array> {
  signal.throwIfAborted();
  const logits = await prompter.logits({
    instruction: request.data.instruction,
    labels: request.data.labels,
    questions: rows.map((row) => questions.get(row)!),
    way,
    seed: request.seed,
    signal,
  });
  if (logits.length !== rows.length * labels.length) {
    throw new Error(`the prompter gave ${logits.length} scores for ${rows.length} texts and ${labels.length} labels`);
  }
  return logits;
}

interface Judged {
  readonly way: string;
  readonly bias: readonly number[];
  readonly contender: Contender;
  readonly rung: Measured['rung'];
}

/** What the held-out answers are worth: each row without the bias that the other folds show. */
function judge(run: Run, rows: readonly number[], { way, logits }: { way: string; logits: Float32Array }): Judged {
  const { labels, foldOf } = run;
  const classes = labels.length;
  const scores = logSoftmaxRows(logits, classes);
  const right = Int32Array.from(rows, (row) => run.right[row]!);
  const unbiased = new Float32Array(scores.length);
  for (const fold of new Set(rows.map((row) => foldOf[row]!))) {
    const bias = labelBias(scores, right, { classes, keep: (i) => foldOf[rows[i]!] !== fold });
    rows.forEach((row, i) => {
      if (foldOf[row] !== fold) return;
      for (let c = 0; c < classes; c++) unbiased[i * classes + c] = scores[i * classes + c]! - bias[c]!;
    });
  }
  const texts = rows.map((row) => run.texts[row]!);
  const folds = new Set(rows.map((row) => foldOf[row]!)).size;
  const measurement = measure({ texts, labels, right, logits: unbiased, folds, expectedTemperature: 1 });
  return {
    way,
    bias: labelBias(scores, right, { classes, keep: () => true }),
    contender: {
      method: 'prompt',
      rows: Int32Array.from(rows),
      logits: unbiased,
      temperature: measurement.temperature,
    },
    rung: { ...UNMEASURED, method: 'prompt', status: 'measured', reason: null, measurement },
  };
}

/** How many examples of a label its mean is weighed against: with few, the bias stays near none. */
const BIAS_PRIOR = 2;

/**
 * Batch calibration (Zhou et al. 2023, https://arxiv.org/abs/2309.17249): the mean score of each label over examples that have
 * every label equally often is what the model would say anyway.
 */
export function labelBias(
  scores: Float32Array,
  right: Int32Array,
  { classes, keep }: { readonly classes: number; readonly keep: (row: number) => boolean },
): number[] {
  const sums = Array.from({ length: classes }, () => new Float64Array(classes));
  const counts = new Float64Array(classes);
  right.forEach((label, row) => {
    if (!keep(row)) return;
    counts[label]!++;
    for (let c = 0; c < classes; c++) sums[label]![c]! += scores[row * classes + c]!;
  });
  const seen = [...counts.keys()].filter((label) => counts[label]! > 0);
  if (seen.length === 0) return new Array<number>(classes).fill(0);
  const means = Array.from({ length: classes }, (_, c) => mean(seen.map((label) => sums[label]![c]! / counts[label]!)));
  const total = counts.reduce((a, b) => a + b, 0);
  const weight = total / (total + BIAS_PRIOR * classes);
  const centre = mean(means);
  return means.map((value) => weight * (value - centre));
}

/** By two standard errors of the difference in held-out log-probability: the default is kept when in doubt. */
function isClearlyBetter({ right, labels }: Run, held: Judged, other: Judged): boolean {
  const classes = labels.length;
  const gains = ({ contender: { rows, logits, temperature } }: Judged): Float64Array =>
    logProbabilities(
      softmaxRows(logits, classes, temperature),
      Int32Array.from(rows, (row) => right[row]!),
      classes,
    );
  const before = gains(held);
  const differences = Array.from(gains(other), (value, i) => value - before[i]!);
  const gain = mean(differences);
  const error = Math.sqrt(mean(differences.map((value) => (value - gain) ** 2)) / differences.length);
  return gain > 2 * error && gain > 0;
}

function finished(run: Run, prompter: Prompter, { way, bias, contender, rung }: Judged): PromptMeasured {
  const { temperature } = contender;
  return {
    measured: { rung, contender, join: defaultJoin(run), shares: [1], final: null },
    model: { model: prompter.id, way, labels: run.labels, bias, temperature },
  };
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
