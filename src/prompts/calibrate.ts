// Contextual calibration (Zhao et al. 2021, https://arxiv.org/abs/2102.09690): what a prompt makes a model say about texts that say
// nothing is its bias, and is taken off. Besides 'N/A', '[MASK]' and nothing, random words of the demonstrations are such texts
// (Fei et al. 2023, https://arxiv.org/abs/2305.19148). Batch calibration (Zhou et al. 2023) needs labelled answers: the cascade does it.

import type { LabelledText, Rng } from '../engine/index.js';

export const CONTENT_FREE = ['N/A', '[MASK]', ''] as const;

const MOST_WORDS = 24;

/** Texts without a meaning, as long as the demonstrations are on the mean and of their words (characters where there are no spaces). */
export function wordBags(
  demonstrations: readonly LabelledText[],
  { count, rng }: { count: number; rng: Rng },
): string[] {
  const split = demonstrations.map(({ text }) => wordsOf(text));
  const words = split.flat();
  if (words.length === 0) return [];
  const length = Math.min(MOST_WORDS, Math.max(1, Math.round(words.length / split.length)));
  return Array.from({ length: count }, () =>
    Array.from({ length }, () => words[rng.integer(words.length)]!).join(''),
  ).map((text) => text.trim());
}

/** Letters of scripts without spaces between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Words with a space before them, and single letters of scripts that write none. */
function wordsOf(text: string): string[] {
  const words = text.split(/\s+/).flatMap((chunk) => chunk.split(new RegExp(`(${UNSPACED.source})`, 'u')));
  return words.filter((word) => /[\p{L}\p{N}]/u.test(word)).map((word) => (UNSPACED.test(word) ? word : ` ${word}`));
}

/** ln softmax. */
export function logSoftmax(scores: readonly number[]): number[] {
  const max = Math.max(...scores);
  const sum = max + Math.log(scores.reduce((total, score) => total + Math.exp(score - max), 0));
  return scores.map((score) => score - sum);
}

/** The mean of rows of log-probabilities. */
export function meanOf(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, c) => rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length);
}

/** Scores without what the prompt makes the model say anyway. */
export const withoutBias = (scores: readonly number[], bias: readonly number[]): number[] =>
  logSoftmax(scores.map((score, c) => score - bias[c]!));
