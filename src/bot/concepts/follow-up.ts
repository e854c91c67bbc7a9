// A question that goes on from the one before: "and how does it differ from adapters?" after LoRA asks for LoRA and adapters. Pure.

import type { Language } from '../catalogue/index.js';
import { type Concept, titleOf } from './types.js';

const HAN = /\p{Script=Han}/u;
const PRONOUN = /\b(?:its|it|they|them|their|this one|that one|this|these|those|that)\b/iu;
const START = /^(?:and|but|so|then|ok(?:ay)?|what about|how about)\b/iu;
const CHINESE_PRONOUN = /它们?|这个|那个|这些|那些|前者|后者|这两者|两者|二者/u;
const CHINESE_START = /^(?:那么?|还有|然后|所以|但是?)/u;

export type FollowUp =
  /** The question with the topic in place of "it". */
  | { readonly kind: 'instead'; readonly question: string }
  /** It may stand alone: the topic is only added where it does not. */
  | { readonly kind: 'otherwise'; readonly question: string };

/** null: it does not go on from anything. `last`: the topic that was answered last. */
export function followUp(question: string, last: Concept | null): FollowUp | null {
  if (last === null) return null;
  const text = question.trim();
  const language: Language = HAN.test(text) ? 'zh' : 'en';
  const topic = shortTitle(titleOf(last, language));
  const pronoun = language === 'zh' ? CHINESE_PRONOUN : PRONOUN;
  if (pronoun.test(text)) return { kind: 'instead', question: text.replace(pronoun, () => ` ${topic} `) };
  const start = language === 'zh' ? CHINESE_START : START;
  return start.test(text) ? { kind: 'otherwise', question: `${topic} ${text.replace(start, '')}` } : null;
}

/** LoRA（低秩适配） → LoRA */
function shortTitle(title: string): string {
  return title.replace(/\s*[（(][^）)]*[）)]\s*$/u, '');
}
