// A language model as the prompter that the cascade measures and that versions of the method `prompt` answer with: log-probabilities
// of the labels, calibrated by the prompt itself, averaged over several orders of the demonstrations.

import {
  createRng,
  isUserError,
  type LabelSpec,
  type LanguageModel,
  type Prompter,
  type PromptQuestion,
  type PromptRequest,
  type Rng,
} from '../../engine/index.js';
import {
  buildPrompt,
  CONTENT_FREE,
  logSoftmax,
  meanOf,
  ordersOf,
  type Prompt,
  type PromptContent,
  parseWay,
  type Way,
  wayName,
  withoutBias,
  wordBags,
} from '../../prompts/index.js';
import { fitDemonstrations, REASON_TOKENS } from './fitted-prompt.js';

export interface PrompterOptions {
  /** Ways to try, the default first (ways.ts). */
  readonly ways: readonly Way[];
  /** Seconds after which no further order of the demonstrations is begun. */
  readonly secondsForOrders?: number | undefined;
  readonly now?: (() => number) | undefined;
}

/** In nats, one a label. */
type Bias = readonly number[];

/** Texts of random words, beside the content-free ones; only where the prompt serves many questions. */
const WORD_BAGS = 8;
/** Prompts whose bias is remembered. */
const BIASES_KEPT = 64;
const SECONDS_FOR_ORDERS = 3;
/** A model that only says its answer is taken to be this sure of it. */
const SAID = 0.9;
/** Questions of one request that a server gets at once. */
const AT_ONCE = 4;
/** Labels that a prompt offers: of tasks with more, those of the nearest examples. */
export const MOST_LABELS = 40;
/** What a label that was not offered is worth below the least likely one, in nats. */
const NOT_OFFERED = 2;

export function createPrompter(model: LanguageModel, options: PrompterOptions): Prompter {
  const isServer = model.describe().kind === 'openai-compatible';
  const { ways, secondsForOrders = SECONDS_FOR_ORDERS } = options;
  const { now = () => performance.now() } = options;
  const biases = new Map<string, Promise<Bias>>();

  /** Log-probabilities of the answers, each by its mean token, so that a short label is not likelier for being short. */
  async function score({ prompt, answers }: Prompt, signal: AbortSignal): Promise<number[]> {
    const { index, scores } = await model.chooseAmong(prompt, answers, { signal });
    if (scores !== null)
      return logSoftmax(scores.map(({ logProbability, tokens }) => logProbability / Math.max(1, tokens)));
    const other = Math.log((1 - SAID) / Math.max(1, answers.length - 1));
    return answers.map((_, i) => (i === index ? Math.log(SAID) : other));
  }

  async function withReasons(way: Way, content: PromptContent, signal: AbortSignal): Promise<Prompt> {
    const asked = buildPrompt(way.kind, content);
    if (way.kind !== 'chain-of-thought') return asked;
    const { text } = await model.generate(asked.prompt, { maxTokens: REASON_TOKENS, stop: ['\n\n'], signal });
    return buildPrompt(way.kind, content, text);
  }

  /** What the prompt makes the model say about texts that say nothing. */
  function biasOf(way: Way, content: PromptContent, options: { bags: number; signal: AbortSignal }): Promise<Bias> {
    const { bags, signal } = options;
    const key = `${wayName(way)} ${buildPrompt(way.kind, { ...content, text: '' }).context}`;
    const known = biases.get(key);
    if (known !== undefined) {
      // Whoever asked first may have gone away meanwhile; that is no reason to fail here.
      return known.catch((error: unknown) => {
        if (signal.aborted || !isUserError(error) || error.code !== 'cancelled') throw error;
        return biasOf(way, content, options);
      });
    }
    const measure = async (): Promise<Bias> => {
      const rng = createRng(key, 'word-bags');
      const rows: number[][] = [];
      for (const text of [...CONTENT_FREE, ...wordBags(content.demonstrations, { count: bags, rng })]) {
        rows.push(await score(buildPrompt(way.kind, { ...content, text }), signal));
      }
      return meanOf(rows);
    };
    const measured = measure();
    biases.set(key, measured);
    for (const oldest of biases.keys()) {
      if (biases.size <= BIASES_KEPT) break;
      biases.delete(oldest);
    }
    measured.catch(() => biases.delete(key));
    return measured;
  }

  async function answer(request: PromptRequest, question: PromptQuestion, way: Way): Promise<number[]> {
    const { instruction, signal, seed } = request;
    const labels = offered(request.labels, question);
    const task = { instruction, labels };
    const fitted = await fitDemonstrations(model, { task, question, way }, signal);
    const { whole } = fitted;
    const rng = orderRng(seed);
    const started = now();
    const rows: number[][] = [];
    for (const demonstrations of ordersOf(fitted.demonstrations, { count: way.orders, whole, rng })) {
      if (rows.length > 0 && now() - started > secondsForOrders * 1000) break;
      const content: PromptContent = { ...task, demonstrations, text: question.text };
      const scores = await score(await withReasons(way, content, signal), signal);
      // Servers are paid by the call, and reasons differ from text to text: batch calibration alone must do there.
      const calibrates = !isServer && way.kind !== 'chain-of-thought';
      const bags = whole ? WORD_BAGS : 0;
      rows.push(calibrates ? withoutBias(scores, await biasOf(way, content, { bags, signal })) : scores);
    }
    return spread(meanOf(rows), labels, request.labels);
  }

  return {
    id: model.id,
    ways: ways.map(wayName),
    ready: async (signal) => void (await model.ready({ signal })),
    async logits(request) {
      const way = parseWay(request.way);
      if (way === null) throw new Error(`there is no way to prompt called ${request.way}`);
      const { questions, labels } = request;
      const out = new Float32Array(questions.length * labels.length);
      const step = isServer ? AT_ONCE : 1;
      for (let from = 0; from < questions.length; from += step) {
        const part = questions.slice(from, from + step);
        const rows = await Promise.all(part.map((question) => answer(request, question, way)));
        for (const [i, row] of rows.entries()) out.set(row, (from + i) * labels.length);
      }
      return out;
    },
  };
}

/** Chance of the orders: the same for every question, so that prompts of one task begin alike. */
export const orderRng =
  (seed: number) =>
  (order: number): Rng =>
    createRng(seed, 'order', order);

/** The labels that a prompt offers, in the order of the task. */
export function offered(labels: readonly LabelSpec[], { nearest }: PromptQuestion): readonly LabelSpec[] {
  if (labels.length <= MOST_LABELS) return labels;
  const ranked = [...nearest].sort((a, b) => b.similarity - a.similarity).map(({ label }) => label);
  const near = new Set([...new Set(ranked)].slice(0, MOST_LABELS));
  const kept = labels.filter(({ name }) => near.has(name));
  return kept.length >= 2 ? kept : labels.slice(0, MOST_LABELS);
}

/** Scores of the offered labels at the places of all. */
function spread(scores: readonly number[], among: readonly LabelSpec[], labels: readonly LabelSpec[]): number[] {
  const byName = new Map(among.map(({ name }, i) => [name, scores[i]!]));
  const least = Math.min(...scores) - NOT_OFFERED;
  return labels.map(({ name }) => byName.get(name) ?? least);
}
