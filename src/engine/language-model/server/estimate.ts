// Tokens of a text, estimated: a server's tokenizer is not at hand. Four letters a token in Latin script, one and a half tokens
// a Chinese, Japanese or Korean character, half a token a digit or a mark, one a character of anything else; rather too many
// than too few.

import type { ModelPrompt } from '../language-model.js';

/** Around each message, and before the answer. */
const PER_MESSAGE = 5;
const PER_PROMPT = 3;

export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const character of text) {
    if (/[A-Za-z ]/.test(character)) tokens += 0.25;
    else if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(character)) tokens += 1.5;
    else if (/[\x21-\x7e]/.test(character)) tokens += 0.5;
    else tokens += 1;
  }
  return Math.ceil(tokens);
}

export function estimatePrompt(prompt: ModelPrompt): number {
  if (typeof prompt === 'string') return estimateTokens(prompt);
  return prompt.reduce((sum, { content }) => sum + estimateTokens(content) + PER_MESSAGE, PER_PROMPT);
}
