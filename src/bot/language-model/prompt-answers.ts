// Answers of versions whose method is `prompt`: by the language model, and while that is off by the examples alone. A person never
// gets its failure as an error; they are told once an outage, in each space.

import {
  isUserError,
  type Prediction,
  type Prompter,
  type PromptModel,
  promptPrediction,
  type TaskData,
  UserError,
} from '../../engine/index.js';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

/** Why the examples answered instead of a version that asks a language model. */
export type ModelNotice =
  /** It does not answer, and why. */
  | { readonly kind: 'off'; readonly message: string }
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
  readonly clock: Clock;
  readonly log: Log;
  readonly seed: number;
  /** A person does not wait longer than this for a language model. */
  readonly deadlineMs?: number | undefined;
  /** After a failure the model is left alone so long. */
  readonly pauseMs?: number | undefined;
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 15_000;
/** More texts at once are for a list, not for a person who waits: the examples answer them. */
export const MOST_AT_ONCE = 8;

export function createPromptAnswers(options: PromptAnswersOptions): PromptAnswers {
  const { prompter, clock, log, seed, deadlineMs = DEADLINE_MS, pauseMs = PAUSE_MS } = options;
  let failure: { readonly message: string; readonly at: number } | null = null;
  /** Who was told: of the outage, and of each version that another model answers. */
  let told = new Set<string>();

  const once = (key: string, notice: ModelNotice): PromptAnswer => {
    const isNew = !told.has(key);
    told.add(key);
    return { predictions: null, notice: isNew ? notice : null };
  };

  async function ask({ data, model, texts, inContext }: PromptQuestions, asked: Prompter): Promise<Prediction[]> {
    const late = new AbortController();
    const stop = clock.after(deadlineMs, () => late.abort());
    const given = new Map(data.labels.map((label) => [label.name, label]));
    try {
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
        signal: late.signal,
      });
      const classes = model.labels.length;
      return inContext.map((own, i) => promptPrediction(model, logits.subarray(i * classes, (i + 1) * classes), own));
    } catch (error) {
      if (late.signal.aborted) throw tookTooLong(deadlineMs);
      throw error;
    } finally {
      stop();
    }
  }

  return {
    async answer(questions) {
      const { space, model, texts } = questions;
      if (texts.length === 0 || texts.length > MOST_AT_ONCE) return { predictions: null, notice: null };
      if (prompter === null || prompter.id !== model.model) {
        const now = prompter?.id ?? null;
        return once(`${space} ${model.model}`, { kind: 'other', measured: model.model, now });
      }
      if (failure !== null && clock.now() - failure.at < pauseMs) {
        return once(space, { kind: 'off', message: failure.message });
      }
      try {
        const predictions = await ask(questions, prompter);
        if (failure !== null) told = new Set();
        failure = null;
        return { predictions, notice: null };
      } catch (error) {
        const message = explain(error, log);
        // A text that is too long says nothing about the model: others may be asked.
        if (isUserError(error) && error.code === 'limit') {
          return { predictions: null, notice: { kind: 'off', message } };
        }
        if (failure === null && isUserError(error)) log.warn('language-model', { code: error.code });
        failure = { message, at: clock.now() };
        return once(space, { kind: 'off', message });
      }
    },
  };
}

const tookTooLong = (deadlineMs: number): UserError =>
  new UserError('language-model', `It took longer than ${deadlineMs / 1000} seconds.`);

const explain = (error: unknown, log: Log): string =>
  isUserError(error) ? error.message : `error ${log.bug('language-model', error)}`;
