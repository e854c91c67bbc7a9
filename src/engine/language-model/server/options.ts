// Which option an answer means: by the odds of its first tokens, or by reading it strictly.

import { z } from 'zod';
import type { ContinuationScore } from '../language-model.js';
import type { TokenOdds, TokenPosition } from './wire.js';

/** Less than this on all options together: the answer begins with something else, and its odds say nothing about them. */
const ENOUGH = 0.5;

/**
 * Log-probability of each option as the answer, from the likeliest tokens at each place. Options part ways at some token; the
 * odds there are known along the answer that was given; an option that was not among the listed tokens gets the smallest
 * chance that was listed. Null when the answer goes past the options.
 */
export function scoresFromTokens(
  options: readonly string[],
  positions: readonly TokenPosition[],
): ContinuationScore[] | null {
  const names = options.map((option) => bytesOf(option.trim()));
  const mass = new Array<number>(options.length).fill(0);
  let path = '';
  let chance = 1;
  let floor = Infinity;
  for (const position of positions) {
    const listed = position.top_logprobs.some(({ token }) => token === position.token)
      ? position.top_logprobs
      : [...position.top_logprobs, position];
    floor = Math.min(floor, ...listed.map(({ logprob }) => chance * Math.exp(logprob)));
    let next: string | null = null;
    for (const odds of listed) {
      const text = extend(path, odds);
      const given = odds.token === position.token;
      // Spaces before the answer say nothing about it.
      if (text === '') {
        if (given) next = text;
        continue;
      }
      const matching = names.flatMap((name, i) => (fits(name, text) ? [i] : []));
      const share = chance * Math.exp(odds.logprob);
      if (given && matching.length > 1) next = text;
      else for (const i of matching) mass[i]! += share / matching.length;
    }
    if (next === null) return finish(mass, floor);
    path = next;
    chance *= Math.exp(position.logprob);
  }
  const exact = names.indexOf(path);
  if (exact >= 0) mass[exact]! += chance;
  return finish(mass, floor);
}

function finish(mass: readonly number[], floor: number): ContinuationScore[] | null {
  if (mass.reduce((sum, share) => sum + share, 0) < ENOUGH) return null;
  return mass.map((share) => ({ logProbability: Math.log(Math.max(share, Math.min(floor, 1), 1e-12)), tokens: 1 }));
}

/** Texts as bytes, since a token may hold half a character; without regard to case where the alphabet is ASCII. */
const bytesOf = (text: string): string => lower(Buffer.from(text, 'utf8').toString('latin1'));
const lower = (bytes: string): string => bytes.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function extend(path: string, { token, bytes }: TokenOdds): string {
  const piece = bytes == null ? bytesOf(token) : lower(Buffer.from(bytes).toString('latin1'));
  return path === '' ? piece.replace(/^[\s"'`*]+/, '') : path + piece;
}

/** The text begins the option, or is the option and something that ends a word. */
function fits(option: string, text: string): boolean {
  if (option.startsWith(text)) return true;
  return text.startsWith(option) && !/^[0-9a-z\u0080-\u00ff]/.test(text.slice(option.length));
}

/** A free answer that is one of the options and nothing else, but for quotes, a full stop and what it thought before. */
export function parseAnswer(answer: string, options: readonly string[]): number | null {
  const said = answer
    .replace(/^[\s\S]*<\/think>/, '')
    .trim()
    .replace(/^["'`*“「]+|["'`*”」.。!！]+$/gu, '')
    .trim();
  const exact = z.enum(options as [string, ...string[]]).safeParse(said);
  if (exact.success) return options.indexOf(exact.data);
  const alike = options.flatMap((option, i) => (option.trim().toLowerCase() === said.toLowerCase() ? [i] : []));
  return alike.length === 1 ? alike[0]! : null;
}

/** `{"answer": "…"}` as it was asked for; null when it is something else, undefined when it is no JSON at all. */
export function parseStructured(answer: string, options: readonly string[]): number | null | undefined {
  let json: unknown;
  try {
    json = JSON.parse(answer);
  } catch {
    return undefined;
  }
  const parsed = z.object({ answer: z.enum(options as [string, ...string[]]) }).safeParse(json);
  return parsed.success ? options.indexOf(parsed.data.answer) : null;
}

export const answerFormat = (options: readonly string[]) => ({
  type: 'json_schema',
  json_schema: {
    name: 'choice',
    strict: true,
    schema: {
      type: 'object',
      properties: { answer: { type: 'string', enum: options } },
      required: ['answer'],
      additionalProperties: false,
    },
  },
});
