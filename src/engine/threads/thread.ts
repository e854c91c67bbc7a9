// The entry point of every engine thread: the functions that threads.ts calls by name. One encoder library, and a bounded set
// of live answerers, per thread.

import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { workerData } from 'piscina';
import type { Answerer } from '../answerers/answerer.js';
import { createInContextAnswerer } from '../answerers/in-context.js';
import { fitScope } from '../answerers/scope.js';
import { createTrainedAnswerer } from '../answerers/trained.js';
import { decodeTrained } from '../answerers/trained-model.js';
import { startBackend } from '../backend.js';
import { METHODS } from '../cascade/methods/index.js';
import { nearestToHeld } from '../cascade/nearest.js';
import { stratifiedFolds } from '../data/folds.js';
import { groupNearDuplicates } from '../data/near-duplicates.js';
import { createEncoderLibrary } from '../encoders/load.js';
import { selectRows } from '../features.js';
import { createRng } from '../random.js';
import type { StepReport } from '../train/trainer.js';
import type { BackendDescription } from '../types.js';
import { createAnswererCache } from './answerer-cache.js';
import {
  type EncodeRequest,
  type EncodeResult,
  type FitRequest,
  type FitResult,
  type NearestRequest,
  type NearestResult,
  type PredictRequest,
  type PredictResult,
  type Sealed,
  type SplitRequest,
  seal,
  type ThreadSettings,
} from './protocol.js';

/** Texts answered before other requests get a turn. */
const PREDICT_CHUNK = 64;

/** Milliseconds between two reports of progress. */
const REPORT_EVERY_MS = 100;

/** Answerers held ready: up to 30 MB each in context, 15 MB each where an encoder was tuned. */
const IN_CONTEXT_HELD = 6;
const TRAINED_HELD = 16;

const settings = workerData as ThreadSettings;
if (settings.lowPriority) yieldToChat();

const backend = startBackend(settings.backend);
backend.catch(() => {}); // reported by whoever awaits it
const library = createEncoderLibrary(settings.cacheBytes);
const answerers = {
  'in-context': createAnswererCache(IN_CONTEXT_HELD),
  checkpoint: createAnswererCache(TRAINED_HELD),
};

export const describe = (_: null): Promise<Sealed<BackendDescription>> => seal(() => backend);

export const encode = ({ texts, encoders }: EncodeRequest): Promise<Sealed<EncodeResult>> =>
  seal(async () => {
    await backend;
    await library.encode([], encoders);
    const started = performance.now();
    const { vectors } = await library.encode(texts, encoders);
    return { vectors, seconds: (performance.now() - started) / 1000 };
  });

export const split = ({ texts, right, folds, seed }: SplitRequest) =>
  seal(async () => stratifiedFolds(right, groupNearDuplicates(texts), folds, createRng(seed, 'folds')));

export const predict = ({ encoder, kind, key, texts, definition }: PredictRequest): Promise<Sealed<PredictResult>> =>
  seal(async () => {
    await backend;
    if (definition === null && !answerers[kind].has(key)) return { kind: 'missing' };
    const load = (): Promise<Answerer> => {
      if (definition === null) throw new Error(`answerer ${key} is not held`);
      return definition.kind === 'in-context'
        ? createInContextAnswerer(definition.data, encoder, library)
        : createTrainedAnswerer(decodeTrained(definition.bytes), library);
    };
    return answerers[kind].use(key, load, async (answerer) => {
      const predictions = [];
      for (let start = 0; start < texts.length; start += PREDICT_CHUNK) {
        predictions.push(...(await answerer.predict(texts.slice(start, start + PREDICT_CHUNK))));
      }
      return { kind: 'predictions', predictions };
    });
  });

export const fit = (request: FitRequest): Promise<Sealed<FitResult>> =>
  seal(async () => {
    await backend;
    const { method, encoded, classes, scope, progress } = request;
    const shots = selectRows(encoded, request.shots);
    const right = Int32Array.from(request.shots, (i) => request.right[i]!);
    const started = performance.now();
    let reported = 0;
    const onStep = (report: StepReport): void => {
      const now = performance.now();
      if (now - reported < REPORT_EVERY_MS && report.step < report.steps) return;
      reported = now;
      progress.postMessage(report);
    };
    try {
      const held = selectRows(encoded, request.held);
      const { logits, experts } = await METHODS[method].fit({ ...request, shots, right, held, library, onStep });
      const fitted = scope === null ? null : fitScope(shots, right, classes, scope);
      return { logits, experts, scope: fitted, seconds: (performance.now() - started) / 1000 };
    } finally {
      progress.close();
    }
  });

export const nearest = (request: NearestRequest): Promise<Sealed<NearestResult>> =>
  seal(async () => {
    await backend;
    return nearestToHeld(request);
  });

/**
 * A lower scheduling priority for this thread, so that an answer never waits for a training step. Linux knows threads by an id
 * of their own and lets each have its priority; elsewhere the threads stay equal.
 */
function yieldToChat(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').pop());
    setPriority(thread, 10);
  } catch {
    // No such file, or not allowed: training competes with answers on equal terms.
  }
}
