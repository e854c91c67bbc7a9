// A language model without a model, for tests of what is built on one: it says what the test tells it to, keeps the contract,
// and remembers what it was asked.

import { isUserError, UserError } from '../../../src/engine/errors.js';
import type {
  LanguageModel,
  ModelCall,
  ModelPrompt,
  ModelUsage,
} from '../../../src/engine/language-model/language-model.js';
import { createTextStream } from '../../../src/engine/language-model/text-stream.js';
import { createRng } from '../../../src/engine/random.js';

export interface FakeModelOptions {
  /** The text it writes. */
  readonly answer?: (prompt: ModelPrompt) => string;
  /** Log-probability of a continuation; arbitrary but fixed unless given. */
  readonly score?: (prompt: ModelPrompt, continuation: string) => number;
  readonly canScore?: boolean;
  readonly contextSize?: number;
  /** Thrown by every call. */
  readonly error?: () => Error | null;
}

export interface FakeModel extends LanguageModel {
  /** What it was asked to score, choose or continue, in order. */
  readonly prompts: ModelPrompt[];
}

/** Words are its tokens. */
const wordsOf = (text: string): string[] => text.match(/\s*\S+/gu) ?? [];
const textOf = (prompt: ModelPrompt): string =>
  typeof prompt === 'string' ? prompt : prompt.map(({ role, content }) => `${role}: ${content}`).join('\n');

export function createFakeModel(options: FakeModelOptions = {}): FakeModel {
  const { answer = () => 'one two three four', canScore = true, contextSize = 2048, error = () => null } = options;
  const score = options.score ?? ((prompt, text) => -10 * createRng(textOf(prompt), text).uniform());
  const prompts: ModelPrompt[] = [];
  let usage: ModelUsage = { calls: 0, failures: 0, promptTokens: 0, generatedTokens: 0, totalMs: 0, lastMs: null };
  let state = 'unloaded' as 'unloaded' | 'ready' | 'closed';

  async function work<T>({ signal }: ModelCall, prompt: ModelPrompt | null, run: () => Promise<T>): Promise<T> {
    const check = (): void => {
      if (state === 'closed') throw new Error('the language model is closed');
      if (signal?.aborted) throw new UserError('cancelled', 'The request to the language model was cancelled.');
    };
    check();
    state = 'ready';
    if (prompt !== null) {
      prompts.push(prompt);
      usage = { ...usage, calls: usage.calls + 1, promptTokens: usage.promptTokens + wordsOf(textOf(prompt)).length };
    }
    try {
      const failure = error();
      if (failure !== null) throw failure;
      await new Promise((resolve) => setImmediate(resolve));
      check();
      const result = await run();
      if (prompt !== null) usage = { ...usage, lastMs: 0 };
      return result;
    } catch (failure) {
      if (!isUserError(failure) || failure.code !== 'cancelled') usage = { ...usage, failures: usage.failures + 1 };
      throw failure;
    }
  }

  const scoreContinuations: LanguageModel['scoreContinuations'] = (prompt, continuations, call = {}) =>
    work(call, prompt, async () => {
      if (!canScore) throw new UserError('language-model', 'This model gives no log-probabilities.');
      return continuations.map((text) => ({
        logProbability: score(prompt, text),
        tokens: Math.max(1, wordsOf(text).length),
      }));
    });

  return {
    id: 'fake',
    prompts,
    describe: () => ({
      id: 'fake',
      kind: 'fake',
      name: 'fake',
      state,
      facts: state === 'ready' ? { contextSize, canScore } : null,
      usage,
      weights: null,
      circuit: null,
    }),
    ready: (call = {}) => work(call, null, async () => ({ contextSize, canScore })),
    countTokens: (prompt, call = {}) => work(call, null, async () => wordsOf(textOf(prompt)).length),
    scoreContinuations,
    async chooseAmong(prompt, choices, call = {}) {
      if (canScore) {
        const scores = await scoreContinuations(prompt, choices, call);
        const best = Math.max(...scores.map(({ logProbability }) => logProbability));
        return { index: scores.findIndex(({ logProbability }) => logProbability === best), scores, means: 'scores' };
      }
      return work(call, prompt, async () => {
        const index = choices.indexOf(answer(prompt));
        if (index < 0) throw new UserError('language-model', 'The model answered with none of the options, twice.');
        return { index, scores: null, means: 'parsed' };
      });
    },
    generate: (prompt, { maxTokens, stop = [], onText, ...call }) =>
      work(call, prompt, async () => {
        const stream = createTextStream(stop, onText);
        const words = wordsOf(answer(prompt));
        let text = '';
        for (const word of words.slice(0, maxTokens)) {
          await new Promise((resolve) => setImmediate(resolve));
          if (call.signal?.aborted)
            throw new UserError('cancelled', 'The request to the language model was cancelled.');
          text += word;
          if (stream.update(text)) return { text: stream.end(), finish: 'stop' };
        }
        return { text: stream.end(), finish: words.length > maxTokens ? 'length' : 'stop' };
      }),
    async close() {
      state = 'closed';
    },
  };
}
