// Any server with OpenAI's chat completions: Ollama, llama.cpp, vLLM, LM Studio, the vendors. What it can do is tried once and
// remembered: log-probabilities, answers held to a schema, parameters that it refuses.

import { anySignal } from '../abort.js';
import { type Clock, systemClock } from '../clock.js';
import { UserError } from '../errors.js';
import type { Rng } from '../random.js';
import { createRng } from '../random.js';
import type { Choice, LanguageModel, ModelCall, ModelDescription, ModelFacts, ModelPrompt } from './language-model.js';
import { createCircuit } from './server/circuit.js';
import { estimatePrompt, estimateTokens } from './server/estimate.js';
import { createExchange, type OpenAnswer, type Retries, readText, type Timeouts } from './server/exchange.js';
import { explainFault, ServerFault } from './server/fault.js';
import { answerFormat, parseAnswer, parseStructured, scoresFromTokens } from './server/options.js';
import { createRequests } from './server/requests.js';
import { readEvents } from './server/sse.js';
import { type Completion, chunk, completion, errorAnswer } from './server/wire.js';
import { createTextStream } from './text-stream.js';
import { untilAborted } from './until-aborted.js';
import { createUsageMeter, type TokenCounts } from './usage.js';

export interface OpenAiOptions {
  /** `http://host/v1`, without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly key?: string | null | undefined;
  readonly contextSize?: number | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  readonly retries?: Partial<Retries> | undefined;
  /** Failed calls in a row after which the server is left alone for `pauseMs`. */
  readonly circuit?: { readonly failures?: number; readonly pauseMs?: number } | undefined;
  readonly clock?: Clock | undefined;
  readonly rng?: Rng | undefined;
}

export const DEFAULT_CONTEXT_SIZE = 4096;
const TIMEOUTS: Timeouts = { connectMs: 10_000, firstTokenMs: 60_000, totalMs: 180_000 };
const RETRIES: Retries = { attempts: 3, baseMs: 500, maxMs: 15_000 };
const CIRCUIT = { failures: 5, pauseMs: 30_000 };

/** Listed tokens a place: as many as OpenAI gives. */
const LISTED = 20;
/** Characters of a whole answer that is read at once. */
const MAX_ANSWER = 8 * 2 ** 20;
/** Characters a token has at most, on the average of a whole text: a stream beyond that does not heed `max_tokens`. */
const MAX_CHARACTERS_PER_TOKEN = 32;

