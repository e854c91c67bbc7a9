// Answers of versions whose method is `prompt`: by the language model, and while that is off by the examples alone. A person never
// gets its failure as an error; they are told once an outage, in each space.

import {
  type Prediction,
  type Prompter,
  type PromptModel,
  promptPrediction,
  type TaskData,
} from '../../engine/index.js';
import type { OffNotice, Outage } from './outage.js';

/** Why the examples answered instead of a version that asks a language model. */
export type ModelNotice =
  | OffNotice
  /** The version was measured with another model than the one that is set up; null: none is. */
  | { readonly kind: 'other'; readonly measured: string; readonly now: string | null };

export interface PromptAnswer {
  /** null: the language model did not answer. */
  readonly predictions: readonly Prediction[] | null;
  /** For the person who asks; null when they know, or when there is nothing to tell. */
  readonly notice: ModelNotice | null;
}

export interface PromptQuestions {
  readonly space: string;
  readonly data: TaskData;
  readonly model: PromptModel;
  readonly texts: readonly string[];
  /** What the examples alone say of the texts. */
  readonly inContext: readonly Prediction[];
}

export interface PromptAnswers {
  answer(questions: PromptQuestions): Promise<PromptAnswer>;
}

export interface PromptAnswersOptions {
  readonly prompter: Prompter | null;
  readonly outage: Outage;
  readonly seed: number;
}

/** More texts at once are for a list, not for a person who waits: the examples answer them. */
export const MOST_AT_ONCE = 8;

export function createPromptAnswers({ prompter, outage, seed }: PromptAnswersOptions): PromptAnswers {
  /** Who knows of which version that another model answers. */
  const told = new Set<string>();

  async function ask(
    { data, model, texts, inContext }: PromptQuestions,
    asked: Prompter,
    signal: AbortSignal,
  ): Promise<Prediction[]> {
    const given = new Map(data.labels.map((label) => [label.name, label]));
    const logits = await asked.logits({
      instruction: data.instruction,
      labels: model.labels.map((name) => given.get(name) ?? { name }),
      questions: texts.map((text, i) => ({
        text,
        nearest: inContext[i]!.nearest.filter(({ label }) => model.labels.includes(label)),
        complete: inContext[i]!.nearest.length === data.examples.length,
      })),
      way: model.way,
      seed,
      signal,
    });
    const classes = model.labels.length;
    return inContext.map((own, i) => promptPrediction(model, logits.subarray(i * classes, (i + 1) * classes), own));
  }

  return {
    async answer(questions) {
      const { space, model, texts } = questions;
      if (texts.length === 0 || texts.length > MOST_AT_ONCE) return { predictions: null, notice: null };
      if (prompter === null || prompter.id !== model.model) {
        const key = `${space} ${model.model}`;
        const isNew = !told.has(key);
        told.add(key);
        const notice: ModelNotice = { kind: 'other', measured: model.model, now: prompter?.id ?? null };
        return { predictions: null, notice: isNew ? notice : null };
      }
      const attempt = await outage.attempt(space, (signal) => ask(questions, prompter, signal));
      return attempt.answered
        ? { predictions: attempt.value, notice: null }
        : { predictions: null, notice: attempt.notice };
    },
  };
}
