// Texts to measure with: those of the shipped samples, and as many others as it takes, made of their words.

import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../data/samples/', import.meta.url);

/** @returns {{ text: string, label: string }[]} */
export const sampleRows = (sample, part) =>
  readFileSync(new URL(`${sample}/${part}.jsonl`, FOLDER), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Every English text of the samples, each once. */
export const englishTexts = () => [
  ...new Set(
    ['support', 'community'].flatMap((sample) =>
      ['train', 'test'].flatMap((part) => sampleRows(sample, part).map(({ text }) => text)),
    ),
  ),
];

/**
 * Texts of 6 to 14 words drawn from the samples, all different, the same for the same generator: for measuring time and memory,
 * where what they mean does not matter.
 */
export function* madeTexts(rng) {
  const words = [...new Set(englishTexts().flatMap((text) => text.toLowerCase().match(/[a-z]+/g) ?? []))];
  const seen = new Set();
  for (;;) {
    const text = Array.from({ length: 6 + rng.integer(9) }, () => words[rng.integer(words.length)]).join(' ');
    if (seen.has(text)) continue;
    seen.add(text);
    yield text;
  }
}

/** The next `count` of them. */
export const take = (texts, count) => Array.from({ length: count }, () => texts.next().value);