export function createOpenAiModel(options: OpenAiOptions): LanguageModel {
  const { baseUrl, model, key = null, contextSize = DEFAULT_CONTEXT_SIZE, clock = systemClock } = options;
  const circuit = createCircuit({ ...CIRCUIT, ...options.circuit, clock });
  const rng = options.rng ?? createRng(0, 'back-off');
  const exchange = createExchange({
    baseUrl,
    model,
    key,
    circuit,
    clock,
    rng,
    timeouts: { ...TIMEOUTS, ...options.timeouts },
    retries: { ...RETRIES, ...options.retries },
  });
  const { host } = exchange;
  const requests = createRequests(model);
  const meter = createUsageMeter(clock);
  const closing = new AbortController();
  const id = `openai-compatible:${baseUrl}#${model}`;
  let state: ModelDescription['state'] = 'unloaded';
  let facts: Promise<ModelFacts> | null = null;
  let known: ModelFacts | null = null;

  type Fields = Readonly<Record<string, unknown>>;
  type Call<T> = (body: unknown, signal: AbortSignal | undefined) => Promise<T>;

  const checkOpen = (): void => {
    if (closing.signal.aborted) throw new Error('the language model is closed');
  };

  /** One call, without what the server refuses; faults become sentences. */
  async function ask<T>(prompt: ModelPrompt, fields: Fields, { signal }: ModelCall, call: Call<T>): Promise<T> {
    checkOpen();
    const either = signal === undefined ? closing.signal : anySignal(signal, closing.signal);
    const adapting = requests.adapting(fields);
    for (;;) {
      try {
        return await call(requests.body(prompt, fields), either);
      } catch (error) {
        checkOpen();
        if (!(error instanceof ServerFault)) throw error;
        if (!adapting(error)) throw explainFault(error, { host, model });
      }
    }
  }

  const complete = (prompt: ModelPrompt, fields: Fields, options: ModelCall): Promise<Completion & TokenCounts> =>
    meter.count(() =>
      ask(prompt, fields, options, async (body, signal) => {
        const answer = await exchange.send({ path: '/chat/completions', body, signal }, readCompletion);
        return { ...answer, ...countsOf(prompt, answer.choices[0]!.message.content ?? '', answer.usage) };
      }),
    );

  async function probe(): Promise<ModelFacts> {
    try {
      await ask('', {}, {}, (_, signal) =>
        exchange
          .send({ path: '/models', signal, quick: true }, async () => null)
          .catch((error: unknown) => {
            // Not every server has a list; whether this model is there, the next call tells.
            if (!(error instanceof ServerFault) || !['unknown-model', 'refused'].includes(error.kind)) throw error;
          }),
      );
      const fields = { max_tokens: 1, temperature: 0, logprobs: true, top_logprobs: LISTED };
      noteLogprobs(await complete('Hi', fields, {}));
      known = { contextSize, canScore: !requests.refused('logprobs') };
      state = 'ready';
      return known;
    } catch (error) {
      facts = null;
      state = 'failed';
      throw error;
    }
  }

  const ready = ({ signal }: ModelCall = {}): Promise<ModelFacts> =>
    untilAborted(async () => {
      checkOpen();
      if (facts === null) state = 'loading';
      facts ??= probe();
      return facts;
    }, signal);

  function noteLogprobs(answer: Completion): void {
    if ((answer.choices[0]!.logprobs?.content?.length ?? 0) === 0) requests.refuse('logprobs');
  }

  /** How the answer begins, as chances of the options; null where the server does not tell or the answer is another. */
  async function scored(prompt: ModelPrompt, options: readonly string[], call: ModelCall) {
    const fields = { max_tokens: answerTokens(options), temperature: 0, logprobs: true, top_logprobs: LISTED };
    const answer = await complete(prompt, fields, call);
    noteLogprobs(answer);
    const { logprobs, message } = answer.choices[0]!;
    const scores = scoresFromTokens(options, logprobs?.content ?? []);
    return { scores, said: message.content ?? '' };
  }

  return {
    id,
    describe: () => ({
      id,
      kind: 'openai-compatible',
      name: `${model} (${host})`,
      state: closing.signal.aborted ? 'closed' : state,
      facts: known,
      usage: meter.read(),
      weights: null,
      circuit: circuit.describe(),
    }),
    ready,
    countTokens: async (prompt) => estimatePrompt(prompt),

    async scoreContinuations(prompt, continuations, call = {}) {
      const { canScore } = await ready(call);
      if (!canScore) {
        throw new UserError('language-model', `The language model server ${host} gives no log-probabilities.`);
      }
      const { scores } = await scored(prompt, continuations, call);
      if (scores === null) {
        throw new UserError(
          'language-model',
          `${model} began its answer with none of the ${continuations.length} texts.`,
        );
      }
      return scores;
    },

    async chooseAmong(prompt, options, call = {}): Promise<Choice> {
      if (options.length === 0) throw new Error('a choice needs options');
      if (!requests.refused('logprobs')) {
        const { scores, said } = await scored(prompt, options, call);
        if (scores !== null) return { index: likeliest(scores), scores, means: 'scores' };
        const index = parseAnswer(said, options);
        if (index !== null) return { index, scores: null, means: 'parsed' };
      }
      const maxTokens = answerTokens(options) + 16;
      if (!requests.refused('response_format')) {
        const fields = { max_tokens: maxTokens, temperature: 0, response_format: answerFormat(options) };
        const said = textOf(await complete(prompt, fields, call));
        const index = parseStructured(said, options);
        if (typeof index === 'number') return { index, scores: null, means: 'structured' };
        // Free text in spite of the schema: the server does not know schemas.
        if (index === undefined) requests.refuse('response_format');
        const plain = parseAnswer(said, options);
        if (plain !== null) return { index: plain, scores: null, means: 'parsed' };
      }
      const reminder = `Answer with exactly one of these and nothing else: ${options.join(' | ')}`;
      const messages = typeof prompt === 'string' ? [{ role: 'user' as const, content: prompt }] : prompt;
      for (const asked of [messages, [...messages, { role: 'user' as const, content: reminder }]]) {
        const said = textOf(await complete(asked, { max_tokens: maxTokens, temperature: 0 }, call));
        const index = parseAnswer(said, options);
        if (index !== null) return { index, scores: null, means: 'parsed' };
      }
      throw new UserError('language-model', `${model} answered with none of the ${options.length} options, twice.`, {
        details: { fault: 'no-option' },
      });
    },

    async generate(prompt, { maxTokens, temperature = 0, seed, stop = [], onText, ...call }) {
      const fields = {
        max_tokens: maxTokens,
        temperature,
        ...(temperature > 0 && seed !== undefined ? { seed } : {}),
        // More than four are refused by some; the stream below ends at all of them.
        ...(stop.length > 0 ? { stop: stop.slice(0, 4) } : {}),
        stream: true,
        stream_options: { include_usage: true },
      };
      return meter
        .count(() =>
          ask(prompt, fields, call, async (body, signal) => {
            let out = false;
            const give = (piece: string): void => {
              out = true;
              onText?.(piece);
            };
            const read = (answer: OpenAnswer) => readStream(answer, prompt, { maxTokens, stop, give });
            return exchange.send({ path: '/chat/completions', body, signal }, read, () => out);
          }),
        )
        .then(({ text, finish }) => ({ text, finish }));
    },

    async close() {
      closing.abort();
    },
  };
}

