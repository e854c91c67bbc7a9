// The demonstrations of one prompt: near the question, balanced over the labels, best last, and as many as the model reads, counted
// in its own tokens.

import {
  type LanguageModel,
  type ModelPrompt,
  type Neighbour,
  type PromptQuestion,
  UserError,
} from '../../engine/index.js';
import {
  buildPrompt,
  fitBudget,
  mostDemonstrations,
  type PromptTask,
  selectDemonstrations,
  type Way,
} from '../../prompts/index.js';

export interface FittedDemonstrations {
  /** Best last. */
  readonly demonstrations: readonly Neighbour[];
  /** Chosen, and left out because they did not fit. */
  readonly dropped: number;
  /** They are all the examples of the task. */
  readonly whole: boolean;
}

export const MOST_DEMONSTRATIONS = 16;
/** A local model reads some hundred tokens a second: longer prompts would keep people waiting. */
const MOST_LOCAL_TOKENS = 1500;
/** Room for the label and the end of its message. */
const ANSWER_TOKENS = 48;
/** Of the reasons that a chain of thought writes down. */
export const REASON_TOKENS = 96;

/** Throws a UserError `limit` when the model cannot read a single demonstration beside the text. */
export async function fitDemonstrations(
  model: LanguageModel,
  { task, question, way }: { readonly task: PromptTask; readonly question: PromptQuestion; readonly way: Way },
  signal?: AbortSignal,
): Promise<FittedDemonstrations> {
  const { nearest, text, complete } = question;
  const { contextSize } = await model.ready({ signal });
  const labels = task.labels.map(({ name }) => name);
  const maxDemonstrations = mostDemonstrations(way.kind, { labels: labels.length, most: MOST_DEMONSTRATIONS });
  const selected = selectDemonstrations(nearest, { labels, maxDemonstrations });
  const { kind, name } = model.describe();
  const answer = ANSWER_TOKENS + (way.kind === 'chain-of-thought' ? 2 * REASON_TOKENS : 0);
  // A tiny context keeps half of itself for the prompt.
  const room = Math.max(contextSize - answer, Math.floor(contextSize / 2));
  const count = (demonstrations: readonly Neighbour[]): Promise<number> => {
    const prompt: ModelPrompt = buildPrompt(way.kind, { ...task, demonstrations, text }).prompt;
    return model.countTokens(prompt, { signal });
  };
  const all = await count(selected);
  const isServer = kind === 'openai-compatible';
  if (all <= (isServer ? room : Math.min(room, MOST_LOCAL_TOKENS))) {
    return { demonstrations: selected, dropped: 0, whole: complete && selected.length === nearest.length };
  }
  const bare = await count([]);
  // A long text leaves demonstrations their share.
  const max = isServer ? room : Math.min(room, Math.max(MOST_LOCAL_TOKENS, bare + MOST_LOCAL_TOKENS / 2));
  const sizes = new Map<Neighbour, number>();
  for (const each of selected) sizes.set(each, (await count([each])) - bare);
  const demonstrations = fitBudget(selected, { max: max - bare, size: (each) => sizes.get(each)! });
  if (demonstrations.length === 0) {
    const needed = bare + (selected.length === 0 ? 0 : Math.min(...sizes.values()));
    throw new UserError(
      'limit',
      `The language model ${name} reads ${max} tokens at once here, and this prompt needs ${needed}${selected.length === 0 ? '' : ' with a single example'}. Use a model with a larger context, or shorter texts.`,
      { details: { contextSize, needed } },
    );
  }
  return { demonstrations, dropped: selected.length - demonstrations.length, whole: false };
}
