// The engine as the rest of Handful sees it: a handle on threads. The main thread loads no TensorFlow.js and stays free.

import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { anySignal } from './abort.js';
import { runCascade } from './cascade/cascade.js';
import type { CascadeJobs } from './cascade/run.js';
import { systemClock } from './clock.js';
import { balancedSubset } from './data/sample.js';
import { createEncoderFetcher } from './encoders/fetch.js';
import { checkEncoder } from './encoders/names.js';
import type { Vectors } from './features.js';
import { MAX_DEMONSTRATIONS } from './heads/prototype.js';
import { createRng } from './random.js';
import { createBatches } from './threads/batches.js';
import type { PredictRequest } from './threads/protocol.js';
import { createAnsweringThread, createTrainingThreads, type Threads } from './threads/threads.js';
import type { StepReport } from './train/trainer.js';
import type { AnswererSource, Engine, EngineOptions, Prediction } from './types.js';

/** Vectors kept for texts that are asked or taught again, each encoder: about 4,000 texts, twice the demonstrations of a task. */
const ANSWERING_CACHE_BYTES = 16 * 1024 * 1024;
const TRAINING_CACHE_BYTES = 4 * 1024 * 1024;

const MAX_TRAINING_THREADS = 4;

/** What a training thread takes with the embedded encoder: 1.5 GB for two of them. */
const TRAINING_BYTES = 0.75e9;

/** What `embed` compares texts by, whatever encoder the tasks use: both languages in one space, without a network. */
const EMBEDDING_ENCODER = 'static-en-zh';

/** Questions of one batch: beyond sixteen, USE lite falls out of the processor's cache. */
const MOST_ASKED_TOGETHER = 16;

const DEFAULT_FILES = { home: path.join(homedir(), '.handful'), hub: null };

/** Texts of one encoding job. */
const ENCODE_CHUNK = 64;

/** Throws a UserError `bad-configuration` for an encoder that does not exist. The answering thread starts at once, training threads with the first run. */
export function createEngine(options: EngineOptions): Engine {
  checkEncoder(options.encoder);
  // The native TensorFlow library, where it runs, would print about its build; threads inherit this only if it is set here.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const { backend, files = DEFAULT_FILES } = options;
  const answering = createAnsweringThread({ backend, files, cacheBytes: ANSWERING_CACHE_BYTES });
  const fitting = Math.max(1, Math.floor(process.availableMemory() / TRAINING_BYTES));
  const parallel = options.trainingThreads ?? Math.min(MAX_TRAINING_THREADS, availableParallelism(), fitting);
  const training = createTrainingThreads({ backend, files, cacheBytes: TRAINING_CACHE_BYTES }, parallel);
  const jobs = createJobs(training, parallel);
  const fetchEncoder = createEncoderFetcher(files);
  const predict = async (
    source: AnswererSource,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<Prediction[]> => {
    const encoder = source.kind === 'in-context' ? (source.encoder ?? options.encoder) : options.encoder;
    const request = { encoder, kind: source.kind, key: source.key, texts };
    const held = await answering.call('predict', { ...request, definition: null }, { signal });
    if (held.kind === 'predictions') return held.predictions;
    if (source.kind === 'in-context') await fetchEncoder(encoder);
    const definition = await define(source);
    const loaded = await answering.call('predict', { ...request, definition }, { signal });
    if (loaded.kind === 'missing') throw new Error(`answerer ${source.key} could not be loaded`);
    return loaded.predictions;
  };
  const predictTogether = createBatches<AnswererSource, Prediction>({
    keyOf: (source) => `${source.kind} ${source.key} ${source.kind === 'in-context' ? (source.encoder ?? '') : ''}`,
    run: (source, texts) => predict(source, texts),
    most: MOST_ASKED_TOGETHER,
  });
  return {
    async describe() {
      await fetchEncoder(options.encoder);
      return { encoder: options.encoder, backend: await answering.call('describe', null) };
    },
    async predict(source, texts, { signal } = {}) {
      if (texts.length === 0) return [];
      return signal === undefined ? predictTogether(source, texts) : predict(source, texts, signal);
    },
    async embed(texts, { signal } = {}) {
      if (texts.length === 0) return [];
      const { vectors } = await answering.call('encode', { texts, encoders: [EMBEDDING_ENCODER] }, { signal });
      const { data, dimensions } = vectors[EMBEDDING_ENCODER]!;
      return texts.map((_, i) => data.subarray(i * dimensions, (i + 1) * dimensions));
    },
    async runCascade(request, { signal = new AbortController().signal, onEvent = () => {}, prompter = null } = {}) {
      const whole = anySignal(signal);
      const encoder = request.encoder ?? options.encoder;
      checkEncoder(encoder);
      const weights = await fetchEncoder(encoder, { signal: whole, onEvent });
      const { name } = await training.call('describe', null, { signal: whole });
      const context = { encoder, weights, backend: name, jobs, clock: systemClock, signal: whole, onEvent, prompter };
      return runCascade(request, context);
    },
    async close() {
      await Promise.all([answering.close(), training.close()]);
    },
  };
}

async function define(source: AnswererSource): Promise<PredictRequest['definition']> {
  if (source.kind === 'checkpoint') return { kind: 'checkpoint', bytes: await source.load() };
  const data = await source.load();
  const examples = balancedSubset(data.examples, MAX_DEMONSTRATIONS, createRng(0, 'demonstrations'));
  return { kind: 'in-context', data: { ...data, examples } };
}

function createJobs(training: Threads, parallel: number): CascadeJobs {
  return {
    parallel,
    async encode(texts, encoders, { signal, onDone }) {
      const starts = Array.from({ length: Math.ceil(texts.length / ENCODE_CHUNK) }, (_, i) => i * ENCODE_CHUNK);
      const vectors: Record<string, Vectors> = {};
      let secondsPerText = Number.POSITIVE_INFINITY;
      await Promise.all(
        starts.map(async (start) => {
          const chunk = texts.slice(start, start + ENCODE_CHUNK);
          const result = await training.call('encode', { texts: chunk, encoders }, { signal });
          secondsPerText = Math.min(secondsPerText, result.seconds / chunk.length);
          for (const [name, { dimensions, data }] of Object.entries(result.vectors)) {
            // Shared memory: every fold reads the same vectors without a copy.
            vectors[name] ??= {
              dimensions,
              data: new Float32Array(new SharedArrayBuffer(4 * texts.length * dimensions)),
            };
            vectors[name].data.set(data, start * dimensions);
          }
          onDone(chunk.length);
        }),
      );
      return { encoded: { texts, vectors }, secondsPerText };
    },
    facts: (request, { signal }) => training.call('facts', request, { signal }),
    split: (request, { signal }) => training.call('split', request, { signal }),
    nearest: (request, { signal }) => training.call('nearest', request, { signal }),
    async fit(request, { signal, onStep }) {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', (report: StepReport) => onStep(report));
      try {
        return await training.call('fit', { ...request, progress: port2 }, { signal, transfer: [port2] });
      } finally {
        port1.close();
      }
    },
  };
}
