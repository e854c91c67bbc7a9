// What the main thread asks of an engine thread. Everything here crosses threads by structured clone.

import type { MessagePort } from 'node:worker_threads';
import type { Scope } from '../answerers/scope.js';
import type { Expert } from '../answerers/trained-model.js';
import type { DataFacts, FactsInput } from '../cascade/facts.js';
import type { FitInput } from '../cascade/method.js';
import type { WeightedBlock } from '../encoders/blocks.js';
import { type ErrorCode, UserError } from '../errors.js';
import type { EncodedTexts } from '../features.js';
import type { NativeGuard } from '../native-guard.js';
import type {
  AnswererSource,
  BackendDescription,
  CheckpointBytes,
  EncoderFiles,
  EngineOptions,
  FittedMethod,
  MemoryUse,
  MethodOptions,
  Prediction,
  TaskData,
} from '../types.js';

/** Given to each thread at its start. */
export interface ThreadSettings {
  readonly backend: EngineOptions['backend'];
  readonly files: EncoderFiles;
  readonly cacheBytes: number;
  readonly guard: NativeGuard;
  /** Training threads step back behind the chat. */
  readonly lowPriority: boolean;
}

export interface EncodeRequest extends Guarded {
  readonly texts: readonly string[];
  readonly encoders: readonly string[];
}

export interface EncodeResult {
  readonly vectors: EncodedTexts['vectors'];
  /** What it took, loading of the encoders left out. */
  readonly seconds: number;
}

/** What `dataFacts` counts from. */
export type FactsRequest = Pick<FactsInput, 'data' | 'encoder' | 'unlabelled'>;

/** Which fold each text belongs to: stratified by label, near duplicates together. */
export interface SplitRequest {
  readonly texts: readonly string[];
  readonly right: Int32Array;
  readonly folds: number;
  readonly seed: number;
}

export interface PredictRequest {
  readonly encoder: string;
  readonly kind: AnswererSource['kind'];
  readonly key: string;
  readonly texts: readonly string[];
  /** What `key` stands for; null when the thread should hold it already. */
  readonly definition:
    | { readonly kind: 'in-context'; readonly data: TaskData }
    | { readonly kind: 'checkpoint'; readonly bytes: CheckpointBytes }
    | null;
}

/** A call that may compute natively: aborting it waits for that. */
interface Guarded {
  readonly guard?: NativeGuard;
}

/** `missing`: the thread does not hold the key; ask again with the definition. */
export type PredictResult =
  | { readonly kind: 'predictions'; readonly predictions: Prediction[] }
  | { readonly kind: 'missing' };

export interface FitRequest
  extends Guarded,
    Pick<FitInput, 'right' | 'classes' | 'names' | 'join' | 'tunable' | 'seed' | 'unlabelled' | 'related' | 'given'> {
  readonly method: FittedMethod;
  /** Settings that differ from the method's defaults. */
  readonly options: MethodOptions;
  /** All examples of the run, with vectors in shared memory; `right` has a label for each. */
  readonly encoded: EncodedTexts;
  /** Indices of the examples to learn from and of those to answer. */
  readonly shots: Int32Array;
  readonly held: Int32Array;
  /** Blocks of the out-of-scope rule, for the answerer that will be kept; null for a fold. */
  readonly scope: readonly WeightedBlock[] | null;
  /** Where step reports go. */
  readonly progress: MessagePort;
}

export interface FitResult {
  /** Of each expert. */
  readonly logits: readonly Float32Array[];
  readonly experts: readonly Expert[] | null;
  readonly scope: Scope | null;
  /** What the fit took. */
  readonly seconds: number;
  readonly memory: MemoryUse | null;
}

/** The shots nearest to each held-out example, as the answerer in context sees them. */
export interface NearestRequest extends Pick<FitInput, 'right' | 'classes' | 'names' | 'join' | 'seed'> {
  readonly encoded: EncodedTexts;
  readonly shots: Int32Array;
  readonly held: Int32Array;
}

/** For each held-out example its shots, best first: index of the example and cosine. */
export type NearestResult = readonly (readonly { readonly example: number; readonly similarity: number }[])[];

/** The functions of an engine thread by name. */
export interface ThreadCalls {
  describe: { request: null; result: BackendDescription };
  encode: { request: EncodeRequest; result: EncodeResult };
  facts: { request: FactsRequest; result: DataFacts };
  split: { request: SplitRequest; result: Int32Array };
  predict: { request: PredictRequest; result: PredictResult };
  fit: { request: FitRequest; result: FitResult };
  nearest: { request: NearestRequest; result: NearestResult };
}

/** Errors keep their class only inside a thread: they travel as data. */
export type Sealed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** null: a bug, not a mistake of a person */
      readonly code: ErrorCode | null;
      /** JSON of the error's details */
      readonly details: string;
      readonly message: string;
      readonly stack: string | undefined;
    };

export async function seal<T>(run: () => Promise<T>): Promise<Sealed<T>> {
  try {
    return { ok: true, value: await run() };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    if (!(error instanceof UserError)) return { ok: false, code: null, details: '{}', message, stack };
    return { ok: false, code: error.code, details: JSON.stringify(error.details), message, stack };
  }
}

export function unseal<T>(sealed: Sealed<T>): T {
  if (sealed.ok) return sealed.value;
  const { code, message } = sealed;
  const error =
    code === null ? new Error(message) : new UserError(code, message, { details: JSON.parse(sealed.details) });
  if (sealed.stack !== undefined) error.stack = sealed.stack;
  throw error;
}
