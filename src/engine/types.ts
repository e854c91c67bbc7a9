// The words of Handful as types: what goes into the engine and what comes out. No tensor appears here: the engine takes and
// gives plain data, so that it can live in worker threads.

import type { DataFacts } from './cascade/facts.js';
import type { Suspect } from './evaluate/confident-learning.js';
import type { SameMeaning } from './evaluate/same-meaning.js';
import type { TunerState } from './tuners/tuner.js';

/** One class of a task. The description helps the zero-shot answer and the prompt; the name is what people see. */
export interface LabelSpec {
  readonly name: string;
  readonly description?: string | undefined;
}

/** A text with its label: what answerers learn from. */
export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** One labelled problem, as the engine sees it. */
export interface TaskData {
  readonly instruction: string;
  readonly labels: readonly LabelSpec[];
  readonly examples: readonly LabelledText[];
}

/** What a run may learn from besides the task's examples; all of it was submitted to the same space on purpose. */
export interface Surroundings {
  /** Texts of the task that nobody labelled: for self-training and continued pre-training. */
  readonly unlabelled: readonly string[];
  /** Other tasks of the space: source tasks of the method `prototypes`. */
  readonly related: readonly TaskData[];
}

/** Names of the methods that the ladder knows; the order is cheapest first. */
export const METHOD_NAMES = [
  'in-context',
  'head',
  'self-training',
  'prompt',
  'freeze',
  'lora',
  'adapter',
  'prefix',
  'soft-prompt',
  'full',
  'contrastive',
  'prototypes',
  'pretrain',
] as const;
export type MethodName = (typeof METHOD_NAMES)[number];

/** Settings of a method by name, as `parseMethodOptions` gives them; what is not there has its default. */
export type MethodOptions = Readonly<Record<string, number | string | boolean>>;

/** Methods that learn from encoded texts in a thread; `prompt` asks a language model instead (cascade/measure-prompt.ts). */
export type FittedMethod = Exclude<MethodName, 'prompt'>;

export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/** An example that lies near a text; similarity is a cosine in [-1, 1]. */
export interface Neighbour extends LabelledText {
  readonly similarity: number;
}

/** A text for a language model, with the examples that it may be shown with: the nearest of each label. */
export interface PromptQuestion {
  readonly text: string;
  readonly nearest: readonly Neighbour[];
  /** `nearest` holds every example there is. */
  readonly complete: boolean;
}

