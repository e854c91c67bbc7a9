// A language model words the answer to a concept question from the entries that were found. Every sentence is checked against them
// before anybody sees it; what they do not support is dropped, and when too little is left, the entries answer as they are.

import { type Engine, isUserError, type LanguageModel } from '../../engine/index.js';
import { groundedPrompt } from '../../prompts/index.js';
import { createSay } from '../catalogue/index.js';
import { createFormat } from '../format.js';
import type { OffNotice, Outage } from '../language-model/outage.js';
import { type ConceptAnswer, sourcesOf } from './answer.js';
import type { Found } from './find.js';
import { createSentenceReader, isWhole } from './sentences.js';
import { createSupport, type SupportEntry, withoutCitations } from './support.js';
import { type Concept, textOf, titleOf } from './types.js';

export interface GroundedAnswer extends ConceptAnswer {
  /** Who wrote it, and from what. */
  readonly smallPrint: string;
}

export interface Grounding {
  /** null: the entries answer as they are. */
  readonly answer: GroundedAnswer | null;
  /** For the person who asks; null when they know, or when there is nothing to tell. */
  readonly notice: OffNotice | null;
}

export interface GroundingRequest {
  readonly space: string;
  /** A question that was answered. */
  readonly found: Found;
  /** Gets the checked beginning of the answer, as often as it has grown by a sentence. */
  readonly onPartial?: ((text: string) => void) | undefined;
}

export interface Grounder {
  answer(request: GroundingRequest): Promise<Grounding>;
}

export interface GrounderParts {
  readonly engine: Pick<Engine, 'embed'>;
  readonly languageModel: LanguageModel;
  readonly outage: Outage;
}

const MOST_ENTRIES = 3;
const MOST_TOKENS = 320;
/** Five were asked for; a model that goes on and on is stopped. */
const MOST_SENTENCES = 8;
/** So much of what was written must be left, by its letters. */
const LEFT = 0.5;

interface Checked {
  readonly text: string;
  readonly by: ReadonlySet<string>;
}

export function createGrounder({ engine, languageModel, outage }: GrounderParts): Grounder {
  /** As many entries as the model can read beside its answer; null: not even one. */
  async function choosePrompt({ shown, question, language }: Found, signal: AbortSignal) {
    const { contextSize } = await languageModel.ready({ signal });
    for (let count = Math.min(MOST_ENTRIES, shown.length); count > 0; count--) {
      const entries = shown.slice(0, count).map((concept) => entryOf(concept, language));
      const prompt = groundedPrompt({ question, language, entries });
      if ((await languageModel.countTokens(prompt, { signal })) + MOST_TOKENS <= contextSize)
        return { entries, prompt };
    }
    return null;
  }

  /** null: too little of it is supported. */
  async function write({ found, onPartial }: GroundingRequest, signal: AbortSignal): Promise<Checked | null> {
    const fitted = await choosePrompt(found, signal);
    if (fitted === null) return null;
    const support = createSupport(fitted.entries, found.language);
    const vectors = await engine.embed(support.sentences, { signal });
    const enough = new AbortController();
    const reader = createSentenceReader();
    const kept: string[] = [];
    const by = new Set<string>();
    let [letters, read] = [0, 0];

    const check = async (sentence: string): Promise<void> => {
      if (read === MOST_SENTENCES || enough.signal.aborted || kept.includes(sentence)) return;
      read++;
      letters += withoutCitations(sentence).length;
      const [vector] = await engine.embed([withoutCitations(sentence)], { signal });
      const verdict = support.check(sentence, { sentence: vector!, entries: vectors });
      if (verdict.supported) {
        kept.push(sentence);
        for (const id of verdict.by) by.add(id);
        onPartial?.(joined(kept, found));
      } else if (verdict.why === 'language') {
        kept.length = 0;
        enough.abort();
      }
      if (read === MOST_SENTENCES) enough.abort();
    };

    /** Stopped on purpose, or by the deadline with something to show. */
    const isEnough = (error: unknown): boolean =>
      (enough.signal.aborted || (signal.aborted && kept.length > 0)) &&
      isUserError(error) &&
      error.code === 'cancelled';

    // Sentences are checked one after another while the model goes on writing.
    let checked = Promise.resolve();
    const take = (sentences: readonly string[]): void => {
      for (const sentence of sentences) checked = checked.then(() => check(sentence));
      checked.catch(() => enough.abort());
    };
    try {
      const { finish } = await languageModel.generate(fitted.prompt, {
        maxTokens: MOST_TOKENS,
        signal: AbortSignal.any([signal, enough.signal]),
        onText: (piece) => take(reader.push(piece)),
      });
      take(reader.end().filter((sentence) => finish === 'stop' || isWhole(sentence)));
    } catch (error) {
      if (!isEnough(error)) throw error;
    }
    await checked.catch((error: unknown) => {
      if (!isEnough(error)) throw error;
    });
    const left = kept.reduce((sum, sentence) => sum + withoutCitations(sentence).length, 0);
    return kept.length === 0 || left < LEFT * letters ? null : { text: joined(kept, found), by };
  }

  return {
    async answer(request) {
      const { space, found } = request;
      const attempt = await outage.attempt(space, (signal) => write(request, signal));
      if (!attempt.answered) return { answer: null, notice: attempt.notice };
      if (attempt.value === null) return { answer: null, notice: null };
      const { text, by } = attempt.value;
      const { language, shown } = found;
      const used = shown.filter(({ id }) => by.has(id));
      const say = createSay(language);
      const entries = createFormat(say).list(used.map((concept) => `${titleOf(concept, language)} [${concept.id}]`));
      const smallPrint = say('concept.grounded', { model: languageModel.describe().name, entries });
      return { answer: { text, smallPrint, sources: sourcesOf(used) }, notice: null };
    },
  };
}

/** The model is asked only where the base holds an answer; null: there is no model. */
export async function ground(grounder: Grounder | null, request: GroundingRequest): Promise<Grounding | null> {
  if (grounder === null) return null;
  return request.found.answered ? grounder.answer(request) : { answer: null, notice: null };
}

const joined = (sentences: readonly string[], { language }: Found): string =>
  sentences.join(language === 'zh' ? '' : ' ');

function entryOf(concept: Concept, language: Found['language']): SupportEntry {
  const { title, names, answer, mistake } = textOf(concept, language);
  return { id: concept.id, title, names, text: mistake === null ? answer : `${answer}\n${mistake}` };
}
