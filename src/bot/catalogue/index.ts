// What Handful says, in the language of the person. `say('task.deleted', { task })` is checked by the compiler: the key exists
// in every language and the values match the placeholders of the English sentence.

import { en } from './en.js';
import { fill, type Language, type PlaceholdersOf, type Values } from './sentence.js';
import { zh } from './zh.js';

export { LANGUAGES, type Language } from './sentence.js';

export type SentenceKey = keyof typeof en;
/** Sentences without placeholders: summaries, words. */
export type PlainKey = {
  [Key in SentenceKey]: [PlaceholdersOf<(typeof en)[Key]>] extends [never] ? Key : never;
}[SentenceKey];
type ValuesOf<Key extends SentenceKey> = Values<(typeof en)[Key]>;

export interface Say {
  readonly language: Language;
  <Key extends SentenceKey>(
    key: Key,
    ...values: [keyof ValuesOf<Key>] extends [never] ? [] : [values: ValuesOf<Key>]
  ): string;
}

export const CATALOGUE: Readonly<Record<Language, Readonly<Record<SentenceKey, string>>>> = { en, zh };

export function createSay(language: Language): Say {
  const sentences = CATALOGUE[language];
  const say = (key: SentenceKey, values: Readonly<Record<string, string | number>> = {}): string =>
    fill(sentences[key], values);
  return Object.assign(say, { language }) as Say;
}

/** The language of a locale such as `zh_CN.UTF-8` or `en-GB`; English where we have no sentences. */
export function languageOfLocale(locale: string | undefined): Language {
  return /^zh/i.test(locale ?? '') ? 'zh' : 'en';
}
