// A model of transformers.js in a thread of its own: the thread that chats only sends and receives. The thread starts with the
// first call and is shared by all; a load that failed is forgotten with its thread, and the next call tries again.

import { MessageChannel, MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { type Clock, systemClock } from '../clock.js';
import { unseal } from '../threads/protocol.js';
import type {
  GenerateOptions,
  Generation,
  LanguageModel,
  LoadProgress,
  ModelCall,
  ModelDescription,
  ModelPrompt,
} from './language-model.js';
import type { AbortFlag, LoadedFacts, ModelCalls } from './local/protocol.js';
import type { LocalModelSettings } from './local/settings.js';
import { untilAborted } from './until-aborted.js';
import { createUsageMeter } from './usage.js';

export interface TransformersJsOptions extends LocalModelSettings {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly clock?: Clock | undefined;
}

type Request<Name extends keyof ModelCalls> = ModelCalls[Name]['request'];
type Result<Name extends keyof ModelCalls> = ModelCalls[Name]['result'];

/** Threads run compiled code, also when the caller (a test) runs TypeScript. */
const ENTRY = import.meta.url.endsWith('.ts')
  ? new URL('../../../dist/engine/language-model/local/thread.js', import.meta.url).href
  : new URL('./local/thread.js', import.meta.url).href;

/** Calls that take turns, step by step; more wait. */
const CONCURRENT_CALLS = 8;

export function createTransformersJsModel(options: TransformersJsOptions): LanguageModel {
  const { onProgress, clock = systemClock, ...settings } = options;
  const { source, dtype, device } = settings;
  const meter = createUsageMeter(clock);
  const flags = new Set<AbortFlag>();
  let pool: Piscina | null = null;
  let facts: Promise<LoadedFacts> | null = null;
  let loaded: LoadedFacts | null = null;
  let state: ModelDescription['state'] = 'unloaded';

  const closedError = (): Error => new Error('the language model is closed');
  const checkOpen = (): void => {
    if (state === 'closed') throw closedError();
  };

  function load(): Promise<LoadedFacts> {
    checkOpen();
    facts ??= loadInThread().catch((error: unknown) => {
      facts = null;
      if (state !== 'closed') state = 'failed';
      throw state === 'closed' ? closedError() : error;
    });
    return facts;
  }

  async function loadInThread(): Promise<LoadedFacts> {
    state = 'loading';
    const thread = startThread(settings);
    pool = thread;
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (progress: LoadProgress) => onProgress?.(progress));
    try {
      loaded = unseal<LoadedFacts>(
        await thread.run({ progress: port2 }, { name: 'load', transferList: [port2] as never }),
      );
      state = 'ready';
      return loaded;
    } catch (error) {
      pool = null;
      await thread.destroy();
      throw error;
    } finally {
      port1.close();
    }
  }

  /** `run` gets the thread with the model in it. */
  async function call<T>(
    { signal }: ModelCall,
    run: (
      ask: <Name extends keyof ModelCalls>(name: Name, request: Request<Name>) => Promise<Result<Name>>,
      abort: AbortFlag,
    ) => Promise<T>,
  ): Promise<T> {
    const abort: AbortFlag = new Int32Array(new SharedArrayBuffer(4));
    flags.add(abort);
    try {
      return await untilAborted(
        async () => {
          await load();
          checkOpen();
          return run(ask, abort);
        },
        signal,
        () => Atomics.store(abort, 0, 1),
      );
    } catch (error) {
      if (state === 'closed') throw closedError();
      throw error;
    } finally {
      flags.delete(abort);
    }
  }

  async function ask<Name extends keyof ModelCalls>(name: Name, request: Request<Name>): Promise<Result<Name>> {
    const ports = Object.values(request ?? {}).filter((value) => value instanceof MessagePort);
    return unseal(await pool!.run(request, { name, transferList: ports as never })) as Result<Name>;
  }

  const scoreContinuations: LanguageModel['scoreContinuations'] = (prompt, continuations, options = {}) =>
    call(options, async (ask, abort) => {
      const request = { prompt, continuations: [...continuations], abort };
      return (await meter.count(() => ask('score', request))).scores;
    });

  return {
    id: `transformers-js:${source.name}:${dtype ?? 'auto'}:${device}`,
    describe: () => ({
      id: `transformers-js:${source.name}:${dtype ?? 'auto'}:${device}`,
      kind: 'transformers-js',
      name: source.kind === 'hub' ? source.name : (source.name.split(/[\\/]/).filter(Boolean).pop() ?? source.name),
      state,
      facts: loaded === null ? null : { contextSize: loaded.contextSize, canScore: loaded.canScore },
      usage: meter.read(),
      weights: loaded?.weights ?? null,
      circuit: null,
    }),
    ready: async ({ signal } = {}) => {
      const { contextSize, canScore } = await untilAborted(load, signal);
      return { contextSize, canScore };
    },
    countTokens: (prompt, options = {}) => call(options, (ask) => ask('count', { prompt })),
    scoreContinuations,
    async chooseAmong(prompt, options, modelCall) {
      if (options.length === 0) throw new Error('a choice needs options');
      const scores = await scoreContinuations(prompt, options, modelCall);
      let index = 0;
      for (let i = 1; i < scores.length; i++) if (perToken(scores[i]!) > perToken(scores[index]!)) index = i;
      return { index, scores, means: 'scores' };
    },
    generate,
    async close() {
      if (state === 'closed') return;
      state = 'closed';
      for (const flag of flags) Atomics.store(flag, 0, 1);
      // Sessions are freed by the thread that made them; then it ends.
      if (loaded !== null) await pool?.run(null, { name: 'unload' }).catch(() => {});
      await pool?.destroy();
    },
  };

  async function generate(prompt: ModelPrompt, options: GenerateOptions): Promise<Generation> {
    const { maxTokens, temperature = 0, seed = 0, stop = [], onText } = options;
    const { port1, port2 } = new MessageChannel();
    let given = 0;
    port1.on('message', (piece: string) => {
      if (options.signal?.aborted) return;
      given += piece.length;
      onText?.(piece);
    });
    try {
      const { text, finish } = await call(options, (ask, abort) =>
        meter.count(() =>
          ask('generate', { prompt, maxTokens, temperature, seed, stop: [...stop], abort, pieces: port2 }),
        ),
      );
      // The result may overtake the last pieces.
      if (given < text.length) onText?.(text.slice(given));
      return { text, finish };
    } finally {
      port1.removeAllListeners('message');
      port1.close();
    }
  }
}

/** A short label is no likelier for being short. */
const perToken = ({ logProbability, tokens }: { logProbability: number; tokens: number }): number =>
  logProbability / Math.max(1, tokens);

function startThread(settings: LocalModelSettings): Piscina {
  const thread = new Piscina({
    filename: ENTRY,
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: CONCURRENT_CALLS,
    atomics: 'disabled',
    workerData: settings,
  });
  // A thread that breaks is replaced, and the new one loads again; without a listener the event would end the process.
  thread.on('error', () => {});
  return thread;
}
