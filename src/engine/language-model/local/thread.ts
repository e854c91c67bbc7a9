// The entry point of a model's thread: the functions that transformers-js.ts calls by name. One model a thread, loaded once for
// all callers.

import { workerData } from 'piscina';
import { UserError } from '../../errors.js';
import { type Sealed, seal } from '../../threads/protocol.js';
import type { LoadProgress } from '../language-model.js';
import { type LoadedModel, loadLocalModel } from './load.js';
import type { AbortFlag, ModelCalls } from './protocol.js';
import type { LocalModelSettings } from './settings.js';

type Answer<Name extends keyof ModelCalls> = Promise<Sealed<ModelCalls[Name]['result']>>;
type Request<Name extends keyof ModelCalls> = ModelCalls[Name]['request'];

/** Milliseconds between two reports of progress. */
const REPORT_EVERY_MS = 100;

const settings = workerData as LocalModelSettings;
let loading: Promise<LoadedModel> | null = null;
const running = new Set<Promise<unknown>>();

export const load = ({ progress }: Request<'load'>): Answer<'load'> =>
  seal(async () => {
    try {
      const { model, dtype, bytes } = await loadOnce(throttled((report) => progress.postMessage(report)));
      return {
        contextSize: model.contextSize,
        canScore: true,
        weights: { dtype, device: settings.device, bytes },
      };
    } finally {
      progress.close();
    }
  });

export const count = ({ prompt }: Request<'count'>): Answer<'count'> =>
  seal(async () => (await loadOnce()).model.countTokens(prompt));

export const score = ({ prompt, continuations, abort }: Request<'score'>): Answer<'score'> =>
  track(async () => (await loadOnce()).model.score(prompt, continuations, checkpointOf(abort)));

export const generate = ({ pieces, abort, ...request }: Request<'generate'>): Answer<'generate'> =>
  track(async () => {
    try {
      const { model } = await loadOnce();
      return await model.generate(request.prompt, {
        ...request,
        checkpoint: checkpointOf(abort),
        onText: (piece) => pieces.postMessage(piece),
      });
    } finally {
      pieces.close();
    }
  });

export const unload = (_: null): Answer<'unload'> =>
  seal(async () => {
    await Promise.allSettled(running);
    const loaded = await loading?.catch(() => null);
    loading = null;
    await loaded?.model.release();
    return null;
  });

function loadOnce(onProgress: (progress: LoadProgress) => void = () => {}): Promise<LoadedModel> {
  loading ??= loadLocalModel(settings, onProgress).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

function track<T>(run: () => Promise<T>): Promise<Sealed<T>> {
  const call = seal(run);
  running.add(call);
  return call.finally(() => running.delete(call));
}

const checkpointOf = (abort: AbortFlag) => (): void => {
  if (Atomics.load(abort, 0) !== 0) throw new UserError('cancelled', 'The request was cancelled.');
};

/** The first report of a file, its last, and a few in between. */
function throttled(report: (progress: LoadProgress) => void): (progress: LoadProgress) => void {
  const reported = new Map<string, number>();
  return (progress) => {
    const now = performance.now();
    const last = reported.get(progress.file);
    if (last !== undefined && now - last < REPORT_EVERY_MS && progress.bytes < progress.total) return;
    reported.set(progress.file, now);
    report(progress);
  };
}
