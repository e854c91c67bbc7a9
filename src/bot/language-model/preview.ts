// The very prompt that a question would send: of the first order, within the budget. Without a language model that answers, one of
// the same kind within so many characters.

import { isUserError, type LanguageModel, type ModelPrompt, type PromptQuestion } from '../../engine/index.js';
import {
  buildPrompt,
  fitBudget,
  mostDemonstrations,
  ordersOf,
  type PromptTask,
  parseWay,
  promptText,
  selectDemonstrations,
  type Way,
} from '../../prompts/index.js';
import type { LanguageModelConfig } from '../config.js';
import { type FittedDemonstrations, fitDemonstrations, MOST_DEMONSTRATIONS } from './fitted-prompt.js';
import { offered, orderRng } from './prompter.js';
import { waysFor } from './ways.js';

export interface Preview {
  readonly prompt: ModelPrompt;
  readonly way: Way;
  readonly demonstrations: number;
  /** Chosen, and left out because they did not fit. */
  readonly dropped: number;
  /** null: counted in characters, for want of a model. */
  readonly tokens: number | null;
}

export interface PreviewRequest {
  readonly task: PromptTask;
  readonly question: PromptQuestion;
  /** Of the version that answers; null: the default. */
  readonly way: string | null;
  readonly seed: number;
  readonly wanted: Pick<LanguageModelConfig, 'prompt'> | null;
}

/** About 1,000 tokens: what small chat models read at ease. */
const BUDGET_CHARACTERS = 4_000;

export async function previewPrompt(request: PreviewRequest, model: LanguageModel | null): Promise<Preview> {
  const { question, seed, wanted } = request;
  const kind = wanted?.prompt ?? 'few-shot';
  const fallback: Way = model === null ? { kind, orders: 1 } : waysFor(model, wanted)[0]!;
  const way = (request.way === null ? null : parseWay(request.way)) ?? fallback;
  const task: PromptTask = { instruction: request.task.instruction, labels: offered(request.task.labels, question) };
  const build = ({ demonstrations, whole }: FittedDemonstrations): ModelPrompt => {
    const [first] = ordersOf(demonstrations, { count: 1, whole, rng: orderRng(seed) });
    return buildPrompt(way.kind, { ...task, demonstrations: first!, text: question.text }).prompt;
  };
  const preview = (fitted: FittedDemonstrations, prompt: ModelPrompt, tokens: number | null): Preview => {
    return { prompt, way, demonstrations: fitted.demonstrations.length, dropped: fitted.dropped, tokens };
  };
  if (model !== null) {
    try {
      const fitted = await fitDemonstrations(model, { task, question, way });
      const prompt = build(fitted);
      return preview(fitted, prompt, await model.countTokens(prompt));
    } catch (error) {
      // A prompt can be read also while the model cannot.
      if (!isUserError(error)) throw error;
    }
  }
  const fitted = byCharacters(task, question, way);
  return preview(fitted, build(fitted), null);
}

function byCharacters(task: PromptTask, { nearest, text, complete }: PromptQuestion, way: Way): FittedDemonstrations {
  const labels = task.labels.map(({ name }) => name);
  const maxDemonstrations = mostDemonstrations(way.kind, { labels: labels.length, most: MOST_DEMONSTRATIONS });
  const selected = selectDemonstrations(nearest, { labels, maxDemonstrations });
  const size = (demonstrations: typeof selected): number =>
    promptText(buildPrompt(way.kind, { ...task, demonstrations, text }).prompt).length;
  const bare = size([]);
  const demonstrations = fitBudget(selected, { max: BUDGET_CHARACTERS - bare, size: (each) => size([each]) - bare });
  const dropped = selected.length - demonstrations.length;
  return { demonstrations, dropped, whole: complete && dropped === 0 && selected.length === nearest.length };
}
