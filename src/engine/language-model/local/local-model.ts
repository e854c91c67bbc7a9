// A loaded model of transformers.js, as its thread holds it.

import type { PreTrainedModel, PreTrainedTokenizer } from '@xenova/transformers';
import { UserError } from '../../errors.js';
import { createRng } from '../../random.js';
import type { ContinuationScore, Generation, ModelPrompt } from '../language-model.js';
import { createTextStream } from '../text-stream.js';
import type { TokenCounts } from '../usage.js';
import { createDecoder } from './decoder.js';
import { generateTokens } from './generate.js';
import { createPrefixCache, sharedPrefix } from './prefix-cache.js';
import { scoreWhole } from './score.js';
import { beginningOf, createTokens } from './tokens.js';

export interface LocalModelParts {
  readonly name: string;
  readonly model: PreTrainedModel;
  readonly tokenizer: PreTrainedTokenizer;
  readonly template: string | null;
  /** Bytes for pasts of prompts that were read, and as many for one batch. */
  readonly cacheBytes: number;
}

export interface LocalGenerateOptions {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly stop: readonly string[];
  readonly onText: (piece: string) => void;
  readonly checkpoint: () => void;
}

export interface LocalModel {
  readonly contextSize: number;
  countTokens(prompt: ModelPrompt): number;
  score(
    prompt: ModelPrompt,
    continuations: readonly string[],
    checkpoint: () => void,
  ): Promise<{ scores: ContinuationScore[] } & TokenCounts>;
  generate(prompt: ModelPrompt, options: LocalGenerateOptions): Promise<Generation & TokenCounts>;
  /** Bytes of what is kept of prompts. */
  cachedBytes(): number;
  release(): Promise<void>;
}

export function createLocalModel({ name, model, tokenizer, template, cacheBytes }: LocalModelParts): LocalModel {
  const decoder = createDecoder(model);
  const tokens = createTokens(tokenizer, template);
  const prefixes = createPrefixCache(cacheBytes);
  const ends = endTokens(model, tokenizer);
  const contextSize = contextSizeOf(model, tokenizer);
  const beginning = beginningOf(tokenizer);
  const checkLength = (length: number, answer: number): void => {
    if (length + answer <= contextSize) return;
    throw new UserError(
      'limit',
      `The prompt has ${length} tokens, and ${name} reads at most ${contextSize} with its answer. Use fewer or shorter examples.`,
      { details: { tokens: length, contextSize } },
    );
  };
  return {
    contextSize,
    countTokens: tokens.count,
    async score(prompt, continuations, checkpoint) {
      const whole = continuations.map((continuation) => tokens.encode(prompt, continuation));
      const alone = tokens.encode(prompt);
      let start = Math.min(...whole.map((ids) => sharedPrefix([alone, ids])));
      if (start === 0 && whole.length > 0) {
        if (beginning === undefined) throw new UserError('bad-input', `${name} cannot judge a text without a prompt.`);
        for (const ids of whole) ids.unshift(beginning);
        start = 1;
      }
      const longest = Math.max(0, ...whole.map(({ length }) => length));
      checkLength(longest, 0);
      const reader = { decoder, prefixes, checkpoint };
      const scores = await scoreWhole({ reader, whole, start, batchBytes: cacheBytes });
      return { scores, promptTokens: alone.length, generatedTokens: 0 };
    },
    async generate(prompt, options) {
      const ids = tokens.encode(prompt);
      if (ids.length === 0 && beginning !== undefined) ids.push(beginning);
      checkLength(ids.length, 1);
      const stream = createTextStream(options.stop, options.onText);
      const { finish, tokens: written } = await generateTokens({
        reader: { decoder, prefixes, checkpoint: options.checkpoint },
        prompt: ids,
        maxTokens: Math.min(options.maxTokens, contextSize - ids.length),
        temperature: options.temperature,
        rng: createRng(options.seed, 'generate'),
        ends,
        decode: tokens.decode,
        stream,
      });
      return { text: stream.end(), finish, promptTokens: ids.length, generatedTokens: written };
    },
    cachedBytes: prefixes.size,
    async release() {
      prefixes.clear();
      await decoder.release();
    },
  };
}

/** Tokens that end an answer, wherever the model's files name them. */
function endTokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizer): ReadonlySet<number> {
  const sources = [
    (model as { generation_config?: { eos_token_id?: unknown } | null }).generation_config?.eos_token_id,
    (model.config as { eos_token_id?: unknown }).eos_token_id,
    (tokenizer as { eos_token_id?: unknown }).eos_token_id,
  ];
  return new Set(sources.flat().filter((id): id is number => typeof id === 'number'));
}

/** Names that configurations have for the same thing. */
const CONTEXT_SIZES = ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len', 'seq_length'] as const;

/** Where the files do not tell. */
const DEFAULT_CONTEXT_SIZE = 2048;

function contextSizeOf(model: PreTrainedModel, tokenizer: PreTrainedTokenizer): number {
  const config = model.config as unknown as Record<string, unknown>;
  const text = (config.text_config ?? {}) as Record<string, unknown>;
  const told = [...CONTEXT_SIZES.map((name) => config[name] ?? text[name]), tokenizer.model_max_length];
  // Tokenizers without a limit say 1e30.
  const sizes = told.filter((size): size is number => typeof size === 'number' && size > 0 && size < 1e9);
  return sizes.length === 0 ? DEFAULT_CONTEXT_SIZE : Math.min(...sizes);
}
