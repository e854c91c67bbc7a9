// The entry point of every engine thread: the functions that threads.ts calls by name. One encoder library, and a bounded set
// of live answerers, per thread.

import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { workerData } from 'piscina';
import type { Answerer } from '../answerers/answerer.js';
import { createInContextAnswerer } from '../answerers/in-context.js';
import { withOtherScript } from '../answerers/other-script.js';
import { fitScope } from '../answerers/scope.js';
import { createTrainedAnswerer } from '../answerers/trained.js';
import { decodeTrained } from '../answerers/trained-model.js';
import { isOutOfMemory } from '../backend/out-of-memory.js';
import { nextBackendDown, startBackend } from '../backend.js';
import { type DataFacts, dataFacts } from '../cascade/facts.js';
import { fitMethod } from '../cascade/fit-method.js';
import { nearestToHeld } from '../cascade/nearest.js';
import { stratifiedFolds } from '../data/folds.js';
import { groupNearDuplicates } from '../data/near-duplicates.js';
import { createEncoderLibrary } from '../encoders/load.js';
import { selectRows } from '../features.js';
import { guardCall, guardThread } from '../native-guard.js';
import { createRng } from '../random.js';
import type { StepReport } from '../train/trainer.js';
import type { BackendDescription } from '../types.js';
import { createAnswererCache } from './answerer-cache.js';
import {
  type EncodeRequest,
  type EncodeResult,
  type FactsRequest,
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
guardThread(settings.guard);
if (settings.lowPriority) yieldToChat();

let backend = startBackend(settings.backend);
backend.catch(() => {}); // reported by whoever awaits it
let library = createEncoderLibrary(settings.cacheBytes, settings.files, settings.lowPriority ? 1 : null);
const answerers = {
  'in-context': createAnswererCache(IN_CONTEXT_HELD),
  checkpoint: createAnswererCache(TRAINED_HELD),
};

export const describe = (_: null): Promise<Sealed<BackendDescription>> => seal(() => backend);

export const encode = ({ texts, encoders, guard }: EncodeRequest): Promise<Sealed<EncodeResult>> =>
  seal(async () => {
    guardCall(guard);
    await backend;
    await library.encode([], encoders);
    const started = performance.now();
    const { vectors } = await library.encode(texts, encoders);
    return { vectors, seconds: (performance.now() - started) / 1000 };
  });

export const facts = (request: FactsRequest): Promise<Sealed<DataFacts>> =>
  seal(async () => {
    const readsTable = request.encoder === 'embedded' || request.encoder === 'static-en-zh';
    const texts = request.data.examples.map(({ text }) => text);
    const share = readsTable ? await library.unknownShare(texts) : null;
    return dataFacts({ ...request, unknownShare: share === null ? null : () => share, measured: null });
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
    guardCall(request.guard);
    try {
      return await fitWithin(request, null);
    } finally {
      request.progress.close();
    }
  });

/** Where memory runs out even with steps in the smallest parts, the next backend down takes over: this thread stays with it. */
async function fitWithin(request: FitRequest, movedTo: string | null): Promise<FitResult> {
  try {
    return await fitHere(request, movedTo);
  } catch (error) {
    const next = isOutOfMemory(error) ? nextBackendDown((await backend).name) : null;
    if (next === null) throw error;
    backend = startBackend(next);
    library = createEncoderLibrary(settings.cacheBytes, settings.files, settings.lowPriority ? 1 : null);
    return fitWithin(request, next);
  }
}

async function fitHere(request: FitRequest, movedTo: string | null): Promise<FitResult> {
  await backend;
  const { method, encoded, classes, scope, progress } = request;
  const shots = selectRows(encoded, request.shots);
  const right = Int32Array.from(request.shots, (i) => request.right[i]!);
  const started = performance.now();
  let reported = 0;
  let parts = 1;
  const onStep = (report: StepReport): void => {
    parts = Math.max(parts, report.microBatches);
    const now = performance.now();
    if (now - reported < REPORT_EVERY_MS && report.step < report.steps) return;
    reported = now;
    progress.postMessage(report);
  };
  const held = selectRows(encoded, request.held);
  const { logits, experts } = await fitMethod(method, { ...request, shots, right, held, library, onStep });
  return {
    logits,
    experts,
    scope:
      scope === null
        ? null
        : await withOtherScript(fitScope(shots, right, classes, scope), shots.texts, scope, library),
    seconds: (performance.now() - started) / 1000,
    memory: parts > 1 || movedTo !== null ? { parts, backend: movedTo } : null,
  };
}

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
