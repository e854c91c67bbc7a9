// `handful eval`: every method on one training file, decided on that file alone and scored on a test file (design.md, 5.3).

import path from 'node:path';
import {
  type CascadeResult,
  createRng,
  decodePrompt,
  type Engine,
  importExamples,
  type LabelledText,
  type MethodName,
  type Prediction,
  type Prompter,
  promptPrediction,
  type Rung,
  sampleShots,
  type TaskData,
  UserError,
} from '../../engine/index.js';
import type { Config } from '../config.js';
import { expandHome } from '../config.js';
import { openLanguageModel } from '../language-model/open.js';
import { createPrompter } from '../language-model/prompter.js';
import { waysFor } from '../language-model/ways.js';
import { type EvalOptions, parseEvalOptions, type RawEvalOptions } from './eval-options.js';
import { OUT_OF_SCOPE, type Scores, scorePredictions } from './eval-scores.js';
import { evalTable } from './eval-table.js';
import type { ExitCode } from './exit.js';
import { openEngine } from './open.js';
import { stderrProgress } from './progress.js';

export interface EvaluatedAnswerer extends Scores {
  readonly method: MethodName;
  readonly crossValidatedAccuracy: number | null;
  readonly trainSeconds: number;
  readonly textsPerSecond: number;
}

export interface EvalResult {
  readonly encoder: string;
  readonly backend: string;
  readonly seed: number;
  readonly shots: number | null;
  readonly labels: number;
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly answerers: readonly EvaluatedAnswerer[];
  readonly chosen: MethodName;
}

