// What the main thread asks of a model's thread. Everything here crosses threads by structured clone.

import type { MessagePort } from 'node:worker_threads';
import type { ContinuationScore, Generation, ModelFacts, ModelPrompt } from '../language-model.js';
import type { TokenCounts } from '../usage.js';

/** 1 once the caller has given up. Shared memory is seen between two steps; a message would wait until the end. */
export type AbortFlag = Int32Array<SharedArrayBuffer>;

export interface LoadedFacts extends ModelFacts {
  readonly weights: { readonly dtype: string; readonly device: string; readonly bytes: number };
}

/** The functions of a model's thread by name. */
export interface ModelCalls {
  /** Progress goes to the port. */
  load: { request: { readonly progress: MessagePort }; result: LoadedFacts };
  count: { request: { readonly prompt: ModelPrompt }; result: number };
  score: {
    request: { readonly prompt: ModelPrompt; readonly continuations: readonly string[]; readonly abort: AbortFlag };
    result: { readonly scores: ContinuationScore[] } & TokenCounts;
  };
  generate: {
    request: {
      readonly prompt: ModelPrompt;
      readonly maxTokens: number;
      readonly temperature: number;
      readonly seed: number;
      readonly stop: readonly string[];
      readonly abort: AbortFlag;
      /** Where pieces of text go. */
      readonly pieces: MessagePort;
    };
    result: Generation & TokenCounts;
  };
  /** Waits for what runs, and frees the model. */
  unload: { request: null; result: null };
}
