// What a language model can do for Handful, wherever it runs: weigh continuations, choose among options, write text, count
// tokens. A model in this process and a server behind HTTP keep the same contract; test/contracts/language-model.ts is its suite.

/** Who says what in a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * What a model reads. Messages are rendered with the model's chat template up to the point where the assistant begins to
 * answer; a base model without a template gets their contents, one blank line between them. A string is read as it stands,
 * with what the model puts before every text (a start token) and nothing else; a server gets it as one user message.
 *
 * Contents are data: strings that a model reads as control tokens (`<|im_end|>` and their kin) are broken up before they
 * reach it, so no text of a person can end its own message.
 */
export type ModelPrompt = string | readonly ChatMessage[];

export interface ModelCall {
  /** Ends the call with a UserError `cancelled`; what is already on its way to a model stops at the next step. */
  readonly signal?: AbortSignal | undefined;
}

/** How likely a continuation is after a prompt. Divide by `tokens` to compare continuations of different lengths. */
export interface ContinuationScore {
  /** Natural logarithm, summed over the tokens. */
  readonly logProbability: number;
  /** Tokens that were summed; 1 where a server tells only the chance of the whole. */
  readonly tokens: number;
}

/** How a choice was made: by the model's own probabilities, by an answer held to the options, or by reading a free answer. */
export type ChoiceMeans = 'scores' | 'structured' | 'parsed';

export interface Choice {
  /** Which of the options. */
  readonly index: number;
  /** One a option, in their order; null where the model only said its answer. */
  readonly scores: readonly ContinuationScore[] | null;
  readonly means: ChoiceMeans;
}

export interface GenerateOptions extends ModelCall {
  /** Tokens after which the text is cut. */
  readonly maxTokens: number;
  /** 0, the default, always takes the likeliest token. */
  readonly temperature?: number | undefined;
  /** Seed of the chance behind a temperature; servers may ignore it. */
  readonly seed?: number | undefined;
  /** Texts that end the answer and are not part of it. */
  readonly stop?: readonly string[] | undefined;
  /** Gets the text piece by piece; the pieces add up to the result. */
  readonly onText?: ((piece: string) => void) | undefined;
}

export interface Generation {
  readonly text: string;
  /** `length`: cut at `maxTokens` or at the end of the context. */
  readonly finish: 'stop' | 'length';
}

/** What is known once a model is loaded, or a server has answered. */
export interface ModelFacts {
  /** Tokens that prompt and answer may have together. */
  readonly contextSize: number;
  /** Whether `scoreContinuations` works. */
  readonly canScore: boolean;
}

/** What a model did since the start: what it costs. */
export interface ModelUsage {
  readonly calls: number;
  readonly failures: number;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  readonly totalMs: number;
  /** Of the last call that succeeded; null before there was one. */
  readonly lastMs: number | null;
}

/** Protects a server that is in trouble, and the chat from waiting for it. */
export interface CircuitDescription {
  /** `open`: calls are refused at once; `half-open`: one call may try. */
  readonly state: 'closed' | 'open' | 'half-open';
  /** Failures since the last success. */
  readonly failures: number;
  /** Milliseconds until the next try is allowed; 0 when it is. */
  readonly retryInMs: number;
}

/** What `/model status` tells. Asking for it loads and calls nothing. */
export interface ModelDescription {
  readonly id: string;
  readonly kind: 'transformers-js' | 'openai-compatible' | 'fake';
  /** Short, for people. */
  readonly name: string;
  readonly state: 'unloaded' | 'loading' | 'ready' | 'failed' | 'closed';
  /** null until it is known. */
  readonly facts: ModelFacts | null;
  readonly usage: ModelUsage;
  /** Type of the weights, device, and bytes on disk of a loaded local model. */
  readonly weights: { readonly dtype: string; readonly device: string; readonly bytes: number } | null;
  readonly circuit: CircuitDescription | null;
}

/** A step of a download or a load. */
export interface LoadProgress {
  readonly file: string;
  readonly bytes: number;
  /** 0 where the size is not known. */
  readonly total: number;
}

export interface LanguageModel {
  /** Names model, weights and place for good: answers under one id come from one model. */
  readonly id: string;
  describe(): ModelDescription;
  /** Loads the model, or asks the server whether it is there; later calls get the same facts. */
  ready(options?: ModelCall): Promise<ModelFacts>;
  /** Tokens of a text alone, or of messages with everything that the template puts around them. */
  countTokens(prompt: ModelPrompt, options?: ModelCall): Promise<number>;
  /**
   * How likely each continuation is, in their order. Prompt and continuation are tokenised as one text; where the last letters
   * of the prompt melt into a continuation's first token, the sums of all of them begin at that token.
   */
  scoreContinuations(
    prompt: ModelPrompt,
    continuations: readonly string[],
    options?: ModelCall,
  ): Promise<ContinuationScore[]>;
  /** The option that the model takes. Throws a UserError `language-model` when it says none of them. */
  chooseAmong(prompt: ModelPrompt, options: readonly string[], call?: ModelCall): Promise<Choice>;
  generate(prompt: ModelPrompt, options: GenerateOptions): Promise<Generation>;
  /** Frees everything; running calls end with an error. */
  close(): Promise<void>;
}
