// What a face shows. The text is complete and already in the person's language; the rest lets a face style it (bold, buttons,
// pictures) and lets programs read it. Discord, the local chat and the web page make their own shape of the same reply.

import type { CascadeRecord, ErrorCode, MethodName, Prediction } from '../engine/index.js';
import type { Language } from './catalogue/index.js';
import type { News } from './journal.js';
import type { Part } from './parts.js';
import type { TeachOutcome } from './workspace/types.js';

/** Which answerer made a prediction: a trained version, or the examples in context. */
export type AnsweredBy =
  | { readonly kind: 'in-context' }
  | { readonly kind: 'version'; readonly number: number; readonly method: MethodName };

/** One thing the person may do next: a button in Discord, a number to type in the local chat. */
export interface Choice {
  readonly label: string;
  /** Other words for it, in lower case: yes, y. */
  readonly aliases?: readonly string[];
  readonly command: string;
  readonly options: Readonly<Record<string, string>>;
  /** Something to go on with, not an answer that is waited for: a line that is nearly the same is a line of its own. */
  readonly isOffer?: boolean;
}

interface ReplyBase {
  readonly text: string;
  /** The text in its parts, where there is more to it than sentences. */
  readonly parts?: readonly Part[];
  readonly choices?: readonly Choice[];
  /** What was done, for the journal of the space. */
  readonly news?: readonly News[] | undefined;
  /** Something that the person submitted was saved with it; the outcomes of a `taught` reply say so themselves. */
  readonly taught?: boolean;
}

export interface AnswerReply extends ReplyBase {
  readonly kind: 'answer';
  /** The answer itself; `smallPrint` says who answered and why. Both are part of `text`. */
  readonly headline: string;
  readonly smallPrint: string;
  readonly task: string;
  readonly prediction: Prediction;
  readonly by: AnsweredBy;
  /** Id of this answer, for Right, Wrong and Why: the option `answer` of their commands. */
  readonly asked: string;
}

export interface TaughtReply extends ReplyBase {
  readonly kind: 'taught';
  readonly task: string;
  readonly outcomes: readonly TeachOutcome[];
}

export interface ReportReply extends ReplyBase {
  readonly kind: 'report';
  readonly task: string;
  readonly record: CascadeRecord | null;
}

export interface ErrorReply extends ReplyBase {
  readonly kind: 'error';
  /** `bug`: our fault; it is in the log under `errorId`. */
  readonly code: ErrorCode | 'bug';
  readonly errorId?: string;
}

export interface PlainReply extends ReplyBase {
  readonly kind: 'task' | 'review' | 'status' | 'help' | 'prompt' | 'privacy' | 'settings' | 'file' | 'notice';
  /** Id of the task whose training was just asked for: a face may turn this reply into its progress. */
  readonly training?: string;
}

/** The answer to a concept question, or that the base does not hold it. */
export interface ConceptReply extends ReplyBase {
  readonly kind: 'concept';
  /** Topics that answer it, the best first; of a question that is refused, the nearest. */
  readonly ids: readonly string[];
  /** Of the question and of everything said to it. */
  readonly language: Language;
  readonly score: number;
  readonly answered: boolean;
  readonly answer: string | null;
  readonly sources: readonly string[];
  /** Who wrote the answer and from what, where the entries do not answer as they are; part of `text`. */
  readonly smallPrint?: string;
  /** Whether a language model wrote the answer; left out where none is configured. */
  readonly grounded?: boolean;
}

export type Reply = AnswerReply | ConceptReply | TaughtReply | ReportReply | ErrorReply | PlainReply;

/** The stable JSON of a reply (`handful chat --json`). */
export function replyToJson(reply: Reply): Record<string, unknown> {
  const base = {
    kind: reply.kind,
    text: reply.text,
    ...(reply.choices === undefined ? {} : { choices: reply.choices.map((choice) => choice.label) }),
  };
  switch (reply.kind) {
    case 'answer':
      return {
        ...base,
        task: reply.task,
        asked: reply.asked,
        prediction: predictionToJson(reply.prediction, reply.by),
      };
    case 'concept':
      return { ...base, ...conceptToJson(reply) };
    case 'taught':
      return { ...base, task: reply.task, outcomes: reply.outcomes.map((outcome) => outcome.kind) };
    case 'report':
      return { ...base, task: reply.task, record: reply.record };
    case 'error':
      return { ...base, code: reply.code, ...(reply.errorId === undefined ? {} : { errorId: reply.errorId }) };
    default:
      return base;
  }
}

/** What `handful concept --json` prints. */
export function conceptToJson(reply: ConceptReply): Record<string, unknown> {
  const { answered, ids, language, score, answer, sources, grounded } = reply;
  const json = { answered, ids, language, score: Number(score.toFixed(3)), answer, sources };
  return grounded === undefined ? json : { ...json, grounded };
}

function predictionToJson(prediction: Prediction, by: AnsweredBy): Record<string, unknown> {
  return {
    label: prediction.label,
    closest: prediction.closest,
    probability: prediction.probability,
    abstained: prediction.label === null,
    scores: prediction.scores,
    nearest: prediction.nearest,
    similarity: prediction.similarity,
    threshold: prediction.threshold,
    method: prediction.method,
    version: by.kind === 'version' ? by.number : null,
  };
}