export async function evaluate(raw: RawEvalOptions, config: Config): Promise<ExitCode> {
  const options = parseEvalOptions(raw, config);
  const { train, test, unlabelled, notes } = await readFiles(options);
  for (const note of notes) process.stderr.write(`${note}\n`);
  const { languageModel } = options;
  const model = openLanguageModel({ ...config, languageModel });
  const prompter = model === null ? null : createPrompter(model, { ways: waysFor(model, languageModel) });
  const engine = await openEngine({ ...config, encoder: options.encoder });
  try {
    const { result, rungs } = await evaluateOn(engine, { train, test, unlabelled, options, prompter });
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${evalTable(result, rungs)}\n`);
    return 0;
  } finally {
    await engine.close();
    await model?.close();
  }
}

export interface Evaluation {
  readonly train: readonly LabelledText[];
  readonly test: readonly LabelledText[];
  readonly unlabelled?: readonly string[];
  readonly options: EvalOptions;
  readonly prompter?: Prompter | null;
}

export async function evaluateOn(
  engine: Engine,
  { train, test, unlabelled = [], options, prompter = null }: Evaluation,
): Promise<{ result: EvalResult; rungs: readonly Rung[] }> {
  const labels = [...new Set(train.map(({ label }) => label))];
  const data: TaskData = { instruction: '', labels: labels.map((name) => ({ name })), examples: train };
  const { seed, methods, budgetSeconds } = options;
  const surroundings = { unlabelled, related: [] };
  const request = {
    data,
    surroundings,
    methods,
    options: options.options,
    incumbent: 'in-context',
    target: 0.9,
    seed,
    budgetSeconds,
    exhaustive: true,
  } as const;
  const cascade = await engine.runCascade(request, { onEvent: stderrProgress(), prompter });
  const { encoder, backend, chosen } = cascade.record;
  const tried = cascade.record.rungs.flatMap((rung) => {
    const wanted = methods === 'auto' || methods.includes(rung.method) || rung.method === chosen;
    const source = wanted ? sourceOf(engine, rung.method, { data, cascade, prompter, seed }) : null;
    return source === null ? [] : [{ rung, source }];
  });
  const speeds = await measureSpeeds(
    tried.map(({ source }) => source),
    test,
  );
  const answerers: EvaluatedAnswerer[] = [];
  for (const [i, { rung, source }] of tried.entries()) {
    const predictions = await source(test.map(({ text }) => text));
    answerers.push({
      method: rung.method,
      ...scorePredictions(labels, test, predictions),
      crossValidatedAccuracy: rung.measurement?.accuracy ?? null,
      trainSeconds: rung.trainSeconds,
      textsPerSecond: speeds[i]!,
    });
  }
  const counts = { labels: labels.length, trainExamples: train.length, testExamples: test.length };
  return {
    result: { encoder, backend, seed, shots: options.shots, ...counts, answerers, chosen },
    rungs: cascade.record.rungs,
  };
}

/** Answers by one method. */
type Answering = (texts: readonly string[]) => Promise<readonly Prediction[]>;

interface Evaluated {
  readonly data: TaskData;
  readonly cascade: CascadeResult;
  readonly prompter: Prompter | null;
  readonly seed: number;
}

function sourceOf(engine: Engine, method: MethodName, evaluated: Evaluated): Answering | null {
  const { data, cascade } = evaluated;
  const inContext: Answering = (texts) => engine.predict({ kind: 'in-context', key: 'eval', load: () => data }, texts);
  if (method === 'in-context') return inContext;
  const bytes = cascade.checkpoints[method];
  if (bytes === undefined) return null;
  if (method === 'prompt') return promptAnswering(inContext, bytes, evaluated);
  return (texts) => engine.predict({ kind: 'checkpoint', key: `eval#${method}`, load: () => bytes }, texts);
}

function promptAnswering(inContext: Answering, bytes: Uint8Array, { data, prompter, seed }: Evaluated): Answering {
  const model = decodePrompt(bytes);
  const classes = model.labels.length;
  return async (texts) => {
    const own = await inContext(texts);
    const logits = await prompter!.logits({
      instruction: data.instruction,
      labels: data.labels,
      questions: texts.map((text, i) => {
        const { nearest } = own[i]!;
        return { text, nearest, complete: nearest.length === data.examples.length };
      }),
      way: model.way,
      seed,
      signal: new AbortController().signal,
    });
    return own.map((each, i) => promptPrediction(model, logits.subarray(i * classes, (i + 1) * classes), each));
  };
}

/** Each answerer is timed on a part of the test texts that none has seen: vectors of seen texts are remembered. */
async function measureSpeeds(sources: readonly Answering[], test: readonly LabelledText[]): Promise<number[]> {
  const size = Math.max(1, Math.floor(test.length / Math.max(1, sources.length)));
  const speeds: number[] = [];
  for (const [i, source] of sources.entries()) {
    const texts = test.slice(i * size, (i + 1) * size).map(({ text }) => text);
    // Loading the answerer is not answering.
    await source(['warm-up']);
    const start = performance.now();
    await source(texts);
    const speed = texts.length / Math.max((performance.now() - start) / 1000, 1e-6);
    speeds.push(speed < 10 ? Math.round(speed * 100) / 100 : Math.round(speed));
  }
  return speeds;
}

async function readFiles({ train, test, unlabelled, shots, seed }: EvalOptions) {
  const notes: string[] = [];
  const all = await readLabelled(train);
  const labels = [...new Set(all.map(({ label }) => label))];
  if (labels.length < 2) {
    throw new UserError('bad-file', `${train}: expected two or more labels, found ${labels.join(', ') || 'none'}.`);
  }
  const drawn = shots === null ? null : sampleShots(all, shots, createRng(seed, 'shots'));
  if (drawn !== null && drawn.short.length > 0) {
    const fewest = Math.min(...drawn.short.map((short) => short.examples));
    notes.push(
      `${drawn.short.length} of ${labels.length} labels have fewer than ${shots} examples (the fewest ${fewest}).`,
    );
  }
  const known = labels.includes(OUT_OF_SCOPE) ? labels : [...labels, OUT_OF_SCOPE];
  return {
    train: drawn?.sample ?? all,
    test: await readLabelled(test, known),
    unlabelled: unlabelled === null ? [] : await readTexts(unlabelled),
    notes,
  };
}

/** Texts; labels that the file may have are not looked at. */
async function readTexts(file: string): Promise<string[]> {
  const { rows, problems } = await importExamples({ path: path.resolve(expandHome(file)) }, { fileName: file });
  if (problems.length > 0) {
    throw new UserError('bad-file', `${file}: ${problems.length} rows cannot be used; ${problems[0]!.message}`);
  }
  return rows.map(({ text }) => text);
}

/** Every row has a text and a label that is known; otherwise the first problems are told. */
async function readLabelled(file: string, knownLabels?: readonly string[]): Promise<LabelledText[]> {
  const resolved = path.resolve(expandHome(file));
  const source = { path: resolved };
  const { rows, problems } = await importExamples(source, {
    fileName: file,
    ...(knownLabels === undefined ? {} : { knownLabels }),
  });
  const unlabelled = rows.find((row) => row.label === null);
  const first = problems[0]?.message ?? (unlabelled && `line ${unlabelled.line}: expected a label, found none`);
  if (first !== undefined) {
    const bad = problems.length + rows.filter((row) => row.label === null).length;
    throw new UserError(
      'bad-file',
      `${file}: ${bad} of ${rows.length + problems.length} rows cannot be used; ${first}`,
    );
  }
  return rows.map(({ text, label }) => ({ text, label: label! }));
}
