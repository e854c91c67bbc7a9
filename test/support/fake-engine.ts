// A small deterministic engine for tests of the bot: answers by shared words, and a cascade that follows a script. A test may
// hold the cascade at a step and let it go on, or make it fail.

import {
  type CascadeRecord,
  type CascadeRequest,
  type CheckpointBytes,
  type Engine,
  fingerprint,
  type MethodName,
  type Prediction,
  type Rung,
  type TaskData,
  UserError,
} from '../../src/engine/index.js';

export interface FakeEngine extends Engine {
  /** Requests of all runs so far. */
  readonly runs: CascadeRequest[];
  /** Every source that was loaded, by its key. */
  readonly loaded: string[];
  /** Held-out accuracy that each method will reach. */
  accuracy: Partial<Record<MethodName, number>>;
  /** When set, a run waits here after its first event. */
  gate: Promise<void> | null;
  /** When set, a run ends with this error. */
  failure: unknown;
}

export function createFakeEngine(): FakeEngine {
  const cache = new Map<string, TaskData & { readonly method: MethodName }>();
  const engine: FakeEngine = {
    runs: [],
    loaded: [],
    accuracy: { 'in-context': 0.7, head: 0.8, lora: 0.85 },
    gate: null,
    failure: null,
    describe: async () => ({
      encoder: 'words',
      backend: {
        name: 'wasm',
        better: [{ name: 'tensorflow', why: 'its native library is not installed', help: 'npm run gpu' }],
      },
    }),
    predict: async (source, texts) => {
      let data = cache.get(source.key);
      if (data === undefined) {
        engine.loaded.push(source.key);
        data =
          source.kind === 'checkpoint'
            ? decode(await source.load())
            : { ...(await source.load()), method: 'in-context' };
        cache.set(source.key, data);
      }
      return texts.map((text) => answer(data, text));
    },
    embed: async (texts) => texts.map(hashed),
    runCascade: async (request, { signal, onEvent } = {}) => {
      engine.runs.push(request);
      onEvent?.({
        kind: 'progress',
        method: null,
        phase: 'read',
        fold: null,
        folds: null,
        step: 0,
        steps: 1,
        loss: null,
        percent: 0,
        secondsLeft: null,
      });
      await engine.gate;
      if (signal?.aborted) throw new UserError('cancelled', 'The run was cancelled.');
      if (engine.failure !== null) throw engine.failure;
      const methods = request.methods === 'auto' ? (['in-context', 'head', 'lora'] as const) : request.methods;
      const names = [...new Set<MethodName>([request.incumbent, ...methods])];
      const accuracyOf = (method: MethodName): number => engine.accuracy[method] ?? 0;
      const rungs: Rung[] = [];
      for (const [i, method] of names.entries()) {
        const rung = measured(request, method, accuracyOf(method));
        rungs.push(rung);
        const percent = Math.round(((i + 1) / names.length) * 100);
        onEvent?.({
          kind: 'progress',
          method,
          phase: 'measure',
          fold: 3,
          folds: 3,
          step: 1,
          steps: 1,
          loss: 0.31,
          percent,
          secondsLeft: 9,
        });
        onEvent?.({ kind: 'measured', rung });
        if (!request.exhaustive && accuracyOf(method) >= request.target) break;
      }
      const record = recordOf(request, rungs);
      const fitted = rungs.map((rung) => rung.method).filter((method) => method !== 'in-context');
      const checkpoints = Object.fromEntries(fitted.map((method) => [method, encode({ ...request.data, method })]));
      return { record, checkpoints };
    },
    close: async () => {},
  };
  return engine;
}

const encode = (data: TaskData & { method: MethodName }): CheckpointBytes =>
  new TextEncoder().encode(JSON.stringify(data));
const decode = (bytes: CheckpointBytes): TaskData & { method: MethodName } =>
  JSON.parse(new TextDecoder().decode(bytes));

/** Share of words (single characters for Chinese) that two texts have in common. */
function overlap(a: string, b: string): number {
  const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/[a-z0-9]+|\p{Script=Han}/gu) ?? []);
  const [x, y] = [words(a), words(b)];
  const common = [...x].filter((word) => y.has(word)).length;
  return common === 0 ? 0 : common / Math.sqrt(x.size * y.size);
}

const HASHED_DIMENSIONS = 64;

/** A unit vector of hashed words (single characters for Chinese): alike where texts share them. */
function hashed(text: string): Float32Array {
  const vector = new Float32Array(HASHED_DIMENSIONS);
  for (const word of text.toLowerCase().match(/[a-z0-9]+|\p{Script=Han}/gu) ?? []) {
    let hash = 7;
    for (const letter of word) hash = (Math.imul(hash, 31) + letter.codePointAt(0)!) >>> 0;
    vector[hash % HASHED_DIMENSIONS]! += 1;
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((x) => x / length);
}

function answer(data: TaskData & { method: MethodName }, text: string): Prediction {
  const ranked = data.examples
    .map((example) => ({ ...example, similarity: overlap(text, example.text) }))
    .sort((a, b) => b.similarity - a.similarity);
  const raw = data.labels.map(({ name }) => {
    const best = ranked.find((example) => example.label === name)?.similarity ?? overlap(text, name);
    return { label: name, probability: Math.exp(4 * best) };
  });
  const sum = raw.reduce((total, { probability }) => total + probability, 0);
  const scores = raw
    .map(({ label, probability }) => ({ label, probability: probability / sum }))
    .sort((a, b) => b.probability - a.probability);
  const similarity = ranked[0]?.similarity ?? 0;
  const abstains = ranked.length > 0 && similarity < 0.1;
  return {
    label: abstains ? null : scores[0]!.label,
    closest: scores[0]!.label,
    probability: scores[0]!.probability,
    scores,
    similarity,
    threshold: 0.1,
    nearest: data.method === 'in-context' ? ranked.slice(0, 10) : [],
    method: data.method,
  };
}

function measured({ data }: CascadeRequest, method: MethodName, accuracy: number): Rung {
  const worst = data.examples[0];
  const other = data.labels.find((label) => label.name !== worst?.label)?.name ?? '';
  return {
    method,
    status: 'measured',
    reason: null,
    measurement: {
      examples: data.examples.length,
      folds: 3,
      accuracy,
      interval: [accuracy - 0.1, Math.min(1, accuracy + 0.1)],
      macroF1: accuracy,
      logLoss: 0.5,
      ece: 0.04,
      temperature: 1,
      confusion: data.labels.map((_, i) => data.labels.map((_, j) => (i === j ? 3 : i === 0 && j === 1 ? 1 : 0))),
      worst: worst === undefined ? [] : [{ ...worst, answered: other, probability: 0.9 }],
    },
    comparison: null,
    measureSeconds: 1,
    trainSeconds: method === 'in-context' ? 0 : 2,
  };
}

function recordOf(request: CascadeRequest, rungs: Rung[]): CascadeRecord {
  const accuracyOf = (rung: Rung): number => rung.measurement!.accuracy;
  const best = rungs.reduce((top, rung) => (accuracyOf(rung) > accuracyOf(top) ? rung : top));
  return {
    encoder: 'words',
    backend: 'wasm',
    seed: request.seed,
    target: request.target,
    labels: request.data.labels.map((label) => label.name),
    examples: request.data.examples.length,
    fingerprint: fingerprint(request.data),
    rungs,
    chosen: best.method,
    stopped: accuracyOf(best) >= request.target ? 'target-met' : 'ladder-done',
    seconds: 24,
    blocks: ['words'],
  };
}