export interface PromptRequest {
  readonly instruction: string;
  readonly labels: readonly LabelSpec[];
  readonly questions: readonly PromptQuestion[];
  /** One of the prompter's ways to ask. */
  readonly way: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Asks a language model which label fits a text: the method `prompt`. Prompts are no part of the engine, so whoever configures a
 * model hands one in; it runs on the main thread and only waits for the model.
 */
export interface Prompter {
  /** Names the language model for good: what was measured with one says nothing about another. */
  readonly id: string;
  /** Ways to ask, the default first; cross-validation may prefer another. */
  readonly ways: readonly string[];
  /** Loads the model. */
  ready(signal: AbortSignal): Promise<void>;
  /** Log-probabilities [questions, labels] by each label's text, calibrated by the prompt itself and not by any example. */
  logits(request: PromptRequest): Promise<Float32Array>;
}

/** What a version of the method `prompt` keeps; its demonstrations are the task's examples at the time of an answer. */
export interface PromptModel {
  /** `id` of the prompter. */
  readonly model: string;
  readonly way: string;
  readonly labels: readonly string[];
  /** What the model gives each label whatever the text, in nats: taken off the logits. */
  readonly bias: readonly number[];
  readonly temperature: number;
}

export interface Prediction {
  /** The answer, or null when the answerer abstains (the text looks like nothing it was taught). */
  readonly label: string | null;
  /** The most probable label, also when the answerer abstains. */
  readonly closest: string;
  /** Calibrated probability of `closest`. */
  readonly probability: number;
  /** Every label, most probable first; probabilities sum to 1. */
  readonly scores: readonly LabelProbability[];
  /** How like the task's examples the text is: cosine with the nearest label's centroid, and the least that is accepted. */
  readonly similarity: number;
  readonly threshold: number;
  /** Nearest examples, best first; only in-context answerers fill it. */
  readonly nearest: readonly Neighbour[];
  readonly method: MethodName;
}

/** What a finished training contributes to a version: a self-describing byte string (see registry/checkpoint). */
export type CheckpointBytes = Uint8Array;

/** Where an answerer comes from. `key` names it for good: other examples or weights need another key. */
export type AnswererSource =
  | {
      readonly kind: 'in-context';
      readonly key: string;
      /** null: the engine's own. */
      readonly encoder?: string | null;
      readonly load: () => TaskData | Promise<TaskData>;
    }
  | {
      readonly kind: 'checkpoint';
      readonly key: string;
      readonly load: () => CheckpointBytes | Promise<CheckpointBytes>;
    };

/** Progress of a cascade run. */
export type TrainEvent =
  | {
      readonly kind: 'progress';
      readonly method: MethodName | null;
      /** `download`: of an encoder; steps are megabytes. */
      readonly phase: 'download' | 'read' | 'measure' | 'train';
      /** 1-based, while a fold is measured. */
      readonly fold: number | null;
      readonly folds: number | null;
      readonly step: number;
      readonly steps: number;
      readonly loss: number | null;
      /** Of the whole run, 0 to 100, never falling. */
      readonly percent: number;
      readonly secondsLeft: number | null;
    }
  | { readonly kind: 'measured'; readonly rung: Rung };

/** Held-out quality of one method, by cross-validation on the task's own examples. */
export interface Measurement {
  /** Examples that were held out: all of the run, or the part that the budget allowed an expensive method. */
  readonly examples: number;
  readonly folds: number;
  readonly accuracy: number;
  /** Wilson 95 % interval of the accuracy. */
  readonly interval: readonly [low: number, high: number];
  readonly macroF1: number;
  /** Mean negative log-probability of the right label, after calibration, in nats. */
  readonly logLoss: number;
  /** Expected calibration error, 15 bins. */
  readonly ece: number;
  readonly temperature: number;
  /** confusion[i][j]: examples of label i answered as label j, in the order of the task's labels. */
  readonly confusion: readonly (readonly number[])[];
  /** The examples that went most wrong, worst first. */
  readonly worst: readonly WorstExample[];
}

export interface WorstExample extends LabelledText {
  readonly answered: string;
  readonly probability: number;
}

/** A challenger beside a holder on the same folds, example by example. */
export interface Comparison {
  readonly holder: MethodName;
  readonly challenger: MethodName;
  /** Examples that only the challenger, only the holder got right. */
  readonly wins: number;
  readonly losses: number;
  /** Mean gain of held-out log-probability, challenger minus holder, in nats. */
  readonly logProbabilityGain: number;
  readonly better: boolean;
}

/** Why a method was not measured; all times in seconds. */
export type RungReason =
  | { readonly kind: 'nothing-to-tune'; readonly encoder: string }
  /** Too few texts without a label. */
  | { readonly kind: 'no-unlabelled'; readonly found: number; readonly least: number }
  /** No other task of the space has enough labels and examples. */
  | { readonly kind: 'no-related' }
  | { readonly kind: 'over-budget'; readonly needed: number; readonly left: number }
  | { readonly kind: 'unfinished'; readonly budget: number }
  | { readonly kind: 'error'; readonly message: string };

/** How a training got by with too little memory. */
export interface MemoryUse {
  /** Parts in which steps were taken; 1: whole. */
  readonly parts: number;
  /** Backend that it went on with; null: the one that it began with. */
  readonly backend: string | null;
}

/** One step of the ladder: a method that was tried, or why it was not. */
export interface Rung {
  readonly method: MethodName;
  /** Settings that differ from the defaults. */
  readonly options?: MethodOptions;
  /** Only where memory ran out on the way. */
  readonly memory?: MemoryUse;
  readonly status: 'measured' | 'skipped' | 'failed';
  /** Why it was skipped or what failed; null when measured. */
  readonly reason: RungReason | null;
  readonly measurement: Measurement | null;
  readonly comparison: Comparison | null;
  /** Seconds for cross-validation and for the final fit on all examples (0 when there was none). */
  readonly measureSeconds: number;
  readonly trainSeconds: number;
}

export type StopReason = 'target-met' | 'cannot-tell' | 'ladder-done' | 'budget-spent';

/** The record of a cascade run: everything that is needed to explain it and to run it again. */
export interface CascadeRecord {
  readonly encoder: string;
  readonly backend: string;
  readonly seed: number;
  readonly target: number;
  readonly labels: readonly string[];
  readonly examples: number;
  /** Fingerprint of the labelled texts the run saw. */
  readonly fingerprint: string;
  readonly rungs: readonly Rung[];
  readonly chosen: MethodName;
  readonly stopped: StopReason;
  readonly seconds: number;
  /** Feature blocks that cross-validation chose for trained methods. */
  readonly blocks: readonly string[];
  /** What the data is like; records of older versions lack this and what follows. */
  readonly facts?: DataFacts;
  /** Examples that the chosen answerer, when it did not see them, was sure are something else; the most suspicious first. */
  readonly suspects?: readonly Suspect[];
  /** Labels that nothing seems to tell apart. */
  readonly sameMeaning?: readonly SameMeaning[];
  /** Accuracy of the final answerer on the examples it learned from. */
  readonly trainAccuracy?: number;
}

export interface CascadeRequest {
  readonly data: TaskData;
  readonly surroundings?: Surroundings;
  /** null: the engine's own. */
  readonly encoder?: string | null;
  /** Settings of the methods that were asked for by name. */
  readonly options?: MethodOptions;
  /** A LoRA that was trained elsewhere on the same encoder (`importPeft`): the method `lora` takes it instead of training one. */
  readonly lora?: TunerState;
  /** Search for the settings of the methods that tune the encoder, with half of the time. */
  readonly search?: boolean;
  /** Methods to try, cheapest first; `auto` leaves it to the data. */
  readonly methods: 'auto' | readonly MethodName[];
  /** Method that answers now: always measured, so that nothing is promoted without a paired comparison. */
  readonly incumbent: MethodName;
  /** Accuracy at which the ladder stops, in (0, 1]. */
  readonly target: number;
  readonly seed: number;
  readonly budgetSeconds: number;
  /** Measure every method, also after the target is met, and fit each on all examples (used by `eval`). */
  readonly exhaustive?: boolean;
}

export interface CascadeResult {
  readonly record: CascadeRecord;
  /** A checkpoint for each trained method that was fitted on all examples; at least the chosen one unless it is in-context. */
  readonly checkpoints: Readonly<Partial<Record<MethodName, CheckpointBytes>>>;
}

export interface BackendDescription {
  readonly name: 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
  /** Library with its version, and what it computes on, with the driver where the library tells. */
  readonly version?: string;
  readonly device?: string;
  /** For each better backend: why it does not run here and what would help. */
  readonly better: readonly { readonly name: string; readonly why: string; readonly help: string }[];
}

export interface EngineDescription {
  readonly encoder: string;
  readonly backend: BackendDescription;
}

/** Everything that the rest of Handful asks of the engine. One engine serves all spaces; all heavy work runs in worker threads. */
export interface Engine {
  /** Loads the engine's own encoder and says what runs here. */
  describe(): Promise<EngineDescription>;
  /** Predictions in the order of the texts. `load` of the source is called only when the engine does not hold that key. */
  predict(source: AnswererSource, texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Prediction[]>;
  /** A vector of unit length for each text (all zeros for one without known words); near means alike, across English and Chinese too. */
  embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Float32Array[]>;
  /**
   * Walks the ladder (design: in-context, head, prompt, LoRA) and says what should answer. Throws a UserError `too-few-examples`
   * (nothing to measure), `cancelled` (the signal) or `training-failed` (NaN loss, out of memory).
   */
  runCascade(
    request: CascadeRequest,
    options?: {
      signal?: AbortSignal;
      onEvent?: (event: TrainEvent) => void;
      /** Without one the ladder has no `prompt`. */
      prompter?: Prompter | null;
    },
  ): Promise<CascadeResult>;
  close(): Promise<void>;
}

/** Where encoders from a hub are kept and come from. */
export interface EncoderFiles {
  /** HANDFUL_HOME: downloads go to `models/<owner>/<name>` in it. */
  readonly home: string;
  /** HF_ENDPOINT; null: the model hub itself. */
  readonly hub: string | null;
}

export interface EngineOptions {
  /** `embedded`, `use-lite`, `static-en-zh`, `hashing`, or a sentence encoder of the BERT family: a folder or a hub id. */
  readonly encoder: string;
  /** Where encoders from a hub are kept and come from; default: `~/.handful`, and the hub that everybody uses. */
  readonly files?: EncoderFiles;
  readonly backend: 'auto' | 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';
  /** Worker threads for training; default: as many as the machine has cores, at most 4. */
  readonly trainingThreads?: number;
}
