// Text, token by token: the likeliest one, or one drawn at a temperature with seeded chance.

import type { Rng } from '../../random.js';
import type { TextStream } from '../text-stream.js';
import { dispose } from './past.js';
import { type Reader, readPrompt } from './read.js';

export interface GenerateRequest {
  readonly reader: Reader;
  readonly prompt: readonly number[];
  readonly maxTokens: number;
  readonly temperature: number;
  readonly rng: Rng;
  /** Tokens that end an answer. */
  readonly ends: ReadonlySet<number>;
  readonly decode: (ids: readonly number[]) => string;
  readonly stream: TextStream;
}

export interface GeneratedTokens {
  readonly tokens: number;
  readonly finish: 'stop' | 'length';
}

export async function generateTokens(request: GenerateRequest): Promise<GeneratedTokens> {
  const { reader, prompt, maxTokens, temperature, rng, ends, decode, stream } = request;
  let { logits, past, cached } = await readPrompt(reader, prompt, 1);
  const written: number[] = [];
  try {
    while (written.length < maxTokens) {
      const token = pick(logits.at(0, 0), temperature, rng);
      if (ends.has(token)) return { tokens: written.length, finish: 'stop' };
      written.push(token);
      if (stream.update(decode(written))) return { tokens: written.length, finish: 'stop' };
      if (written.length === maxTokens) break;
      reader.checkpoint();
      const step = await reader.decoder.feed([[token]], past, { keep: 1, past: true });
      if (!cached) dispose(past);
      logits = step.logits;
      past = step.past!;
      cached = false;
    }
    return { tokens: written.length, finish: 'length' };
  } finally {
    // A later turn of the same conversation begins with all of this.
    if (!cached && !reader.prefixes.keep([...prompt, ...written].slice(0, past.length), past)) dispose(past);
  }
}

export function pick(scores: Float32Array, temperature: number, rng: Rng): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  if (temperature <= 0) return best;
  const weights = new Float64Array(scores.length);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    weights[i] = Math.exp((scores[i]! - scores[best]!) / temperature);
    sum += weights[i]!;
  }
  let left = rng.uniform() * sum;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return best;
}