const textOf = ({ choices }: Completion): string => choices[0]!.message.content ?? '';

const likeliest = (scores: readonly { logProbability: number }[]): number =>
  scores.reduce((best, { logProbability }, i) => (logProbability > scores[best]!.logProbability ? i : best), 0);

/** Room for the longest option, quotes included. */
const answerTokens = (options: readonly string[]): number => Math.max(...options.map(estimateTokens)) + 8;

function countsOf(prompt: ModelPrompt, text: string, usage: Completion['usage']): TokenCounts {
  return {
    promptTokens: usage?.prompt_tokens ?? estimatePrompt(prompt),
    generatedTokens: usage?.completion_tokens ?? estimateTokens(text),
  };
}

async function readCompletion({ response }: OpenAnswer): Promise<Completion> {
  const parsed = completion.safeParse(parseJson(await readText(response, MAX_ANSWER)));
  if (!parsed.success) throw new ServerFault('garbled');
  return parsed.data;
}

async function readStream(
  { response, alive }: OpenAnswer,
  prompt: ModelPrompt,
  { maxTokens, stop, give }: { maxTokens: number; stop: readonly string[]; give: (piece: string) => void },
): Promise<{ text: string; finish: 'stop' | 'length' } & TokenCounts> {
  const stream = createTextStream(stop, give);
  const end = (finish: 'stop' | 'length', usage: Completion['usage']) => {
    const text = stream.end();
    return { text, finish, ...countsOf(prompt, text, usage) };
  };
  if (response.headers.get('content-type')?.includes('application/json')) {
    const { choices, usage } = await readCompletion({ response, alive });
    const ended = stream.update(choices[0]!.message.content ?? '');
    return end(!ended && choices[0]!.finish_reason === 'length' ? 'length' : 'stop', usage);
  }
  let text = '';
  let reason: string | null = null;
  let usage: Completion['usage'] = null;
  for await (const data of readEvents(response.body ?? emptyBody())) {
    alive();
    if (data === '[DONE]') return end(reason === 'length' ? 'length' : 'stop', usage);
    const json = parseJson(data);
    const failed = errorAnswer.safeParse(json);
    if (failed.success) throw new ServerFault('dropped', '', { cause: failed.data });
    const parsed = chunk.safeParse(json);
    if (!parsed.success) throw new ServerFault('garbled');
    usage = parsed.data.usage ?? usage;
    const [choice] = parsed.data.choices;
    text += choice?.delta?.content ?? '';
    reason = choice?.finish_reason ?? reason;
    if (stream.update(text)) return end('stop', usage);
    // It was told when to stop, and goes on.
    if (text.length > maxTokens * MAX_CHARACTERS_PER_TOKEN) return end('length', usage);
  }
  // Some end without [DONE]; one that gave no reason either was cut off.
  if (reason === null) throw new ServerFault('dropped');
  return end(reason === 'length' ? 'length' : 'stop', usage);
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServerFault('garbled', '', { cause: error });
  }
}
